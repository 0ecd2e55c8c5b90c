"""Staff hide a job: nobody finds it or is taken on, its client learns why, and its money and workers stay."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser, Notification, NotificationKind
from core import clock
from core.errors import InvalidState
from jobs.models import Application, Invitation, Job, SavedJob, ShiftAssignment
from jobs.selectors.saved_searches import searches_that_show
from jobs.services.hiding import hide_job, restore_job
from payment.models import Payment
from payment.services.accounts import escrow_account
from payment.services.ledger_check import check_books
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, SavedSearchFactory
from tests.factories.payment import balance_of, pay_in, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move
from tests.jobs.test_withdraw import accepted
from tests.payment.conftest import new_key
from tests.support.books import constraint_name
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "It asks for money beforehand."
FOUND = ("search", "matches", "public page", "the job", "kept", "invited", "saved search")


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """For two, paid. Its title is searched for."""
    job: Job = JobFactory.create(client=chidi, title="Waiter for a wedding")
    pay_in_escrow(job)
    return job


@pytest.fixture
def coming(job: Job, wale: CustomUser) -> Application:
    return accepted(job, wale)


@pytest.fixture
def reader(job: Job) -> CustomUser:
    """Kept the job, is invited to it, and saved a search that shows it; did not apply."""
    person: CustomUser = UserFactory.create()
    SavedJob.objects.create(user=person, job=job, saved_at=clock.now())
    Invitation.objects.create(job=job, worker=person, created_at=clock.now())
    SavedSearchFactory.create(user=person)
    return person


def finds(api: Api, person: CustomUser, job: Job) -> dict[str, bool]:
    client, page = api(person), Client()
    gone = page.get(f"/j/{job.pk}").status_code
    read = client.get(f"/jobs/{job.pk}").status_code
    assert gone in (200, 410)
    assert read in (200, 404)
    lists = {"search": "/jobs?q=wedding", "matches": "/jobs/matched", "kept": "/saved-jobs", "invited": "/invitations"}
    ids = {
        name: [item.get("job", item)["id"] for item in client.get(path).json()["items"]] for name, path in lists.items()
    }
    return {
        **{name: job.pk in found for name, found in ids.items()},
        "public page": gone == 200,
        "the job": read == 200,
        "saved search": searches_that_show(job.pk, now=clock.now()).filter(user=person).exists(),
    }


def test_hidden_job_is_found_nowhere_until_it_is_shown_again(api: Api, job: Job, reader: CustomUser) -> None:
    everywhere = dict.fromkeys(FOUND, True)
    assert finds(api, reader, job) == everywhere

    hide_job(job_id=job.pk, reason=WHY)
    assert finds(api, reader, job) == dict.fromkeys(FOUND, False)

    restore_job(job_id=job.pk, reason="It was a mistake.")
    assert finds(api, reader, job) == everywhere


def test_it_takes_nobody_on(api: Api, job: Job, chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    waiting = api(ada).post("/apply-jobs/", {"job_id": job.pk}).json()["id"]
    hide_job(job_id=job.pk, reason=WHY)

    answers = [
        api(wale).post("/apply-jobs/", {"job_id": job.pk}),
        api(chidi).post(f"/applications/{waiting}/accept"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "job_not_open")] * 2
    # Whoever applied reads it, and steps back.
    assert api(ada).get(f"/jobs/{job.pk}").status_code == 200
    assert api(ada).post(f"/applications/{waiting}/withdraw").status_code == 200


def test_money_and_whoever_was_taken_on_stay(
    api: Api, clock_at: Move, job: Job, coming: Application, chidi: CustomUser, wale: CustomUser
) -> None:
    held = balance_of(escrow_account(job.pk))

    hide_job(job_id=job.pk, reason=WHY)

    assert balance_of(escrow_account(job.pk)) == held
    shift = ShiftAssignment.objects.get()
    clock_at(STARTS_AT)
    assert api(wale).post(f"/assignments/{shift.pk}/check-in", {"code": "246810"}).status_code == 200
    clock_at(ENDS_AT)
    assert api(wale).post(f"/assignments/{shift.pk}/check-out").status_code == 200
    assert api(chidi).post(f"/assignments/{shift.pk}/approve", {}).status_code == 200
    job.refresh_from_db()
    assert (job.status, job.is_open, balance_of(escrow_account(job.pk))) == ("completed", False, 0)
    assert check_books().findings == []


@pytest.mark.parametrize("provider", ["wallet", "paystack"])
def test_hidden_and_unpaid_it_takes_no_money_until_it_is_shown_again(
    api: Api, chidi: CustomUser, gateway: Gateway, provider: str
) -> None:
    unpaid = JobFactory.create(client=chidi, status="pending")
    pay_in(chidi.pk, unpaid.price_kobo)
    hide_job(job_id=unpaid.pk, reason=WHY)

    def pay() -> tuple[int, str]:
        body = {"job_id": unpaid.pk, "provider": provider}
        answer = api(chidi).post("/payments", body, Idempotency_Key=new_key())
        return answer.status_code, answer.json().get("code", "")

    assert pay() == (409, "job_hidden")
    unpaid.refresh_from_db()
    assert (unpaid.status, balance_of(escrow_account(unpaid.pk))) == ("pending", 0)
    assert not Payment.objects.filter(job=unpaid).exists()
    restore_job(job_id=unpaid.pk, reason=WHY)
    assert pay() == (201, "")


def test_staff_list_the_hidden_ones(job: Job, bisi: CustomUser) -> None:
    hidden = JobFactory.create()
    hide_job(job_id=hidden.pk, reason=WHY)
    office = Client()
    office.force_login(bisi)

    listed = office.get(reverse("admin:jobs_job_changelist"), {"hidden_at__isempty": "0"})

    assert [row.pk for row in listed.context["cl"].result_list] == [hidden.pk]


def test_its_client_is_told_why_and_sees_it_there(api: Api, job: Job, chidi: CustomUser, run_jobs: RunJobs) -> None:
    hide_job(job_id=job.pk, reason=WHY)
    shown = api(chidi).get(f"/client/jobs/{job.pk}").json()["job"]
    assert (shown["hidden_at"] is not None, shown["hidden_reason"]) == (True, WHY)
    restore_job(job_id=job.pk, reason="Looked at it again.")
    run_jobs()

    told = Notification.objects.filter(user=chidi, kind__in=["job_hidden", "job_restored"]).order_by("pk")
    assert [(each.kind, each.link) for each in told] == [
        (kind, f"/client/jobs/{job.pk}") for kind in (NotificationKind.JOB_HIDDEN, NotificationKind.JOB_RESTORED)
    ]
    assert f"“{WHY}”" in told[0].body


def test_place_that_came_free_meanwhile_is_offered_when_it_is_shown_again(
    api: Api, job: Job, coming: Application, wale: CustomUser, ada: CustomUser
) -> None:
    Job.objects.filter(pk=job.pk).update(applicants_needed=1)
    waiting = Application.objects.create(job=job, applicant=ada, status="standing_by", created_at=clock.now())
    hide_job(job_id=job.pk, reason=WHY)
    assert api(wale).post(f"/applications/{coming.pk}/withdraw").status_code == 200
    waiting.refresh_from_db()
    assert waiting.offered_until is None

    restore_job(job_id=job.pk, reason="Looked at it again.")

    waiting.refresh_from_db()
    assert waiting.offered_until is not None


def test_hidden_twice_or_shown_twice_is_refused(job: Job) -> None:
    with pytest.raises(InvalidState):
        restore_job(job_id=job.pk, reason=WHY)
    hide_job(job_id=job.pk, reason=WHY)
    with pytest.raises(InvalidState):
        hide_job(job_id=job.pk, reason=WHY)


def test_staff_see_what_goes_and_what_stays_before_they_hide_it(
    job: Job, coming: Application, bisi: CustomUser
) -> None:
    office = Client()
    office.force_login(bisi)
    page = reverse("admin:jobs_job_hide", args=[job.pk])
    held = f"{balance_of(escrow_account(job.pk)) // 100:,}.00"

    shown = office.get(page).content.decode()
    assert "Is open: yes → no" in shown
    assert f"₦{held} in escrow. 1 worker who was taken on comes as agreed, and is paid." in shown
    assert Job.objects.get().hidden_at is None

    act_on_page(office, page, reason=WHY)

    assert (Job.objects.get().hidden_reason, Job.objects.get().is_open) == (WHY, False)
    assert WHY in LogEntry.objects.latest("pk").change_message
    assert "Show job again" in office.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()


def test_hidden_without_a_reason_is_refused_by_the_database(job: Job) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Job.objects.filter(pk=job.pk).update(hidden_at=clock.now())

    assert constraint_name(error) == "jobs_job_hidden_has_reason"
