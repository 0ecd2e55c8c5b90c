"""Times for staff are of Lagos and say so; the API speaks UTC."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job
from tests.factories.jobs import JobFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def test_staff_read_lagos_time_with_its_name(bisi: CustomUser, chidi: CustomUser) -> None:
    job: Job = JobFactory.create(client=chidi)
    Job.objects.filter(pk=job.pk).update(created_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    staff = Client()
    staff.force_login(bisi)

    page = staff.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()

    assert "2026-03-02 00:30 WAT" in page
    assert "2026-03-01 23:30" not in page
    assert ApiClient(chidi).get(f"/jobs/{job.pk}").json()["created_at"] == "2026-03-01T23:30:00Z"


def test_staff_see_where_they_are(bisi: CustomUser) -> None:
    staff = Client()
    staff.force_login(bisi)

    assert "Production" in staff.get(reverse("admin:index")).content.decode()
