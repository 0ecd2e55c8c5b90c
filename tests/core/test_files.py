"""Files that no row names any more go with the commit, and until the storage answers again a job keeps them in mind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from pytest_django import Settings

from core import clock
from core.background import UntilItWorks
from core.errors import Unavailable
from core.files import discard_files, forget_files
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)


class Away(FileSystemStorage):
    def delete(self, name: str) -> None:
        raise Unavailable


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def switch(settings: Any) -> Callable[[type[FileSystemStorage]], None]:
    def switch_to(storage: type[FileSystemStorage]) -> None:
        backend = {"BACKEND": f"{storage.__module__}.{storage.__qualname__}"}
        settings.STORAGES = {**settings.STORAGES, "default": backend}

    return switch_to


def stored(*names: str) -> tuple[str, ...]:
    return tuple(default_storage.save(name, ContentFile(b"x")) for name in names)


def are_there(names: tuple[str, ...]) -> list[bool]:
    return [default_storage.exists(name) for name in names]


def test_files_go_with_the_commit_and_their_job_finds_nothing(run_jobs: RunJobs) -> None:
    names = stored("a", "b")

    with transaction.atomic():
        forget_files(*names)
        assert are_there(names) == [True, True]

    assert are_there(names) == [False, False]
    assert run_jobs() == 1


def test_files_of_a_change_that_is_rolled_back_stay(run_jobs: RunJobs) -> None:
    names = stored("a")

    with transaction.atomic():
        forget_files(*names)
        transaction.set_rollback(True)

    assert (are_there(names), run_jobs()) == ([True], 0)


def test_process_that_ends_after_the_commit_leaves_the_rest_to_the_job(
    run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = stored("a")
    with monkeypatch.context() as killed:
        killed.setattr("core.files._deletion_of", lambda names: lambda: None)
        with transaction.atomic():
            forget_files(*names)
    assert are_there(names) == [True]

    run_jobs()

    assert are_there(names) == [False]


@pytest.mark.parametrize("act", [forget_files, discard_files])
def test_job_comes_again_until_the_storage_answers(
    act: Callable[..., None], switch: Callable[[type[FileSystemStorage]], None], run_jobs: RunJobs
) -> None:
    names = stored("a")
    switch(Away)
    act(*names)
    run_jobs(allow_failures=True)
    switch(FileSystemStorage)
    assert are_there(names) == [True]

    waiting = ProcrastinateJob.objects.get()
    assert (waiting.task_name, waiting.status, waiting.attempts) == ("core.tasks.delete_files", "todo", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    run_jobs()
    assert are_there(names) == [False]


def test_what_was_stored_for_nobody_is_deleted_at_once_without_a_job(run_jobs: RunJobs) -> None:
    names = stored("a", "b")

    discard_files(*names)

    assert (are_there(names), run_jobs()) == ([False, False], 0)


def test_tries_are_an_hour_apart_in_the_end_and_have_no_last_one() -> None:
    def seconds(attempts: int) -> int:
        job = Job(id=1, queue="bulk", lock=None, queueing_lock=None, task_name="delete_files", attempts=attempts)
        decision = UntilItWorks().get_retry_decision(exception=Unavailable(), job=job)
        assert decision.retry_at is not None
        return round((decision.retry_at - clock.now()).total_seconds())

    assert [seconds(attempts) for attempts in (0, 1, 2, 3, 4, 5, 50, 5000)] == [4, 16, 64, 256, 1024, *[3600] * 3]
