"""Where a mail to staff leads: to the row in admin that it is about, or else to the list in which it is seen.

Facts name rows by reference, since that is what logs and providers know them by; the row is looked up as the mail is
written. A row that is not there (its transaction was rolled back, it is deleted) leaves the list.
"""

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from payment.models import (
    OPEN_CHARGEBACKS,
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    Chargeback,
    LedgerTransaction,
    PaymentAttempt,
    Refund,
    TransactionKind,
    Wallet,
    Withdrawal,
)
from payment.services.references import funding_reference

type Facts = Mapping[str, str]
# The path of a page of admin; empty where these facts lead to no row.
type Way = Callable[[Facts], str]
type StaffEvent = Literal[
    "money_in_suspense",
    "chargeback",
    "chargeback_due",
    "chargeback_answer_refused",
    "chargeback_unclear",
    "wallet_owes",
    "card_refund_not_in_the_books",
    "card_refund_made_at_the_provider",
    "card_refund_is_slow",
    "card_refund_failed_after_all",
    "card_refund_status_unknown",
    "card_refund_not_found_any_more",
    "card_refund_needs_attention",
    "card_refund_stopped",
    "dispute_opened",
    "dispute_proposed",
    "provider_balance_too_low",
    "provider_refuses_our_account",
    "provider_fee_not_believed",
    "provider_differs",
    "identity_provider_refuses_us",
    "virtual_account_refused",
    "row_not_reconciled",
    "payment_status_unknown",
    "transfer_status_unknown",
    "transfer_not_found_any_more",
    "transfer_waits_for_approval",
    "transfer_without_verdict",
    "transfer_paid_after_failure",
    "transfer_differs",
    "withdrawal_stopped",
    "money_for_a_closed_account",
    "staff_money_proposed",
    "staff_money_moved",
    "staff_money_declined",
    "settlement_differs",
    "the_books_are_wrong",
]


def link_to(event: str, facts: Facts) -> str:
    """The whole address. At most three queries, each by a unique index."""
    paths = (way(facts) for way in WAYS.get(event, ()))
    return f"{settings.PUBLIC_URL}{next(filter(None, paths), reverse('admin:index'))}"


def _page(name: str) -> Way:
    return lambda facts: reverse(f"admin:{name}")


def _list(model: str, **filters: str) -> Way:
    return lambda facts: "?".join(
        part for part in (reverse(f"admin:payment_{model}_changelist"), urlencode(filters)) if part
    )


def _change(model: str, pk: object) -> str:
    return reverse(f"admin:{model}_change", args=[pk]) if pk else ""


def _numbered(model: str, fact: str) -> Way:
    return lambda facts: _change(model, facts.get(fact))


def _found(find: Callable[[Facts], QuerySet[Model]]) -> Way:
    def way(facts: Facts) -> str:
        row = find(facts).only("pk").first()
        return _change(row._meta.label_lower.replace(".", "_"), row.pk) if row else ""

    return way


def _row(facts: Facts) -> str:
    """Of any kind, as a sweep names it. One that it knows by its reference alone has no number."""
    model, number = facts.get("found_in", ""), facts.get("row_id", "0")
    if not model:
        return ""
    return _change(f"payment_{model}", number) if number != "0" else reverse(f"admin:payment_{model}_changelist")


def _person(facts: Facts) -> str:
    return reverse("admin:person_everything", args=[facts["user_id"]])


def _funding(facts: Facts) -> QuerySet[LedgerTransaction]:
    reference = facts["reference"]
    spelt = [reference, *([funding_reference(facts["provider"], reference)] if "provider" in facts else [])]
    return LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING, reference__in=spelt)


def _attempt(facts: Facts) -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(provider=facts.get("provider", ""), reference=facts.get("reference", ""))


def _chargeback(facts: Facts) -> QuerySet[Chargeback]:
    number = facts["chargeback_id"]
    return Chargeback.objects.filter(Q(provider_id=number) | Q(told_as=number), provider=facts["provider"])


WITHDRAWAL = _found(lambda facts: Withdrawal.objects.filter(reference=facts.get("reference", "")))
REFUND = _found(lambda facts: Refund.objects.filter(reference=facts.get("reference", "")))
ATTEMPT = _found(_attempt)
# Sums of these rows wait for the provider.
WITHDRAWALS = _list("withdrawal", status__in=",".join(WITHDRAWALS_IN_FLIGHT))
REFUNDS = _list("refund", status__in=",".join(REFUNDS_IN_FLIGHT))
OF_CHARGEBACK = (_found(_chargeback), ATTEMPT, _list("chargeback", status__in=",".join(OPEN_CHARGEBACKS)))
OF_TRANSFER = (WITHDRAWAL, WITHDRAWALS)
OF_REFUND = (REFUND, REFUNDS)
OF_DISPUTE = (_numbered("payment_dispute", "dispute_id"), _list("dispute"))
OF_MOVE = (_numbered("payment_staffmove", "move_id"), _list("staffmove"))
# Tried in this order.
WAYS: Mapping[str, tuple[Way, ...]] = {
    "money_in_suspense": (_found(_funding), _list("ledgertransaction", suspense="open")),
    "chargeback": OF_CHARGEBACK,
    "chargeback_due": OF_CHARGEBACK,
    "chargeback_answer_refused": OF_CHARGEBACK,
    "chargeback_unclear": OF_CHARGEBACK,
    "wallet_owes": (_found(lambda facts: Wallet.objects.filter(user_id=int(facts["user_id"]))), _person),
    "card_refund_not_in_the_books": (ATTEMPT, _list("paymentattempt")),
    "card_refund_made_at_the_provider": OF_REFUND,
    "card_refund_is_slow": OF_REFUND,
    "card_refund_failed_after_all": (_numbered("payment_paymentattempt", "attempt_id"), REFUNDS),
    "card_refund_status_unknown": OF_REFUND,
    "card_refund_not_found_any_more": OF_REFUND,
    "card_refund_needs_attention": OF_REFUND,
    "card_refund_stopped": OF_REFUND,
    "dispute_opened": OF_DISPUTE,
    "dispute_proposed": OF_DISPUTE,
    # Of transfers, of checkouts, and of refunds, which name no row: all of them wait.
    "provider_balance_too_low": (WITHDRAWAL, REFUNDS),
    "provider_refuses_our_account": (WITHDRAWAL, ATTEMPT, REFUNDS),
    "provider_fee_not_believed": (_found(_funding), _list("ledgertransaction")),
    "provider_differs": (_list("providerdifference", closed_at__isempty="1"),),
    "identity_provider_refuses_us": (_page("health"),),
    "virtual_account_refused": (_numbered("payment_virtualaccount", "virtual_account_id"), _list("virtualaccount")),
    "row_not_reconciled": (_row,),
    "payment_status_unknown": (ATTEMPT, _list("paymentattempt")),
    "transfer_status_unknown": OF_TRANSFER,
    "transfer_not_found_any_more": OF_TRANSFER,
    "transfer_waits_for_approval": OF_TRANSFER,
    "transfer_without_verdict": OF_TRANSFER,
    "transfer_paid_after_failure": OF_TRANSFER,
    "transfer_differs": OF_TRANSFER,
    "withdrawal_stopped": OF_TRANSFER,
    "money_for_a_closed_account": (_person,),
    "staff_money_proposed": OF_MOVE,
    "staff_money_moved": OF_MOVE,
    "staff_money_declined": OF_MOVE,
    "settlement_differs": (_list("settlement"),),
    "the_books_are_wrong": (_page("books"),),
}
