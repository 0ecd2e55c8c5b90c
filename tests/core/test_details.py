"""One thing from rows to bytes: what it says, and what it costs."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from accounts.reads import WHOLE_PROFILE
from accounts.schemas import PublicProfileOut
from core import clock
from core.queries import count_queries
from jobs.models import Shift
from jobs.reads import WHOLE_JOB
from jobs.schemas.job import JobOut
from jobs.selectors.jobs import get_job
from tests.factories.jobs import JobFactory, ShiftFactory

pytestmark = pytest.mark.django_db


def test_bytes_are_those_of_the_schema(chidi: CustomUser) -> None:
    whole = JobFactory(client=chidi, description="Ẹ kú iṣẹ́ “quoted” \\ and \n", weekdays=[0, 6])
    bare = JobFactory(client=chidi, subcategory=None, latitude=None, longitude=None)
    now = clock.now()
    for days, canceled_at in ((2, None), (1, now)):
        ShiftFactory(job=whole, starts_at=now + timedelta(days=days), canceled_at=canceled_at)

    for job in (whole, bare):
        detailed = WHOLE_JOB.read(job_id=job.pk)

        assert detailed is not None
        assert detailed.to_json() == JobOut.from_orm(get_job(job_id=job.pk)).model_dump_json(by_alias=True).encode()
        assert detailed.besides == (chidi.pk, job.industry_id, job.subcategory_id, job.status, None)


def test_two_queries_whatever_there_is_inside_and_one_for_nothing() -> None:
    job = JobFactory()
    Shift.objects.filter(job=job).delete()
    for days in range(1, 6):
        ShiftFactory(job=job, starts_at=clock.now() + timedelta(days=days))

    with count_queries() as whole:
        detailed = WHOLE_JOB.read(job_id=job.pk)
    with count_queries() as nothing:
        assert WHOLE_JOB.read(job_id=job.pk + 1) is None

    assert detailed is not None
    assert len(detailed.shown["shifts"]) == 5
    assert (whole.count, nothing.count) == (2, 1)


def test_profile_says_what_the_model_says(ada: CustomUser) -> None:
    Profile.objects.filter(user=ada).update(
        rating_sum=14, reviews_count=3, approved_count=5, no_show_count=1, bio="Ọ̀rẹ́"
    )
    ada.refresh_from_db()

    detailed = WHOLE_PROFILE.read(user_id=ada.pk)

    assert detailed is not None
    assert detailed.to_json() == PublicProfileOut.of(ada).model_dump_json().encode()
