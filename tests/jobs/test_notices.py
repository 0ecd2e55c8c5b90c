"""Who is told of what: each event of work, from the request to the notices that wait in the queue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import CustomUser, Notification
from jobs.models import Application, Job, ShiftAssignment
from jobs.services import clockwork
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import fund_wallet
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
WHEN = "Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time), at Victoria Island, Lagos"
HERE = {"code": "246810"}

type Told = Callable[[CustomUser], list[str]]


@pytest.fixture
def told() -> Told:
    """The kinds of a person's notices since the last look."""
    seen: set[int] = set()

    def kinds(user: CustomUser) -> list[str]:
        new = dict(Notification.objects.filter(user=user).exclude(pk__in=seen).values_list("pk", "kind"))
        seen.update(new)
        return sorted(new.values())

    return kinds


@pytest.fixture
def bodies() -> Callable[[str], list[str]]:
    """What notices of a kind say, in the order in which they were told."""
    return lambda kind: list(Notification.objects.filter(kind=kind).order_by("pk").values_list("body", flat=True))


@pytest.fixture
def assignment(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, title="Waiters for a wedding", applicants_needed=1))
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )


def test_applying_and_the_answers(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, sade: CustomUser, job: Job, told: Told
) -> None:
    job.applicants_needed = 1
    job.save(update_fields=["applicants_needed"])
    for worker in (wale, ada, sade):
        api(worker).post("/apply-jobs/", {"job_id": job.pk})
    first, second, _ = Application.objects.order_by("pk")
    assert told(chidi) == ["application_received"] * 3
    client = api(chidi)

    client.post(f"/applications/{first.pk}/reject")
    client.post(f"/applications/{second.pk}/accept")

    assert [told(worker) for worker in (wale, ada, sade)] == [
        ["application_rejected"],
        ["application_accepted"],
        # The last place is taken.
        ["standing_by"],
    ]


def test_withdrawing_names_the_worker(
    api: Api, chidi: CustomUser, wale: CustomUser, assignment: ShiftAssignment, told: Told, bodies: Any
) -> None:
    api(wale).post(f"/applications/{assignment.application_id}/withdraw")

    assert told(chidi) == ["application_withdrawn"]
    assert bodies("application_withdrawn") == [
        f"Wale Adeyemi withdrew from “Waiters for a wedding”, {WHEN}. A place that came free is offered to those who "
        "stand by, and open to others."
    ]


def test_new_terms_are_told_to_who_applied_each_time(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, job: Job, told: Told, clock_at: Move
) -> None:
    ApplicationFactory.create(job=job, applicant=wale)
    ApplicationFactory.create(job=job, applicant=ada, status="rejected")
    client = api(chidi)

    for minute, rate_kobo in enumerate((140_000, 130_000), start=1):
        clock_at(STARTS_AT - DAY + timedelta(minutes=minute))
        client.patch(f"/jobs/{job.pk}", {"rate_kobo": rate_kobo})
        assert (told(wale), told(ada), told(chidi)) == (["job_changed"], [], ["refund_received"])

    client.patch(f"/jobs/{job.pk}", {"rate_kobo": 130_000})
    client.patch(f"/jobs/{job.pk}", {"rate_kobo": "free"})
    assert (told(wale), told(chidi)) == ([], [])


def test_new_description_is_told_to_who_was_accepted(
    api: Api, chidi: CustomUser, wale: CustomUser, assignment: ShiftAssignment, told: Told
) -> None:
    client, path = api(chidi), f"/jobs/{assignment.application.job_id}"
    assert client.patch(path, {"rate_kobo": 100}).status_code == 409
    assert told(wale) == []

    client.patch(path, {"description": "Bring black shoes."})

    assert told(wale) == ["job_changed"]


def test_course_of_a_shift(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    assignment: ShiftAssignment,
    told: Told,
    bodies: Any,
    clock_at: Move,
) -> None:
    path = f"/assignments/{assignment.pk}"
    clock_at(STARTS_AT - timedelta(hours=12))
    clockwork.send_reminders()
    assert (told(wale), told(chidi)) == (["shift_reminder"], [])

    clock_at(STARTS_AT)
    worker, client = api(wale), api(chidi)
    worker.post(f"{path}/check-in", HERE)
    assert (told(wale), told(chidi)) == ([], ["checked_in"])
    assert bodies("checked_in") == [
        f"Wale Adeyemi checked in at “Waiters for a wedding”, {WHEN}. If they are not there, contest it on the shift's "
        "page."
    ]

    clock_at(STARTS_AT + timedelta(minutes=90))
    worker.post(f"{path}/check-out")
    assert (told(wale), told(chidi)) == ([], ["checked_out"])
    assert bodies("checked_out") == [
        f"Wale Adeyemi worked 1 h 30 min at “Waiters for a wedding”, {WHEN}. Approve it, or it counts as worked 24 "
        "hours after the shift."
    ]

    client.post(f"{path}/approve", {"minutes": 60, "reason": "Left early."})
    assert (told(wale), told(chidi)) == (["minutes_lowered", "wage_paid"], [])
    assert bodies("minutes_lowered") == [
        f"The client approved 1 h of the 1 h 30 min recorded of your shift of “Waiters for a wedding”, {WHEN}: "
        "₦1,500 are in your wallet. Reason: Left early. The rest, ₦10,500, stays in escrow until "
        "Thu 5 Mar 2026, 17:00 (Lagos time). Accept it, or open a dispute before."
    ]

    worker.post(f"{path}/accept-minutes")
    assert told(wale) == ["job_completed"]
    assert told(chidi) == ["job_completed", "minutes_accepted", "refund_received"]


