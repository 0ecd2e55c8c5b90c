"""Lists from rows to bytes: what they say, what they cost, and whose values they bind."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.db.models import BooleanField, F, IntegerField, Q, Value
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Actor, Role
from core.errors import InvalidCursor
from core.listings import Given, ListedPage, Listing, Planned, Selection, statement_of
from core.pagination import PageQuery
from core.queries import count_queries
from core.schemas import Out
from jobs.listings import CLIENT_JOBS, FOUND_JOBS
from jobs.models import Job
from jobs.schemas.job import ClientJobItem, FoundJobOut
from jobs.selectors.search import JobOrder, JobSearch
from payment.listings import OWN_PAYMENTS
from payment.schemas.payments import PaymentOut
from payment.selectors.payments import payment_for
from rating.listings import RECEIVED_REVIEWS
from rating.models import Review
from rating.schemas import ReviewOut
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentFactory
from tests.factories.rating import ReviewFactory

pytestmark = pytest.mark.django_db


class Line(Out):
    id: int
    title: str


class Counted:
    """A selection that says how often it was made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, given: Given) -> Selection[Job]:
        self.made += 1
        jobs = Job.objects.filter(client_id=given["client_id"])
        if "title" in given:
            jobs = jobs.filter(title=given["title"])
        return Selection(jobs)


@pytest.fixture
def select() -> Counted:
    return Counted()


