"""Screens of staff: each list and page opens, lists run a constant number of queries, and the action cancels."""

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.queries import count_queries
from jobs.models import (
    Application,
    ApplicationStatusLog,
    Block,
    Job,
    JobIndustry,
    JobStatus,
    JobSubcategory,
    SavedJob,
    Shift,
    ShiftAssignment,
)
from payment.services.accounts import wallet_account
from tests.factories.jobs import BlockFactory, JobFactory, SavedJobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import MONDAY
from tests.support.staff_pages import act_on_list

pytestmark = pytest.mark.django_db

MODELS = [
    Application,
    ApplicationStatusLog,
    Block,
    Job,
    JobIndustry,
    JobSubcategory,
    SavedJob,
    Shift,
    ShiftAssignment,
]


@pytest.fixture
def staff(client: Client, bisi: CustomUser) -> Client:
    client.force_login(bisi)
    return client


def rows() -> None:
    assignment = ShiftAssignmentFactory.create()
    ApplicationStatusLog.objects.create(
        application=assignment.application, to_status="applied", changed_by=assignment.worker, created_at=MONDAY
    )
    SavedJobFactory.create()
    BlockFactory.create()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_runs_as_many_queries_for_one_row_as_for_three(staff: Client, model: type[models.Model]) -> None:
    path = reverse(f"admin:jobs_{model._meta.model_name}_changelist")
    counts = []
    for more in (1, 2):
        for _ in range(more):
            rows()
        staff.get(path)
        with count_queries() as counted:
            response = staff.get(path)
        assert response.status_code == 200
        counts.append(counted.count)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_page_of_a_row_opens_and_nothing_of_work_is_edited_by_hand(staff: Client, model: type[models.Model]) -> None:
    rows()
    row = model._default_manager.first()
    assert row is not None

    response = staff.get(reverse(f"admin:jobs_{model._meta.model_name}_change", args=[row.pk]))

    assert response.status_code == 200
    may_change = admin.site._registry[model].has_change_permission(response.wsgi_request)
    assert may_change is (model in (JobIndustry, JobSubcategory))


def test_on_site_code_and_check_in_position_are_not_shown(staff: Client) -> None:
    assignment = ShiftAssignmentFactory.create(checked_in=True, check_in_latitude=6.4281234, check_in_longitude=3.4)
    pages = [
        reverse("admin:jobs_shift_change", args=[assignment.shift_id]),
        reverse("admin:jobs_job_change", args=[assignment.shift.job_id]),
        reverse("admin:jobs_shiftassignment_change", args=[assignment.pk]),
    ]

    contents = [staff.get(page).content for page in pages]

    assert not any(b"246810" in content or b"6.4281234" in content for content in contents)


def test_staff_cancel_jobs_through_the_service(staff: Client, job: Job) -> None:
    over = JobFactory.create(status=JobStatus.COMPLETED)

    response = act_on_list(staff, Job, "cancel", job, over)

    job.refresh_from_db()
    over.refresh_from_db()
    assert (job.status, over.status) == (JobStatus.CANCELED, JobStatus.COMPLETED)
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert b"This job is over or already canceled." in response.content


@pytest.mark.parametrize("model", [Job, Shift, Application, ShiftAssignment], ids=lambda model: model.__name__)
def test_work_is_found_by_the_number_of_its_job(staff: Client, model: type[models.Model]) -> None:
    assignment = ShiftAssignmentFactory.create()
    # Another job's rows: their own numbers are not the number that is looked for.
    ShiftAssignmentFactory.create()
    job = assignment.application.job
    path = reverse(f"admin:jobs_{model._meta.model_name}_changelist")

    found = staff.get(path, {"q": job.pk}).context["cl"].result_list

    of_the_job = {Job: "pk", Shift: "job_id", Application: "job_id", ShiftAssignment: "application__job_id"}
    expected = model._default_manager.filter(**{of_the_job[model]: job.pk})
    assert expected.count() == 1
    assert set(expected) <= set(found)
    assert staff.get(path, {"q": "waiter 12:30"}).status_code == 200
