from ninja import Query, Router

from accounts.exceptions import IDENTITY
from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.pagination import PageOut, PageQuery
from core.schemas import problems
from payment.api.idempotent import idempotent
from payment.exceptions import (
    WITHDRAWING,
    BelowMinimum,
)
from payment.schemas.wallet import (
    WalletOut,
    WalletQuery,
    WalletTransactionOut,
    WalletTransactionsOut,
    WithdrawalIn,
    WithdrawalOut,
)
from payment.selectors import wallet, withdrawals
from payment.selectors.card_money import resting_kobo
from payment.services import withdrawals as withdrawing
from payment.services.idempotency import Claim

router = Router(tags=["wallet"])


@router.get("/wallet", response={200: WalletOut, **problems(401)})
def get_wallet(request: ApiRequest) -> WalletOut:
    """The caller's money: what can be spent, what is on its way to the bank, what cannot leave by bank yet."""
    user_id = request.auth.user_id
    return WalletOut.of(wallet.wallet_balance(user_id=user_id), resting_kobo=resting_kobo(user_id=user_id))


@router.get("/wallet/transactions", response={200: WalletTransactionsOut, **problems(401, 422, InvalidCursor)})
def list_wallet_transactions(request: ApiRequest, query: Query[WalletQuery]) -> WalletTransactionsOut:
    """What came into the caller's wallet and went out of it, newest first; with sums of a period that has a begin."""
    entries = wallet.wallet_entries(
        user_id=request.auth.user_id,
        kinds=query.kind,
        created_from=query.created_from,
        created_before=query.created_before,
    )
    page = wallet.wallet_transactions(entries=entries, page=query)
    sums = wallet.wallet_sums(entries=entries) if query.created_from else wallet.WalletSums()
    return WalletTransactionsOut(
        items=[WalletTransactionOut.of(entry) for entry in page.items],
        next_cursor=page.next_cursor,
        in_kobo=sums.in_kobo,
        out_kobo=sums.out_kobo,
    )


@router.get("/wallet/withdrawals", response={200: PageOut[WithdrawalOut], **problems(401, 422, InvalidCursor)})
def list_withdrawals(request: ApiRequest, page: Query[PageQuery]) -> PageOut[WithdrawalOut]:
    """The caller's withdrawals, newest first."""
    found = withdrawals.withdrawals_of(actor=request.auth, page=page)
    items = [WithdrawalOut.of(withdrawal) for withdrawal in found.items]
    return PageOut[WithdrawalOut](items=items, next_cursor=found.next_cursor)


@router.post(
    "/wallet/withdrawals",
    response={
        201: WithdrawalOut,
        **problems(401, 422, 429, BelowMinimum, *IDENTITY, *WITHDRAWING),
    },
)
@idempotent(201)
def request_withdrawal(request: ApiRequest, claim: Claim, payload: WithdrawalIn) -> WithdrawalOut:
    """Send money to the caller's verified bank account, with the password or a fresh one-time code."""
    withdrawal = withdrawing.request_withdrawal(actor=request.auth, claim=claim, **payload.model_dump())
    return WithdrawalOut.of(withdrawal)


@router.get("/wallet/withdrawals/{int:withdrawal_id}", response={200: WithdrawalOut, **problems(401, 404)})
def get_withdrawal(request: ApiRequest, withdrawal_id: int) -> WithdrawalOut:
    """One of the caller's withdrawals."""
    return WithdrawalOut.of(withdrawals.withdrawal_for(actor=request.auth, withdrawal_id=withdrawal_id))
