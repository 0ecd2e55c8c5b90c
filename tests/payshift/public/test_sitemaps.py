"""Where search engines find the jobs that are open."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from jobs.models import JobStatus
from payshift.public.sitemaps import JobSitemap
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db

LOCATION = re.compile(r"<loc>(.*?)</loc>")


@pytest.fixture(autouse=True)
def _public_url(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://payshift.example"
    # Its row is read before each request, in development alone.
    settings.TIME_TRAVEL = False


def test_robots_are_told_of_the_sitemap_and_kept_from_the_api(client: Client) -> None:
    response = client.get("/robots.txt")

    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain"
    assert "Sitemap: https://payshift.example/sitemap.xml" in lines
    assert "Disallow: /api/" in lines
    assert not [line for line in lines if line.startswith("Disallow: /j")]


def test_sitemap_lists_open_jobs_alone(client: Client) -> None:
    open_job = JobFactory.create()
    JobFactory.create(status=JobStatus.PENDING)
    JobFactory.create(applicants_needed=1, accepted_count=0, status=JobStatus.COMPLETED)
    JobFactory.create(client__is_active=False)

    sitemap = client.get("/sitemap-jobs.xml").content.decode()

    assert LOCATION.findall(sitemap) == [f"https://payshift.example/j/{open_job.pk}"]
    assert f"<lastmod>{open_job.updated_at:%Y-%m-%d}</lastmod>" in sitemap


def test_sitemap_is_cut_into_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(JobSitemap, "limit", 2)
    jobs = JobFactory.create_batch(3)

    # how many there are
    with django_assert_num_queries(1):
        index = client.get("/sitemap.xml").content.decode()
    # how many there are, those of the page
    with django_assert_num_queries(2):
        second = client.get("/sitemap-jobs.xml?p=2").content.decode()

    assert [address.partition("/sitemap")[2] for address in LOCATION.findall(index)] == ["-jobs.xml", "-jobs.xml?p=2"]
    assert LOCATION.findall(second) == [f"https://payshift.example/j/{jobs[-1].pk}"]


@pytest.mark.parametrize("path", ["/sitemap-people.xml", "/sitemap-jobs.xml?p=99", "/sitemap-jobs.xml?p=x"])
def test_sitemap_that_is_none_is_a_404(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
