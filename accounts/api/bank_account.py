from django.http.response import HttpResponseBase
from ninja import Router

from accounts.exceptions import IDENTITY, AccountNameMismatch, AccountNotFound
from accounts.ports import BANK_DIRECTORY
from accounts.reads import ACCOUNT_DETAILS
from accounts.schemas import AccountLookupIn, BankAccountIn, BankAccountOut, BankOut, BanksOut, FoundAccountOut
from accounts.selectors import people
from accounts.services import bank_accounts
from core.actor import ApiRequest
from core.cache.reads import Shown
from core.schemas import problems

router = Router()


@router.get(ACCOUNT_DETAILS.path, response={200: BankAccountOut, **problems(401, 404)})
def get_account_details(request: ApiRequest) -> HttpResponseBase:
    """Your bank account, its number masked. Cached for an hour, current after every change."""
    user_id = request.auth.user_id

    def build() -> Shown:
        account = BankAccountOut.of(people.bank_account_of(user_id))
        return Shown(account, frozenset({f"account-of:{user_id}"}), only_for=user_id)

    return ACCOUNT_DETAILS.answer(request, build=build)


@router.put(
    "/account-details",
    response={
        200: BankAccountOut,
        **problems(401, 422, 429, AccountNameMismatch, AccountNotFound, "provider_unavailable", *IDENTITY),
    },
)
def set_account_details(request: ApiRequest, body: BankAccountIn) -> BankAccountOut:
    """Set your bank account. The bank is asked whose it is: it must be yours. Withdrawals to a new one wait 24 h."""
    return BankAccountOut.of(bank_accounts.set_bank_account(actor=request.auth, **body.model_dump()))


@router.post(
    "/account-details/lookup",
    response={200: FoundAccountOut, **problems(401, 422, 429, AccountNotFound, "provider_unavailable")},
)
def look_up_account(request: ApiRequest, body: AccountLookupIn) -> bank_accounts.FoundAccount:
    """Ask the bank whose account it is, before it is set. Nothing changes."""
    return bank_accounts.look_up_account(actor=request.auth, **body.model_dump())


@router.get("/banks", response={200: BanksOut, **problems(401, "provider_unavailable")})
def list_banks(request: ApiRequest) -> BanksOut:
    """The banks that withdrawals can go to."""
    return BanksOut(items=[BankOut(code=bank.code, name=bank.name) for bank in BANK_DIRECTORY.get().banks()])
