"""One page per job and per person: everything that happened, newest first, and the money, for whoever may see each."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import CustomUser, Notification
from core import clock
from core.actor import Role
from core.queries import count_queries
from jobs.models import ApplicationStatusLog, Invitation
from payshift.selectors.timelines.events import PAGE, Event
from payshift.selectors.timelines.of_job import timeline_of_job
from payshift.selectors.timelines.of_person import timeline_of_person
from payshift.staff_roles import make_roles
from tests.architecture.world import World, build_world
from tests.factories.accounts import NotificationFactory, UserFactory
from tests.factories.jobs import InvitationFactory, JobFactory
from tests.factories.payment import ChargebackFactory, DisputeStatementFactory, PaymentAttemptFactory
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db

# Session, member of staff; the object, and again for its acts; balances, seven tables at most; notes; events, people.
MOST_QUERIES = 15


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings) -> World:
    settings.TIME_TRAVEL = False  # its clock is a query of its own
    return build_world(chidi=chidi, wale=wale, ada=ada)


def member(role: str) -> Client:
    make_roles()
    user: CustomUser = UserFactory.create(role=Role.ADMIN)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def everything(permission: str) -> bool:
    return True


def said(events: Sequence[Event]) -> list[str]:
    return [f"{event.says}: {event.words}".removesuffix(": ") for event in events]


def of_job(pk: int) -> str:
    return reverse("admin:job_everything", args=[pk])


def of_person(pk: int) -> str:
    return reverse("admin:person_everything", args=[pk])


def test_job_tells_of_work_money_disputes_reviews_messages_and_staff(world: World, staff: Client) -> None:
    job = world.done_job
    NotificationFactory.create(user=world.wale, title="You were paid", link=f"/jobs/{job.pk}")
    NotificationFactory.create(user=world.ada, title="Somebody answered", link=f"/disputes/{world.dispute.pk}")
    NotificationFactory.create(user=world.ada, title="Of another job", link=f"/jobs/{job.pk}0")
    DisputeStatementFactory.create(dispute=world.dispute, body="I was there.")
    ChargebackFactory.create(attempt=world.funding.attempts.get())
    act_on_page(staff, reverse("admin:payment_dispute_review", args=[world.dispute.pk]), reason="My turn")

    events = timeline_of_job(job_id=job.pk, may=everything).events

    told = {event.says for event in events}
    assert told >= {
        *("Posted", "Checked in", "Checked out", "Shift approved", "Payment begun", "Paid", "Try at the provider"),
        *("Dispute opened", "Dispute ended", "Said in the dispute", "Review", "Chargeback", "Told", "Staff: dispute"),
    }
    lines = said(events)
    assert {"Dispute ended: withdrawn", "Paid: escrow funding"} <= set(lines)
    assert {"Told: You were paid", "Told: Somebody answered", "Said in the dispute: I was there."} <= set(lines)
    assert "Told: Of another job" not in lines
    assert [event.at for event in events] == sorted((event.at for event in events), reverse=True)
    assert any("My turn" in event.words for event in events if event.says == "Staff: dispute")


def test_person_tells_of_account_work_money_and_messages(world: World, staff: Client) -> None:
    ban = act_on_page(staff, reverse("admin:accounts_customuser_ban", args=[world.wale.pk]), reason="Sold the codes")
    assert ban.status_code == 302

    events: list[Event] = []
    before = ""
    while True:
        page = timeline_of_person(user_id=world.wale.pk, may=everything, before=before)
        events += page.events
        if not page.older:
            break
        before = page.older

    told = {event.says for event in events}
    assert told >= {
        *("Joined", "Banned", "Logged in on a new device", "Bank account set", "Shift approved", "Invited"),
        *("Paid", "Withdrawal asked for", "Withdrawal ended", "Dispute opened", "Review", "Told", "Staff: user"),
    }
    assert any("Sold the codes" in event.words for event in events)
    assert world.ada not in [event.about for event in events]


def test_pages_tell_each_event_once_though_they_happened_at_one_moment(world: World) -> None:
    job = JobFactory.create(client=world.chidi)
    now = clock.now()
    InvitationFactory.create_batch(PAGE, job=job, created_at=now)
    for number in range(PAGE):
        NotificationFactory.create(user=world.wale, link=f"/jobs/{job.pk}", title=f"No. {number}", created_at=now)

    first = timeline_of_job(job_id=job.pk, may=everything)
    second = timeline_of_job(job_id=job.pk, may=everything, before=first.older)
    third = timeline_of_job(job_id=job.pk, may=everything, before=second.older)

    events = [*first.events, *second.events, *third.events]
    assert (len(first.events), len(second.events), len(third.events)) == (PAGE, PAGE, 1)
    assert {event.opens_id for event in events if event.says == "Told"} == set(
        Notification.objects.filter(link=f"/jobs/{job.pk}").values_list("pk", flat=True)
    )
    assert {event.opens_id for event in events if event.says == "Invited"} == set(
        Invitation.objects.filter(job=job).values_list("pk", flat=True)
    )
    assert third.older == ""


def test_place_that_is_none_begins_with_the_newest(world: World) -> None:
    newest = timeline_of_job(job_id=world.done_job.pk, may=everything)

    for before in ("x", "1_2", "2026-01-01_0_1", "2026-01-01T00:00:00+00:00_-1_5", "_" * 9):
        assert timeline_of_job(job_id=world.done_job.pk, may=everything, before=before) == newest


def test_pages_run_as_many_queries_for_thirty_events_as_for_three(world: World, staff: Client) -> None:
    def spent(path: str) -> int:
        with count_queries() as counted:
            assert staff.get(path).status_code == 200
        return counted.count

    paths = [of_job(world.done_job.pk), of_person(world.wale.pk), of_person(world.chidi.pk)]
    few = [spent(path) for path in paths]
    for number in range(30):
        NotificationFactory.create(user=world.wale, link=f"/jobs/{world.done_job.pk}")
        InvitationFactory.create(job=world.done_job)
        PaymentAttemptFactory.create(payment=world.funding, reference=f"pay-that-failed-{number}", status="failed")
        JobFactory.create(client=world.chidi)

    # Without a person in the events there is one less.
    assert all(now <= then for now, then in zip([spent(path) for path in paths], few, strict=True))
    assert max(few) <= MOST_QUERIES


def test_what_a_role_may_not_look_at_is_neither_shown_nor_told(world: World) -> None:
    path = of_job(world.done_job.pk)
    reader, support, operations = member("Read only"), member("Support"), member("Operations")

    assert {client.get(path).status_code for client in (reader, support, operations)} == {200}
    assert support.get(path).context["money"] is not None
    without_money = operations.get(path)
    assert without_money.context["money"] is None
    told = {event.says for event, *_ in without_money.context["events"]}
    assert told & {"Paid", "Payment begun", "Try at the provider", "Dispute opened", "Review", "Told"} == set()
    assert "Posted" in told
    page = without_money.content.decode()
    for model in ("payment", "refund", "dispute", "wallet"):
        assert f"/admin/payment/{model}/" not in page
    assert operations.get(of_person(world.wale.pk)).status_code == 403


def test_actions_are_where_the_object_is_for_those_who_may(world: World) -> None:
    path = of_job(world.open_job.pk)

    assert [title for title, _ in member("Support").get(path).context["acts"]] == ["Cancel job", "Hide job"]
    assert list(member("Finance").get(path).context["acts"]) == []
    acts = member("Support").get(of_person(world.wale.pk)).context["acts"]
    assert [title for title, _ in acts] == ["Ban", "Send a code for a new password"]
    assert acts[0] == ("Ban", reverse("admin:accounts_customuser_ban", args=[world.wale.pk]))


def test_record_leads_to_the_page_and_back(world: World, staff: Client) -> None:
    for record, page in (
        (reverse("admin:jobs_job_change", args=[world.done_job.pk]), of_job(world.done_job.pk)),
        (reverse("admin:accounts_customuser_change", args=[world.wale.pk]), of_person(world.wale.pk)),
    ):
        assert f'href="{page}"' in staff.get(record).content.decode()
        assert f'href="{record}"' in staff.get(page).content.decode()
    assert staff.get(of_job(999_999_999)).status_code == 404
    assert staff.get(of_person(999_999_999)).status_code == 404


def test_log_of_an_application_says_who_moved_it(world: World) -> None:
    moment = clock.now() + timedelta(seconds=1)
    ApplicationStatusLog.objects.create(
        application=world.waiting,
        from_status="applied",
        to_status="rejected",
        changed_by=world.chidi,
        created_at=moment,
    )

    newest = timeline_of_job(job_id=world.open_job.pk, may=everything).events[0]

    assert (newest.at, newest.words, newest.about, newest.by) == (
        moment,
        "applied → rejected",
        world.ada,
        world.chidi,
    )


def test_strangers_to_staff_are_sent_to_the_login(world: World, chidi: CustomUser) -> None:
    client = Client()
    client.force_login(chidi)

    answers = [client.get(path) for path in (of_job(world.done_job.pk), of_person(chidi.pk))]

    assert {answer.status_code for answer in answers} == {302}
    assert not Permission.objects.filter(user=chidi).exists()
