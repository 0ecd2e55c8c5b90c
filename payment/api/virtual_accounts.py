from ninja import Router

from core.actor import ApiRequest
from core.errors import WrongRole
from core.schemas import problems
from payment.exceptions import DetailsMissing, NoVirtualAccounts
from payment.schemas.virtual_accounts import VirtualAccountOut
from payment.selectors.virtual_accounts import is_offered, virtual_account_of
from payment.services.virtual_accounts import ask_for_account

router = Router(tags=["wallet"])


@router.get("/wallet/virtual-account", response={200: VirtualAccountOut, **problems(401)})
def get_virtual_account(request: ApiRequest) -> VirtualAccountOut:
    """The caller's own account number: what is sent to it is in the wallet within minutes."""
    return VirtualAccountOut.of(virtual_account_of(actor=request.auth), offered=is_offered(actor=request.auth))


@router.post(
    "/wallet/virtual-account",
    response={200: VirtualAccountOut, **problems(401, WrongRole, NoVirtualAccounts, DetailsMissing)},
)
def ask_for_virtual_account(request: ApiRequest) -> VirtualAccountOut:
    """Ask for an account number of one's own. Asked for again, it is the same; its number comes within minutes."""
    account = ask_for_account(actor=request.auth)
    return VirtualAccountOut.of(account, offered=is_offered(actor=request.auth))
