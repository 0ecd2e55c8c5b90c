from typing import Annotated

from ninja import Body, Router

from accounts.exceptions import IdentityNumberRefused
from core.actor import ApiRequest
from core.errors import WrongRole
from core.schemas import problems
from payment.exceptions import DetailsMissing, IdentityNeeded, NoVirtualAccounts, ProviderUnavailable
from payment.models import VirtualAccount
from payment.schemas.limits import IdentityNumberIn
from payment.schemas.virtual_accounts import VirtualAccountOut
from payment.selectors.virtual_accounts import is_offered, needs_identity, virtual_account_of
from payment.services.identified_accounts import IdentityNumber
from payment.services.virtual_accounts import ask_for_account

router = Router(tags=["wallet"])


@router.get("/wallet/virtual-account", response={200: VirtualAccountOut, **problems(401)})
def get_virtual_account(request: ApiRequest) -> VirtualAccountOut:
    """The caller's own account number: what is sent to it is in the wallet within minutes."""
    return _shown(request, virtual_account_of(actor=request.auth))


@router.post(
    "/wallet/virtual-account",
    response={
        200: VirtualAccountOut,
        **problems(
            401,
            422,
            429,
            WrongRole,
            NoVirtualAccounts,
            DetailsMissing,
            IdentityNeeded,
            IdentityNumberRefused,
            ProviderUnavailable,
        ),
    },
)
def ask_for_virtual_account(
    request: ApiRequest, payload: Annotated[IdentityNumberIn | None, Body()] = None
) -> VirtualAccountOut:
    """Ask for an account number of one's own. Asked for again, it is the same; its number comes within minutes.

    A body is needed only where `needs_identity` says so: the BVN or NIN goes to the bank, and is kept nowhere.
    """
    identity = IdentityNumber(kind=payload.kind, number=payload.number) if payload else None
    return _shown(request, ask_for_account(actor=request.auth, identity=identity))


def _shown(request: ApiRequest, account: VirtualAccount | None) -> VirtualAccountOut:
    offered = is_offered(actor=request.auth)
    return VirtualAccountOut.of(account, offered=offered, needs_identity=offered and needs_identity(account))
