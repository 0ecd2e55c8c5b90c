"""What staff should look at: planted patterns are found with their people; the same done honestly is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import BankAccount, CustomUser
from core import clock
from core.self_checks import last_check
from jobs.models import HandledPattern, Job, ShiftAssignment
from jobs.services.leaving import forget_person
from payment.services.accounts import wallet_of
from payshift.selectors.timelines.of_person import timeline_of_person
from payshift.services.patterns import (
    DEVICE_PEOPLE,
    LOOKED_AT,
    PATTERNS,
    RING_PEOPLE,
    RING_REVIEWS,
    Pattern,
    find_patterns,
    handle_pattern,
    rings,
    watch_patterns,
)
from payshift.staff_roles import make_roles
from rating.models import Review
from tests.factories.accounts import BankAccountFactory, DeviceFactory, UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import WithdrawalFactory
from tests.factories.rating import ReviewFactory

pytestmark = pytest.mark.django_db

ABUJA, IKEJA = (9.0765, 7.3986), (6.6018, 3.3515)


def found() -> list[Pattern]:
    return list(find_patterns(since=clock.now() - LOOKED_AT))


@pytest.fixture
def shared_job(chidi: CustomUser, wale: CustomUser) -> Job:
    """Wale works for Chidi."""
    job: Job = JobFactory.create(client=chidi)
    work(job, wale)
    return job


def work(job: Job, worker: CustomUser, **shift: Any) -> ShiftAssignment:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    assignment: ShiftAssignment = ShiftAssignmentFactory.create(application=application, **shift)
    return assignment


def arrive(worker: CustomUser, place: tuple[float, float], minutes_ago: int) -> Job:
    # Shifts of one worker do not overlap: these are of different days, and only their check-ins are moved.
    already = ShiftAssignment.objects.filter(worker=worker).count()
    job: Job = JobFactory.create(date=(clock.now() + timedelta(days=1 + already)).date())
    assignment = work(job, worker, checked_in=True)
    ShiftAssignment.objects.filter(pk=assignment.pk).update(
        checked_in_at=clock.now() - timedelta(minutes=minutes_ago),
        check_in_latitude=place[0],
        check_in_longitude=place[1],
    )
    return job


@pytest.mark.usefixtures("shared_job")
def test_one_bank_account_of_a_client_and_their_worker_is_found(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    for person in (chidi, wale):
        BankAccountFactory.create(user=person, bank_code="058", account_number="0123456789")
    # Of a couple who never worked for one another, and of another bank.
    BankAccountFactory.create(user=ada, bank_code="044", account_number="0123456789")

    assert found() == [Pattern("One bank account on both sides of a job", [chidi.pk, wale.pk])]


@pytest.mark.usefixtures("shared_job")
def test_an_account_that_money_was_sent_to_counts_after_it_was_changed(chidi: CustomUser, wale: CustomUser) -> None:
    account = BankAccountFactory.create(user=wale)
    WithdrawalFactory.create(
        wallet=wallet_of(chidi.pk), bank_code=account.bank_code, account_number=account.account_number
    )

    assert [pattern.people for pattern in found()] == [[chidi.pk, wale.pk]]


@pytest.mark.usefixtures("shared_job")
def test_one_account_of_people_who_do_not_work_together_is_not_found(ada: CustomUser, sade: CustomUser) -> None:
    for person in (ada, sade):
        BankAccountFactory.create(user=person, account_number="0123456789")

    assert found() == []


@pytest.mark.usefixtures("shared_job")
def test_one_device_on_both_sides_is_found_and_one_network_alone_is_not(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    home = b"\x01" * 32
    DeviceFactory.create(user=chidi, origin=home, name="Tecno Spark 10")
    DeviceFactory.create(user=wale, origin=home, name="iPhone 12")

    assert found() == []
    DeviceFactory.create(user=wale, origin=home, name="Tecno Spark 10")
    assert found() == [Pattern("One network and one kind of device on both sides of a job", [chidi.pk, wale.pk])]


@pytest.mark.usefixtures("shared_job")
def test_one_device_that_many_use_says_nothing(chidi: CustomUser, wale: CustomUser) -> None:
    """A household shares a phone; a works' tablet, or a carrier's one address, has all that come there."""
    for person in (chidi, wale, *UserFactory.create_batch(DEVICE_PEOPLE - 2)):
        DeviceFactory.create(user=person, origin=b"\x01" * 32, name="Galaxy Tab A8")
    household = found()
    DeviceFactory.create(user=UserFactory.create(), origin=b"\x01" * 32, name="Galaxy Tab A8")

    assert [pattern.people for pattern in household] == [[chidi.pk, wale.pk]]
    assert found() == []


@pytest.mark.usefixtures("shared_job")
def test_one_device_of_people_who_do_not_work_for_one_another_or_long_ago_is_not_found(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    for person in (wale, ada):
        DeviceFactory.create(user=person, origin=b"\x01" * 32, name="Tecno Spark 10")
    DeviceFactory.create(user=chidi, origin=b"\x01" * 32, name="Tecno Spark 10", last_used_at=clock.now() - LOOKED_AT)

    assert found() == []


@pytest.mark.usefixtures("shared_job")
def test_logged_in_twice_with_one_device_is_one_person(chidi: CustomUser, wale: CustomUser) -> None:
    for person in (chidi, wale, wale, wale, wale):
        DeviceFactory.create(user=person, origin=b"\x01" * 32, name="Tecno Spark 10")

    assert len(found()) == 1


@pytest.mark.parametrize(("people", "is_ring"), [(RING_PEOPLE, True), (RING_PEOPLE + 1, False)])
def test_a_ring_is_of_few(people: int, is_ring: bool) -> None:
    reviews = [(one, (one + step) % people, 5) for one in range(people) for step in (1, 2)]

    assert list(rings(reviews)) == ([list(range(people))] if is_ring else [])


def test_a_ring_has_written_enough() -> None:
    pair = [(1, 2, 5), (2, 1, 5)] * (RING_REVIEWS // 2)

    assert list(rings(pair)) == [[1, 2]]
    assert list(rings(pair[1:])) == []


def test_a_ring_of_reviews_is_found() -> None:
    one, other, third = (UserFactory.create() for _ in range(3))
    for _ in range(2):
        for reviewer, reviewed in ((one, other), (other, third), (third, one)):
            ReviewFactory.create(reviewer=reviewer, reviewed=reviewed, rating=5)

    assert [(pattern.people, pattern.job_id) for pattern in found()] == [([one.pk, other.pk, third.pk], None)]


@pytest.mark.parametrize(
    "reviews",
    [
        pytest.param([(1, 2, 5), (2, 1, 5)] * 2, id="too few"),
        pytest.param([(1, 2, 5), (2, 1, 5)] * 3 + [(1, 2, 4)], id="once not the best"),
        pytest.param([(1, 2, 5), (2, 1, 5)] * 3 + [(3, 2, 1)], id="somebody else as well"),
        pytest.param([(1, worker, 5) for worker in range(2, 12)], id="a good client with many workers"),
    ],
)
def test_reviews_that_are_no_ring(reviews: list[tuple[int, int, int]]) -> None:
    assert list(rings(reviews)) == []


def test_check_ins_too_far_apart_for_the_time_between_are_found(wale: CustomUser) -> None:
    arrive(wale, IKEJA, minutes_ago=120)
    job = arrive(wale, ABUJA, minutes_ago=60)

    (pattern,) = found()

    assert (pattern.people, pattern.job_id) == ([wale.pk], job.pk)
    assert pattern.says == "Checked in 523 km from the check-in 60 min before"


def test_travel_that_is_possible_is_not_found(wale: CustomUser, ada: CustomUser) -> None:
    arrive(wale, IKEJA, minutes_ago=60 * 11)
    arrive(wale, ABUJA, minutes_ago=60)
    # Two people, and two positions of one place a minute apart.
    arrive(ada, ABUJA, minutes_ago=61)
    arrive(ada, (ABUJA[0] + 0.1, ABUJA[1]), minutes_ago=60)

    assert found() == []


@pytest.mark.usefixtures("shared_job")
def test_staff_who_may_keep_people_out_see_what_the_night_found(
    chidi: CustomUser, wale: CustomUser, bisi: CustomUser
) -> None:
    staff = Client()
    staff.force_login(bisi)
    page = reverse("admin:patterns")
    assert "Not looked for yet" in staff.get(page).content.decode()
    for person in (chidi, wale):
        BankAccountFactory.create(user=person, account_number="0123456789")

    assert watch_patterns() == 1

    check = last_check(PATTERNS)
    assert check is not None
    assert (check.differences, len(check.findings)) == (1, 1)
    shown = staff.get(page).content.decode()
    assert "One bank account on both sides of a job" in shown
    for person in (chidi, wale):
        assert reverse("admin:person_everything", args=[person.pk]) in shown
    assert "0123456789" not in shown


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def handle(office: Client, reason: str = "They are a couple") -> Any:
    """What the page shows first, as staff do it."""
    (_, _, _, form), *_ = office.get(reverse("admin:patterns")).context["rows"]
    return office.post(reverse("admin:patterns"), {"mark": form["mark"].value(), "reason": reason})


@pytest.mark.usefixtures("shared_job")
def test_handled_pattern_is_gone_until_its_facts_change(
    chidi: CustomUser, wale: CustomUser, bisi: CustomUser, office: Client
) -> None:
    for person in (chidi, wale):
        BankAccountFactory.create(user=person, bank_code="058", account_number="0123456789")
    assert watch_patterns() == 1

    assert handle(office).status_code == 302

    kept = HandledPattern.objects.get()
    assert (kept.handled_by, kept.reason, kept.people) == (bisi, "They are a couple", [chidi.pk, wale.pk])
    assert "0123456789" not in str(vars(kept))
    entry = LogEntry.objects.get(content_type__model="handledpattern")
    assert (entry.user_id, entry.object_id) == (bisi.pk, str(kept.pk))
    assert entry.change_message == "Handled: They are a couple. Shown to staff: yes → no"
    for person in (chidi, wale):
        events = timeline_of_person(user_id=person.pk, may=lambda permission: True).events
        (event,) = [event for event in events if event.says == "Pattern handled"]
        assert (event.by, event.words) == (bisi, f"{kept.says}. They are a couple")
    # At once, and after the next night.
    assert office.get(reverse("admin:patterns")).context["rows"] == []
    assert watch_patterns() == 0
    BankAccount.objects.update(account_number="1123456789")
    assert watch_patterns() == 1
    assert "One bank account" in office.get(reverse("admin:patterns")).content.decode()


def test_handled_ring_comes_back_with_a_new_review_and_not_with_old_ones_passing_by(office: Client) -> None:
    one, other = UserFactory.create(), UserFactory.create()
    reviews = [
        ReviewFactory.create(reviewer=reviewer, reviewed=reviewed, rating=5)
        for _ in range(4)
        for reviewer, reviewed in ((one, other), (other, one))
    ]
    assert watch_patterns() == 1
    handle(office)

    Review.objects.filter(pk=reviews[0].pk).update(created_at=clock.now() - LOOKED_AT - timedelta(days=1))
    assert watch_patterns() == 0
    ReviewFactory.create(reviewer=one, reviewed=other, rating=5)
    assert watch_patterns() == 1


def test_check_ins_that_were_handled_stay_away_and_others_do_not(wale: CustomUser, office: Client) -> None:
    arrive(wale, IKEJA, minutes_ago=300)
    arrive(wale, ABUJA, minutes_ago=240)
    assert watch_patterns() == 1
    handle(office, reason="Took the plane")
    assert watch_patterns() == 0

    arrive(wale, IKEJA, minutes_ago=180)

    assert watch_patterns() == 1


@pytest.mark.usefixtures("shared_job")
def test_handled_without_a_reason_or_by_another_role_is_refused(
    chidi: CustomUser, wale: CustomUser, office: Client
) -> None:
    for person in (chidi, wale):
        BankAccountFactory.create(user=person, account_number="0123456789")
    watch_patterns()

    assert handle(office, reason=" ").status_code == 422
    gone = office.post(reverse("admin:patterns"), {"mark": "0" * 64, "reason": "Looked"})
    assert (gone.status_code, "not there any more" in gone.content.decode()) == (422, True)
    make_roles()
    clerk = UserFactory.create(is_staff=True, role="admin")
    clerk.groups.add(Group.objects.get(name="Finance"))
    reader = Client()
    reader.force_login(clerk)
    assert reader.post(reverse("admin:patterns"), {"mark": "0" * 64, "reason": "Looked"}).status_code == 403
    assert not HandledPattern.objects.exists()


@pytest.mark.usefixtures("shared_job")
def test_handled_twice_keeps_the_first_reason(chidi: CustomUser, wale: CustomUser, bisi: CustomUser) -> None:
    for person in (chidi, wale):
        BankAccountFactory.create(user=person, account_number="0123456789")
    watch_patterns()
    (pattern,) = found()

    for reason in ("They are a couple", "Something else"):
        handle_pattern(staff_id=bisi.pk, mark=pattern.mark, reason=reason)

    assert HandledPattern.objects.get().reason == "They are a couple"
    assert LogEntry.objects.filter(content_type__model="handledpattern").count() == 1


def test_reason_goes_with_who_leaves(wale: CustomUser, bisi: CustomUser) -> None:
    handled = HandledPattern.objects.create(
        mark="0" * 64, says="A ring", people=[wale.pk], reason="Wale is ill", handled_by=bisi, handled_at=clock.now()
    )
    LogEntry.objects.log_actions(bisi.pk, [handled], CHANGE, "Handled: Wale is ill", single_object=True)

    forget_person(user_id=wale.pk)

    assert HandledPattern.objects.get().reason == "(deleted)"
    assert LogEntry.objects.get().change_message == "(deleted)"


@pytest.mark.parametrize(("role", "status"), [("Support", 200), ("Finance", 403), ("Read only", 403)])
def test_support_may_look(role: str, status: int) -> None:
    make_roles()
    clerk = UserFactory.create(is_staff=True, role="admin")
    clerk.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(clerk)

    assert client.get(reverse("admin:patterns")).status_code == status
