"""A job of Chidi's on which a shift of Wale's was approved; Ada has a shift there too, not approved."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser
from core import clock
from jobs.models import ApplicationStatus, Job, JobStatus
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory


@pytest.fixture
def job(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> Job:
    yesterday = (clock.now() - timedelta(days=1)).date()
    job = JobFactory.create(client=chidi, date=yesterday, status=JobStatus.COMPLETED, title="Waiters for a wedding")
    worked = ApplicationFactory.create(job=job, applicant=wale, status=ApplicationStatus.COMPLETED)
    ShiftAssignmentFactory.create(application=worked, approved=True)
    absent = ApplicationFactory.create(job=job, applicant=ada, status=ApplicationStatus.NO_SHOW)
    ShiftAssignmentFactory.create(application=absent, status="no_show")
    return job
