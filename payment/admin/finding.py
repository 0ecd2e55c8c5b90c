"""Ways to rows of money by a reference: each along an index that is there for other reasons as well."""

import re
from collections.abc import Callable, Sequence

from django.db.models import Q

from jobs.models import ShiftAssignment
from payment.admin.asking import PROVIDERS
from payment.admin.trail import references_of, references_of_attempt, references_of_withdrawal
from payment.models import AccountKind, Deposit, Payment, PaymentAttempt, Refund, TransactionKind, Withdrawal
from payment.services.references import DEBT, EXTRA_TIME, PAYMENT, funding_reference, payment_references

# `pay-` and 20 digits: what a try adds to it begins behind them.
PAYMENT_LENGTH = len(PAYMENT) + 21
OF_EXTRA_TIME = re.compile(rf"{EXTRA_TIME}-([0-9]{{1,18}})(-[0-9]*)?")
# `PS-2026-000123`, or its beginning: letters, year, digits.
RECEIPT_NUMBER = re.compile(r"([A-Z]{1,8})-([0-9]{4})-([0-9]{1,9})")
RECEIPT_DIGITS, FEWEST_RECEIPT_DIGITS = 6, 3
# Events whose transactions are shown: whoever types less is shown the newest after they typed more.
FEW_EVENTS = 20


def of_payment(path: str = "") -> Callable[[str], Q]:
    """By its own reference or its beginning, or by a try's, which begins with it."""
    before = f"{path}__" if path else ""

    def way(reference: str) -> Q:
        text = reference.lower()
        if len(text) > PAYMENT_LENGTH:
            return Q(**{f"{before}reference__in": payment_references(text)})
        return Q(**{f"{before}reference__startswith": text})

    return way


def of_receipt(number: str) -> Q:
    """By its number, zeros or not; or by the beginning of one as it is written, from the third digit on."""
    read = RECEIPT_NUMBER.fullmatch(number.upper())
    if not read:
        return Q(pk__in=[])
    letters, year, digits = read.groups()
    numbers = Q(number=int(digits))
    if FEWEST_RECEIPT_DIGITS <= len(digits) < RECEIPT_DIGITS:
        tens = 10 ** (RECEIPT_DIGITS - len(digits))
        numbers |= Q(number__gte=int(digits) * tens, number__lt=(int(digits) + 1) * tens)
    return Q(series__letters=letters, series__year=int(year)) & numbers


def of_try(path: str = "") -> Callable[[str], Q]:
    """Tries, and what came of them: by the payment's reference, which a try's begins with."""
    before = f"{path}__" if path else ""

    def way(reference: str) -> Q:
        text = reference.lower()
        of_its_payment = Q(**{f"{before}payment__reference__startswith": text[:PAYMENT_LENGTH]})
        return of_its_payment & Q(**{f"{before}reference__startswith": text})

    return way


def in_the_books(path: str = "") -> Callable[[str], Q]:
    """Transactions by their whole reference, with its kind as the index has it; or by the events that they tell of.

    What has no row but its transaction: debts by all of their kind, which are few; extra time by its job.
    """

    def way(reference: str) -> Q:
        text = reference.lower()
        if text.startswith(f"{DEBT}-"):
            return Q(**{f"{path}kind": TransactionKind.DEBT_REPAID, f"{path}reference__startswith": text})
        if extra := OF_EXTRA_TIME.fullmatch(text):
            job = ShiftAssignment.objects.filter(pk=int(extra[1])).values("application__job_id")
            paid = {f"{path}job_id": job[:1], f"{path}kind": TransactionKind.WALLET_FUNDING}
            return Q(**paid, **{f"{path}reference__startswith": f"{EXTRA_TIME}-{extra[1]}{extra[2] or '-'}"})
        spelt = [reference, text, *(f"{name.value}:{text}" for name in PROVIDERS), *_of_events(text)]
        return Q(**{f"{path}kind__in": TransactionKind.values, f"{path}reference__in": list(dict.fromkeys(spelt))})

    return way


def numbered(path: str = "") -> Callable[[str], Q]:
    """A client's account at a provider, and what came there, by its whole number."""

    def way(number: str) -> Q:
        return Q(**{f"{path}provider__in": [name.value for name in PROVIDERS], f"{path}account_number": number})

    return way


def escrow_of(job_id: int) -> Q:
    return Q(kind=AccountKind.ESCROW, job_id=job_id)


def accounts_of(user_ids: Sequence[int]) -> Q:
    """Each kind has an index of its own."""
    wallets = Q(kind=AccountKind.WALLET, user_id__in=user_ids)
    return wallets | Q(kind=AccountKind.RECEIVABLE, user_id__in=user_ids)


def _of_events(text: str) -> list[str]:
    provider, _, bare = text.partition(":")
    beginning = bare if provider in [name.value for name in PROVIDERS] else text
    payments = Payment.objects.filter(of_payment()(beginning)).prefetch_related("attempts")[:FEW_EVENTS]
    tries = PaymentAttempt.objects.filter(provider_id__startswith=beginning)[:FEW_EVENTS]
    refunds = Refund.objects.filter(reference__startswith=beginning)[:FEW_EVENTS]
    withdrawals = Withdrawal.objects.filter(reference__startswith=beginning)[:FEW_EVENTS]
    deposits = Deposit.objects.filter(reference__startswith=beginning)[:FEW_EVENTS]
    return [
        *(reference for payment in payments for reference in references_of(payment)),
        *(reference for attempt in tries for reference in references_of_attempt(attempt)),
        *(refund.reference for refund in refunds),
        *(reference for withdrawal in withdrawals for reference in references_of_withdrawal(withdrawal)),
        *(funding_reference(deposit.provider, deposit.reference) for deposit in deposits),
    ]