def test_approval_of_all_minutes(
    api: Api, chidi: CustomUser, wale: CustomUser, assignment: ShiftAssignment, told: Told, clock_at: Move
) -> None:
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{assignment.pk}/check-in", HERE)
    clock_at(ENDS_AT)
    client = api(chidi)
    told(chidi)

    # Forgotten, and made up by the approval: the client has nothing to do any more.
    client.post(f"/assignments/{assignment.pk}/approve", {})

    assert told(wale) == ["checked_out_by_clock", "job_completed", "shift_approved", "wage_paid"]
    assert told(chidi) == ["job_completed"]


def test_what_the_clock_decides_is_told_to_both(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    assignment: ShiftAssignment,
    told: Told,
    bodies: Any,
    clock_at: Move,
) -> None:
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{assignment.pk}/check-in", HERE)
    clock_at(ENDS_AT)
    told(chidi)
    clockwork.check_out_overdue()
    assert (told(wale), told(chidi)) == (["checked_out_by_clock"], ["checked_out"])

    clock_at(ENDS_AT + DAY)
    clockwork.approve_overdue()

    assert told(wale) == ["job_completed", "shift_approved", "wage_paid"]
    assert told(chidi) == ["decided_by_clock", "job_completed"]
    assert bodies("decided_by_clock") == [
        f"You said nothing for 24 hours about the shift of Wale Adeyemi at “Waiters for a wedding”, {WHEN}: 8 h "
        "were approved."
    ]


@pytest.mark.parametrize("by_clock", [False, True])
def test_absence(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    assignment: ShiftAssignment,
    told: Told,
    bodies: Any,
    clock_at: Move,
    by_clock: bool,
) -> None:
    clock_at(ENDS_AT + DAY)
    if by_clock:
        clockwork.mark_overdue_no_shows()
    else:
        api(chidi).post(f"/assignments/{assignment.pk}/no-show")

    assert (told(wale), told(chidi)) == (["minutes_lowered"], ["decided_by_clock"] if by_clock else [])
    (body,) = bodies("minutes_lowered")
    assert body.startswith(f"You did not come to “Waiters for a wedding”, {WHEN}, says its client")
    assert "₦13,200 stay in escrow until Fri 6 Mar 2026, 17:00 (Lagos time)." in body

    clock_at(ENDS_AT + 3 * DAY + timedelta(seconds=1))
    clockwork.accept_overdue_minutes()
    assert (told(wale), told(chidi)) == ([], ["job_expired", "refund_received"])


def test_late_cancellation(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, told: Told, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi))
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=job, applicant=wale, status="accepted"))
    ApplicationFactory.create(job=job, applicant=ada)
    clock_at(STARTS_AT - timedelta(hours=2))

    api(chidi).post(f"/jobs/{job.pk}/cancel")

    assert told(wale) == ["job_canceled", "wage_paid"]
    assert told(ada) == ["application_closed"]
    assert told(chidi) == ["job_canceled", "refund_received"]


def test_unfunded_job_that_expires(chidi: CustomUser, wale: CustomUser, told: Told, clock_at: Move) -> None:
    ApplicationFactory.create(job=JobFactory.create(client=chidi, status="pending"), applicant=wale)
    clock_at(STARTS_AT)

    clockwork.expire_jobs()

    assert (told(wale), told(chidi)) == (["application_closed"], ["job_expired"])


def test_extra_time_is_told_with_its_end_and_its_sum(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    assignment: ShiftAssignment,
    told: Told,
    bodies: Any,
    clock_at: Move,
) -> None:
    fund_wallet(chidi.pk, 330_000)
    path, more = f"/assignments/{assignment.pk}/extra-time", {"minutes": 60}
    clock_at(STARTS_AT)
    api(wale).post(f"/assignments/{assignment.pk}/check-in", HERE)
    told(chidi), told(wale)

    api(chidi).post(path, more)
    assert (told(wale), told(chidi)) == (["extra_time_offered"], [])
    api(wale).post(f"{path}/decline", more)
    assert (told(wale), told(chidi)) == ([], ["extra_time_answered"])
    clock_at(STARTS_AT + timedelta(hours=1))
    api(chidi).post(path, more)
    api(wale).post(f"{path}/accept", more)
    assert (told(wale), told(chidi)) == (["extra_time_offered"], ["extra_time_answered"])

    longer = WHEN.replace("17:00", "18:00")
    assert bodies("extra_time_offered")[0] == (
        "The client asks you to stay 1 h longer, until Tue 3 Mar 2026, 18:00 (Lagos time), for ₦1,500 "
        f"more: “Waiters for a wedding”, {WHEN}. Agree or decline; without your word nothing changes."
    )
    assert bodies("extra_time_answered") == [
        f"{wale.name} does not stay 1 h longer: “Waiters for a wedding”, {WHEN}. Nothing was paid for it.",
        f"{wale.name} stays 1 h longer: “Waiters for a wedding”, {longer}. ₦1,650 went from your wallet into escrow.",
    ]
