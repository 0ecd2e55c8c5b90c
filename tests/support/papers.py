"""Receipts and statements beside the books: what each says must be what was posted, to the kobo."""

from django.db.models import Sum

from accounts.models import CustomUser
from payment.documents.receipts import Paper, of_payment, of_withdrawal
from payment.models import AccountKind, LedgerAccount, LedgerEntry, PaymentKind, PaymentProvider, TransactionKind
from payment.selectors.receipts import payment_receipts, to_wallet_kobo, withdrawal_receipts
from payment.selectors.statements import month_of_person, statement_lines, statement_sums
from payment.services.periods import month_of, next_month


def posted(kind: str, reference: str) -> dict[str, int]:
    """What a transaction put into each kind of account."""
    entries = LedgerEntry.objects.filter(transaction__kind=kind, transaction__reference=reference)
    return dict(entries.values_list("account__kind").annotate(kobo=Sum("amount_kobo")))


def lines_of(paper: Paper) -> list[int]:
    return [kobo for _, kobo in paper.amounts_kobo]


def receipts_beside_the_books() -> int:
    """How many papers were compared."""
    compared = 0
    for receipt in payment_receipts().filter(payment__isnull=False):
        payment = receipt.payment
        assert payment is not None
        to_wallet = to_wallet_kobo(receipt)
        for_payer = of_payment(receipt, is_payee=False, to_wallet_kobo=to_wallet)
        compared += 1
        if payment.kind == PaymentKind.ESCROW_FUNDING:
            if payment.provider == PaymentProvider.WALLET:
                moved = posted(TransactionKind.WALLET_FUNDING, payment.reference)
                assert lines_of(for_payer) == [moved[AccountKind.ESCROW]] == [-moved[AccountKind.WALLET]]
                continue
            first = payment.attempts.exclude(credited_to__in=["", "suspense"]).order_by("succeeded_at", "pk")[0]
            moved = posted(TransactionKind.FUNDING, f"{first.provider}:{first.reference}")
            assert lines_of(for_payer) == [
                moved[kind] for kind in (AccountKind.ESCROW, AccountKind.WALLET) if kind in moved
            ]
            continue
        moved = posted(payment.kind, payment.reference)
        for_payee = of_payment(receipt, is_payee=True)
        assert for_payee.total_kobo == moved.get(AccountKind.WALLET, 0)
        assert for_payer.total_kobo == -moved[AccountKind.ESCROW]
        fee, vat = moved.get(AccountKind.PLATFORM_FEES, 0), moved.get(AccountKind.VAT, 0)
        assert lines_of(for_payer)[1:] == ([fee, vat] if payment.vat_bps else [fee] if fee else [])
        compared += 1
    for receipt in withdrawal_receipts().filter(withdrawal__isnull=False):
        withdrawal = receipt.withdrawal
        assert withdrawal is not None
        moved = posted(TransactionKind.WITHDRAWAL_PAID, withdrawal.reference)
        assert of_withdrawal(receipt).total_kobo == moved[AccountKind.PROVIDER_BALANCE]
        compared += 1
    return compared


def statements_beside_the_books() -> int:
    """Month by month of everybody, until the balances that the database keeps. How many movements were read."""
    read = 0
    moments = LedgerEntry.objects.order_by("transaction__created_at").values_list("transaction__created_at", flat=True)
    first, last = month_of(moments[0]), month_of(list(moments)[-1])
    for person in CustomUser.objects.order_by("pk"):
        month, before_kobo = first, 0
        while month <= last:
            found = month_of_person(user_id=person.pk, month=month)
            sums, lines = statement_sums(found), list(statement_lines(found))
            assert sums.opening_kobo == before_kobo
            before_kobo += sum(line.net_kobo for line in lines)
            assert sums.closing_kobo == before_kobo == sums.opening_kobo + sums.in_kobo - sums.out_kobo
            assert sums.lines == len(lines)
            read += len(lines)
            month = next_month(month)
        own = LedgerAccount.objects.filter(kind=AccountKind.WALLET, user_id=person.pk)
        held = LedgerAccount.objects.filter(kind=AccountKind.ESCROW, job__client_id=person.pk)
        kept = sum(account.balance_kobo for account in [*own, *held])
        assert before_kobo == kept
    return read
