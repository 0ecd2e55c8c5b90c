import pytest

from accounts.models import CustomUser
from jobs.models import JobIndustry, JobSubcategory
from tests.jobs.conftest import Api, Count

pytestmark = pytest.mark.django_db


def test_industries_are_seeded_and_sorted_by_name(api: Api, wale: CustomUser) -> None:
    body = api(wale).get("/industries").json()

    names = [industry["name"] for industry in body]
    assert len(body) == JobIndustry.objects.count() >= 15
    assert names == sorted(names)
    security = next(industry for industry in body if industry["slug"] == "security")
    assert {"slug": "security-guard", "name": "Security guard"} in security["subcategories"]


def test_industries_run_three_queries(api: Api, wale: CustomUser, count: Count) -> None:
    JobSubcategory.objects.create(industry=JobIndustry.objects.get(slug="security"), slug="one-more", name="One more")

    # token, industries, subcategories
    assert count(api(wale), "/industries") == 3