@pytest.fixture
def _nothing_prepared() -> None:
    """What other tests prepared outlives their rollback."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")


@pytest.fixture
def lines(select: Counted) -> Listing[Job]:
    return Listing(Job, "lines", Line, select, order=("-created_at", "-id"))


def titles(page: ListedPage) -> list[str]:
    return [item["title"] for item in page.items]


def test_statement_is_made_once_and_values_are_bound_each_time(
    lines: Listing[Job], select: Counted, chidi: CustomUser, sade: CustomUser
) -> None:
    JobFactory(client=chidi, title="His")
    JobFactory(client=sade, title="Hers")

    pages = [titles(lines.page({"client_id": client.pk}, page=PageQuery())) for client in (chidi, sade, chidi)]

    assert pages == [["His"], ["Hers"], ["His"]]
    assert select.made == 1


def test_each_combination_of_filters_has_a_statement_of_its_own(
    lines: Listing[Job], select: Counted, chidi: CustomUser
) -> None:
    for title in ("One", "Two"):
        JobFactory(client=chidi, title=title)

    everything = lines.page({"client_id": chidi.pk, "title": None}, page=PageQuery())
    one = lines.page({"client_id": chidi.pk, "title": "One"}, page=PageQuery())
    two = lines.page({"client_id": chidi.pk, "title": "Two"}, page=PageQuery())
    none = lines.page({"client_id": chidi.pk, "title": "'; DROP TABLE jobs_job; --"}, page=PageQuery())

    assert (len(everything.items), titles(one), titles(two), none.items) == (2, ["One"], ["Two"], [])
    assert select.made == 2


def test_constants_are_part_of_the_text(chidi: CustomUser) -> None:
    marked = "100% \\ o'clock %s"

    def named(given: Given) -> Selection[Job]:
        return Selection(Job.objects.filter(client_id=given["client_id"], title=marked))

    listing = Listing(Job, "named", Line, named, order=("id",))
    JobFactory(client=chidi, title=marked)
    JobFactory(client=chidi, title="Another")

    with count_queries(statements=True) as counted:
        page = listing.page({"client_id": chidi.pk}, page=PageQuery())

    assert titles(page) == [marked]
    # The client's id.
    assert counted.statements[0].replace("%%s", "").count("%s") == 1


def test_page_is_one_query_and_is_counted(lines: Listing[Job], chidi: CustomUser) -> None:
    JobFactory(client=chidi)

    with count_queries(statements=True) as counted:
        lines.page({"client_id": chidi.pk}, page=PageQuery())

    assert counted.count == 1
    assert "%s" in counted.statements[0]


@pytest.mark.usefixtures("_nothing_prepared")
def test_server_keeps_the_plan_of_a_prepared_statement_only(lines: Listing[Job], chidi: CustomUser) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, 'jobs_job') > 0")
            (number,) = cursor.fetchone()
        return int(number)

    before = kept()
    for _ in range(7):
        lines.page({"client_id": chidi.pk}, page=PageQuery(), planned=Planned.BY_VALUES)
    unprepared = kept()
    for _ in range(7):
        lines.page({"client_id": chidi.pk}, page=PageQuery())

    assert (unprepared - before, kept() - before) == (0, 1)


@pytest.mark.usefixtures("_nothing_prepared")
def test_kept_statement_is_planned_once_for_all_values(lines: Listing[Job], chidi: CustomUser) -> None:
    """Left to itself, PostgreSQL plans by the values five times at least, and the joins of some lists each time."""
    for _ in range(7):
        lines.page({"client_id": chidi.pk}, page=PageQuery())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE strpos(statement, 'jobs_job') > 0 "
            "ORDER BY prepare_time DESC LIMIT 1"
        )
        assert cursor.fetchone() == (7, 0)


def test_development_sees_the_query(lines: Listing[Job], chidi: CustomUser, settings: Settings) -> None:
    JobFactory(client=chidi, title="Seen")
    settings.DEBUG = True
    reset_queries()

    page = lines.page({"client_id": chidi.pk}, page=PageQuery())

    assert titles(page) == ["Seen"]
    assert [f"{chidi.pk}" in query["sql"] for query in connection.queries] == [True]


@pytest.mark.parametrize("planned", Planned)
def test_pages_follow_each_other_without_a_gap(lines: Listing[Job], chidi: CustomUser, planned: Planned) -> None:
    now = clock.now()
    # Two at a time: the id decides.
    for number in range(7):
        JobFactory(client=chidi, title=f"{number}", created_at=now + timedelta(hours=number // 2))

    cursor, seen = None, []
    while True:
        page = lines.page({"client_id": chidi.pk}, page=PageQuery(limit=2, cursor=cursor), planned=planned)
        seen.append(titles(page))
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [["6", "5"], ["4", "3"], ["2", "1"], ["0"]]


def test_cursor_of_another_owner_or_list_is_refused(lines: Listing[Job], select: Counted, chidi: CustomUser) -> None:
    JobFactory.create_batch(2, client=chidi)
    other = Listing(Job, "other lines", Line, select, order=("-created_at", "-id"))
    cursor = lines.page({"client_id": chidi.pk}, page=PageQuery(limit=1), owner=1).next_cursor

    again = PageQuery(limit=1, cursor=cursor)
    assert lines.page({"client_id": chidi.pk}, page=again, owner=1).items
    for listing, owner in ((lines, 2), (lines, None), (other, 1)):
        with pytest.raises(InvalidCursor):
            listing.page({"client_id": chidi.pk}, page=again, owner=owner)


def test_filters_that_no_row_satisfies_ask_nothing(chidi: CustomUser) -> None:
    nothing = Listing(Job, "nothing", Line, lambda given: Selection(Job.objects.none()), order=("id",))

    with count_queries() as counted:
        page = nothing.page({}, page=PageQuery())

    assert (page.items, page.next_cursor, counted.count) == ([], None, 0)


def test_alternatives_are_one_list(chidi: CustomUser, sade: CustomUser) -> None:
    def of_either(given: Given) -> Selection[Job]:
        return Selection(Job.objects.all(), [Q(client_id=given["one"]), Q(client_id=given["other"])])

    listing = Listing(Job, "either", Line, of_either, order=("-created_at", "-id"))
    for client, title in ((chidi, "His"), (sade, "Hers")):
        JobFactory(client=client, title=title)

    page = listing.page({"one": chidi.pk, "other": sade.pk}, page=PageQuery())

    assert titles(page) == ["Hers", "His"]


class TestSameAsTheSchema:
    """A list says of a row just what the schema says of the object."""

    def test_found_jobs(self, chidi: CustomUser, sade: CustomUser) -> None:
        JobFactory(client=chidi, status="upcoming")
        JobFactory(client=chidi, status="upcoming", subcategory=None, latitude=None, longitude=None)
        search = JobSearch()

        page = FOUND_JOBS[JobOrder.NEWEST].page(search.given(viewer_id=sade.pk), page=PageQuery())

        jobs = Job.objects.select_related("industry", "subcategory", "client__profile").order_by("-created_at", "-id")
        no = Value(False, BooleanField())
        none = Value(None, IntegerField())
        jobs = jobs.annotate(distance_m=none, saved=no, applied=no, days_left=none, pay_for_days_left_kobo=none)
        assert as_json(page) == [FoundJobOut.from_orm(job).model_dump(mode="json") for job in jobs]
        assert len(page.items) == 2

    def test_client_jobs(self, chidi: CustomUser) -> None:
        JobFactory(client=chidi)

        page = CLIENT_JOBS.page({"client_id": chidi.pk}, page=PageQuery())

        none = F("accepted_count")
        job = Job.objects.annotate(waiting_applications=none, to_approve=none, outstanding_kobo=none).get()
        assert as_json(page) == [ClientJobItem.from_orm(job).model_dump(mode="json")]

    def test_payments(self, chidi: CustomUser) -> None:
        payment = PaymentFactory(payer=chidi)

        page = OWN_PAYMENTS[None].page({"viewer_id": chidi.pk}, page=PageQuery())

        shown = payment_for(actor=Actor(chidi.pk, Role.CLIENT), reference=payment.reference)
        assert as_json(page) == [PaymentOut.from_orm(shown).model_dump(mode="json")]

    def test_reviews(self, chidi: CustomUser) -> None:
        review = ReviewFactory(reviewed=chidi, comment='Ẹ ṣé \N{SMILING FACE WITH SUNGLASSES} "quoted"')

        page = RECEIVED_REVIEWS.page({"user_id": chidi.pk}, page=PageQuery())

        whole = Review.objects.select_related("reviewer__profile", "reviewed__profile", "job").get(pk=review.pk)
        assert as_json(page) == [ReviewOut.of(whole).model_dump(mode="json")]


def as_json(page: ListedPage) -> Any:
    return json.loads(page.to_json())["items"]


def test_integer_that_would_be_cut_off_is_refused() -> None:
    jobs = Job.objects.annotate(number=Value(2**31))

    with pytest.raises(OverflowError, match="2147483648 needs a BigIntegerField"):
        statement_of(jobs, ["number"])
