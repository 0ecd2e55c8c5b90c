"""What staff book by hand: chargebacks, suspense, settlement, payments from the platform. Once, with who and why."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job
from payment.models import (
    AccountKind,
    Chargeback,
    CreditedTo,
    LedgerTransaction,
    PaymentAttempt,
    PaymentStatus,
    StaffMove,
    TransactionKind,
)
from payment.services.accounts import (
    AccountKey,
    escrow_account,
    provider_balance,
    receivable_account,
    system_account,
    wallet_account,
)
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from payment.services.posting import Move, post
from payment.services.references import funding_reference
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentAttemptFactory, PaymentFactory, balance_of, fund_wallet, pay_in
from tests.support.api_client import ApiClient
from tests.support.staff_pages import act_on_list, act_on_page

pytestmark = pytest.mark.django_db

FEES, BANK = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.PLATFORM_BANK)
SUSPENSE, PAYSTACK = system_account(AccountKind.SUSPENSE), provider_balance("paystack")


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def page(model: str, name: str, *arguments: object) -> str:
    return reverse(f"admin:payment_{model}_{name}", args=arguments)


@pytest.fixture(autouse=True)
def _checker() -> None:
    UserFactory(role=Role.ADMIN, is_superuser=True, email="checker@payshift.example")


def propose(staff: Client, path: str, **values: object) -> int:
    """As a browser does: with what the form hides. The status of the answer: 302 done, 422 refused."""
    status: int = act_on_page(staff, path, **in_naira(values)).status_code
    return status


def in_naira(values: dict[str, object]) -> dict[str, object]:
    if "amount_kobo" in values:
        values["amount"] = str(Decimal(str(values.pop("amount_kobo"))).scaleb(-2))
    return values


def fill_in(staff: Client, path: str, **values: object) -> int:
    """And a second person approves what was proposed: the last answer."""
    status = propose(staff, path, **values)
    return approve() if status == 302 and StaffMove.objects.filter(status="proposed").exists() else status


def approve() -> int:
    """The last that was proposed, by the second person."""
    checker = Client()
    checker.force_login(CustomUser.objects.get(email="checker@payshift.example"))
    move = StaffMove.objects.filter(status="proposed").latest("pk")
    status: int = act_on_page(checker, page("staffmove", "approve", move.pk)).status_code
    return status


def came_in(job: Job, amount_kobo: int, target: AccountKey, *, memo: str = "") -> PaymentAttempt:
    """A captured attempt, booked as the verified payment would be."""
    suspense = target == SUSPENSE
    attempt: PaymentAttempt = PaymentAttemptFactory(
        payment=PaymentFactory(
            job=job, status=PaymentStatus.PENDING if suspense else PaymentStatus.SUCCEEDED, amount_kobo=amount_kobo
        ),
        succeeded=True,
        amount_kobo=amount_kobo,
        credited_to=CreditedTo.SUSPENSE if suspense else CreditedTo.ESCROW,
    )
    with transaction.atomic():
        post(
            kind=TransactionKind.FUNDING,
            reference=funding_reference("paystack", attempt.reference),
            moves=[Move(PAYSTACK, target, amount_kobo)],
            job_id=None if suspense else job.pk,
            memo=memo,
        )
    return attempt


def test_chargeback_takes_escrow_first_then_the_wallet_and_the_rest_is_owed(staff: Client, bisi: CustomUser) -> None:
    job = JobFactory()
    attempt = came_in(job, 10_000, escrow_account(job.pk))
    fund_wallet(job.client_id, 3_000)
    with transaction.atomic():
        post(
            kind=TransactionKind.REFUND,
            reference="refund-1",
            moves=[Move(escrow_account(job.pk), wallet_account(job.client_id), 4_000)],
            job_id=job.pk,
        )
        post(kind=TransactionKind.WITHDRAWAL, reference="w", moves=[Move(wallet_account(job.client_id), FEES, 5_000)])

    path = page("paymentattempt", "chargeback", attempt.pk)
    done = fill_in(staff, path, amount_kobo=9_500, reason="Bank case 77")

    posted = LedgerTransaction.objects.get(kind=TransactionKind.CHARGEBACK)
    held = LedgerTransaction.objects.get(kind=TransactionKind.CHARGEBACK_HELD)
    assert done == 302
    assert dict(held.entries.values_list("account__kind", "amount_kobo")) == {
        "escrow": -6_000,
        "wallet": -2_000,
        "chargebacks_held": 8_000,
    }
    assert dict(posted.entries.values_list("account__kind", "amount_kobo")) == {
        "chargebacks_held": -8_000,
        "receivable": -1_500,
        "provider_balance": 9_500,
    }
    assert posted.memo == f"Staff {bisi.pk}: Bank case 77"
    assert LogEntry.objects.get(user=bisi).object_id == str(StaffMove.objects.get().pk)
    assert [finding for finding in check_books(LAWS).findings if "escrow" in finding.subject] == []


def test_chargebacks_of_one_payment_are_booked_within_what_was_captured(staff: Client) -> None:
    job = JobFactory()
    attempt = came_in(job, 10_000, escrow_account(job.pk))
    path = page("paymentattempt", "chargeback", attempt.pk)

    too_much = fill_in(staff, path, amount_kobo=10_001, reason="Case 1")
    first = fill_in(staff, path, amount_kobo=4_000, reason="Case 1")
    second = fill_in(staff, path, amount_kobo=5_000, reason="Case 2")
    beyond = fill_in(staff, path, amount_kobo=1_001, reason="Case 3")

    assert (too_much, first, second, beyond) == (422, 302, 302, 422)
    assert balance_of(escrow_account(job.pk)) == 1_000


def test_chargeback_form_sent_twice_books_once(staff: Client) -> None:
    job = JobFactory()
    path = page("paymentattempt", "chargeback", came_in(job, 10_000, escrow_account(job.pk)).pk)
    values = {"amount": "40.00", "reason": "Case 1", "reference": "stf-" + "0" * 20}

    answers = [act_on_page(staff, path, **values).status_code for _ in range(2)]

    assert (answers, approve()) == ([302, 422], 302)
    assert balance_of(escrow_account(job.pk)) == 6_000


def test_chargeback_told_by_mail_is_frozen_then_decided_by_staff(staff: Client) -> None:
    job = JobFactory()
    attempt = came_in(job, 10_000, escrow_account(job.pk))
    due = {"due_at_0": "2026-12-01", "due_at_1": "12:00"}

    fill_in(staff, page("paymentattempt", "chargeback_opened", attempt.pk), amount_kobo=4_000, reason="fraud", **due)

    chargeback = Chargeback.objects.get()
    assert (chargeback.held_kobo, chargeback.category) == (4_000, "fraud")
    # Typed in Lagos.
    assert f"{chargeback.due_at:%d %H:%M}" == "01 11:00"

    shown = staff.get(page("chargeback", "change", chargeback.pk)).content.decode()
    assert page("chargeback", "lost", chargeback.pk) in shown
    assert fill_in(staff, page("chargeback", "lost", chargeback.pk), amount_kobo=3_000, reason="Bank letter") == 302
    assert balance_of(escrow_account(job.pk)) == 7_000


def test_staff_mark_a_chargeback_won_and_give_up_a_debt(staff: Client, chidi: CustomUser) -> None:
    job = JobFactory(client=chidi)
    attempt = came_in(job, 10_000, escrow_account(job.pk))
    fill_in(staff, page("paymentattempt", "chargeback_opened", attempt.pk), amount_kobo=4_000, reason="fraud")

    act_on_list(staff, Chargeback, "won", Chargeback.objects.get())
    assert Chargeback.objects.get().status == "won"
    with transaction.atomic():
        gone = Move(escrow_account(job.pk), wallet_account(chidi.pk), 10_000)
        post(kind=TransactionKind.REFUND, reference="r", moves=[gone], job_id=job.pk)
        post(kind=TransactionKind.WITHDRAWAL, reference="w", moves=[Move(wallet_account(chidi.pk), FEES, 10_000)])
    fill_in(staff, page("paymentattempt", "chargeback", attempt.pk), amount_kobo=5_000, reason="Case 2")
    owed = Chargeback.objects.get(status="lost")
    assert balance_of(receivable_account(chidi.pk)) == -5_000

    act_on_list(staff, Chargeback, "give_up", owed)
    assert approve() == 302

    assert (balance_of(receivable_account(chidi.pk)), balance_of(FEES)) == (0, 5_000)


def test_money_charged_back_is_not_refunded_to_the_card_as_well(staff: Client, chidi: CustomUser) -> None:
    job = JobFactory(client=chidi)
    attempt = came_in(job, 10_000, escrow_account(job.pk))
    fund_wallet(chidi.pk, 50_000)
    fill_in(staff, page("paymentattempt", "chargeback", attempt.pk), amount_kobo=10_000, reason="Case 1")

    answer = ApiClient(chidi).post(
        f"/payments/{attempt.payment.reference}/refund-to-card", {"amount_kobo": 5_000}, Idempotency_Key="k"
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not_refundable")


def test_suspense_goes_to_a_wallet_once(staff: Client, chidi: CustomUser) -> None:
    attempt = came_in(JobFactory(client=chidi), 7_000, SUSPENSE, memo="Paid 7000 kobo, asked 8000 kobo. (NGN)")
    came = LedgerTransaction.objects.get(reference=funding_reference("paystack", attempt.reference))
    path = page("ledgertransaction", "suspense", came.pk)

    done = [fill_in(staff, path, email=chidi.email.upper(), reason="It is his") for _ in range(2)]

    found = staff.get(page("ledgertransaction", "changelist"), {"q": attempt.reference}).context["cl"].result_list
    assert done == [302, 403]
    assert (balance_of(SUSPENSE), balance_of(wallet_account(chidi.pk))) == (0, 7_000)
    # The job can be paid anew.
    attempt.payment.refresh_from_db()
    assert attempt.payment.status == PaymentStatus.ABANDONED
    assert came in found


def test_suspense_goes_back_to_the_provider(staff: Client) -> None:
    attempt = came_in(JobFactory(), 7_000, SUSPENSE, memo="Paid in USD, asked in NGN. (USD)")
    came = LedgerTransaction.objects.get(reference=funding_reference("paystack", attempt.reference))

    done = fill_in(staff, page("ledgertransaction", "suspense", came.pk), email="", reason="Refunded by hand")

    assert done == 302
    assert (balance_of(SUSPENSE), balance_of(PAYSTACK)) == (0, 0)


def test_suspense_of_another_currency_goes_to_no_wallet(staff: Client, chidi: CustomUser) -> None:
    attempt = came_in(JobFactory(), 7_000, SUSPENSE, memo="Paid in USD, asked in NGN. (USD)")
    came = LedgerTransaction.objects.get(reference=funding_reference("paystack", attempt.reference))

    done = fill_in(staff, page("ledgertransaction", "suspense", came.pk), email=chidi.email, reason="His")

    assert done == 422
    assert (balance_of(SUSPENSE), balance_of(wallet_account(chidi.pk))) == (7_000, 0)


def test_a_transaction_without_suspense_has_nothing_to_resolve(staff: Client, chidi: CustomUser) -> None:
    funding = fund_wallet(chidi.pk, 1_000)

    assert staff.get(page("ledgertransaction", "suspense", funding.pk)).status_code == 403


def test_settlement_moves_what_the_provider_holds_and_no_more(staff: Client, chidi: CustomUser) -> None:
    pay_in(chidi.pk, 9_000)
    path = page("ledgertransaction", "settlement")

    too_much = fill_in(staff, path, provider="paystack", amount_kobo=9_001, reason="Statement 4")
    done = fill_in(staff, path, provider="paystack", amount_kobo=9_000, reason="Statement 4")

    assert (too_much, done) == (422, 302)
    assert (balance_of(PAYSTACK), balance_of(BANK)) == (0, -9_000)
    assert check_books().findings == []


def test_a_payment_from_the_platform_sent_twice_pays_once(staff: Client, wale: CustomUser) -> None:
    path = page("ledgertransaction", "staff_payment")
    shown = staff.get(path).content.decode()
    (reference,) = re.findall(r'name="reference" value="([^"]+)"', shown)
    values = {"email": wale.email, "amount": "50.00", "reason": "Goodwill", "reference": reference}

    answers = [act_on_page(staff, path, **values).status_code for _ in range(2)]

    assert (answers, approve()) == ([302, 422], 302)
    assert (balance_of(wallet_account(wale.pk)), balance_of(FEES)) == (5_000, -5_000)
    assert check_books().findings == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.com"},
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "5.005"},
        {"amount": "many"},
        {"reason": ""},
        {"reference": "stf-mine"},
        {"reference": ""},
    ],
    ids=str,
)
def test_a_form_that_is_not_filled_in_right_moves_nothing(
    wrong: dict[str, object], staff: Client, wale: CustomUser
) -> None:
    good = {"email": wale.email, "amount": "50.00", "reason": "Goodwill", "reference": "stf-" + "0" * 20}

    answer = staff.post(page("ledgertransaction", "staff_payment"), {**good, **wrong, "sent": "1"})

    assert answer.status_code == 422
    assert not LedgerTransaction.objects.exists()


def paths() -> list[Callable[[], str]]:
    return [
        lambda: page("ledgertransaction", "staff_payment"),
        lambda: page("ledgertransaction", "settlement"),
        lambda: page("ledgertransaction", "statement_line"),
        lambda: page("ledgertransaction", "suspense", 1),
        lambda: page("paymentattempt", "chargeback", 1),
        lambda: page("paymentattempt", "chargeback_opened", 1),
        lambda: page("chargeback", "lost", 1),
    ]


@pytest.mark.parametrize("path", paths())
def test_staff_without_the_right_to_post_are_refused(path: Callable[[], str]) -> None:
    reader = UserFactory(role=Role.ADMIN)
    reader.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(reader)

    assert client.get(path()).status_code == 403
    assert client.post(path(), {"amount_kobo": 5, "reason": "x"}).status_code == 403
    assert not LedgerTransaction.objects.exists()


@pytest.mark.parametrize("path", paths())
def test_who_is_not_staff_is_asked_to_log_in(path: Callable[[], str], chidi: CustomUser) -> None:
    client = Client()
    client.force_login(chidi)

    assert client.post(path(), {"amount_kobo": 5, "reason": "x"}).status_code == 302
    assert not LedgerTransaction.objects.exists()


def test_form_shows_its_fields_and_what_is_wrong_with_them(staff: Client) -> None:
    path = page("ledgertransaction", "staff_payment")

    shown = staff.get(path)
    refused = staff.post(path, {"email": "nobody@example.com", "amount": "0", "reason": "", "sent": "1"})

    # Without unfold's classes an input has no border, and the form looks empty.
    assert all("border" in field.field.widget.attrs["class"] for field in shown.context["form"].visible_fields())
    text = refused.content.decode()
    assert refused.status_code == 422
    for problem in ("There is nobody with this e-mail.", "At least 0.01 naira.", "This field is required."):
        assert problem in text
    assert not LedgerTransaction.objects.exists()
