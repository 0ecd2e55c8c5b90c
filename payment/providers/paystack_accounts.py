"""Account numbers at Paystack, "dedicated virtual accounts". Facts: paystack.com/docs/api/dedicated-virtual-account and
/docs/api/customer. One customer per e-mail: asked for again, the same comes back."""

from datetime import datetime
from urllib.parse import quote

from pydantic import Field

from payment.providers.answers import Call
from payment.providers.base import AccountHolder, GivenAccount
from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, list_of, pages, readable
from payment.providers.parsing import Code, Prose, Reference, TextId, Wire, read
from payment.providers.reports import Told

CHANNEL = "dedicated_nuban"
PAGE = 100
PAGES = 200


class Customer(Wire):
    id: TextId
    customer_code: Code


class BankOfAccount(Wire):
    name: Prose = ""


class DedicatedAccount(Wire):
    id: TextId
    account_number: str = Field(pattern=r"^[0-9]{10}$")
    account_name: Prose = ""
    bank: BankOfAccount
    active: bool = True
    assigned: bool = True


class Listed(Wire):
    reference: Reference = ""
    channel: Prose = ""


def account_of(http: ProviderHttp, data_of: Read, *, holder: AccountHolder) -> GivenAccount | None:
    customer = _customer(http, data_of, holder)
    rows = data_of(Call.LIST, http.get("/dedicated_account", params={"customer": customer.id}))
    accounts = [read(DedicatedAccount, row, provider=http.name) for row in list_of(rows, http, of="accounts")]
    living = [account for account in accounts if account.active and account.assigned]
    return _given(living[0]) if living else None


def open_account(http: ProviderHttp, data_of: Read, *, holder: AccountHolder, bank: str) -> GivenAccount:
    customer = _customer(http, data_of, holder)
    payload = {"customer": customer.customer_code, "preferred_bank": bank}
    made = data_of(Call.ACCOUNT, http.post("/dedicated_account", payload=payload))
    return _given(read(DedicatedAccount, made, provider=http.name))


def close_account(http: ProviderHttp, data_of: Read, *, provider_id: str) -> None:
    data_of(Call.ACCOUNT, http.delete(f"/dedicated_account/{quote(provider_id, safe='')}"))


def paid_into(http: ProviderHttp, data_of: Read, *, since: datetime) -> Told[str]:
    """The list knows no filter by channel: what came another way is left out here."""
    listed: list[object] = []
    params = {"status": "success", "from": since.isoformat(), "perPage": str(PAGE)}
    for rows in pages(http, data_of, "/transaction", of="payments", most=PAGES, params=params):
        listed += rows
    told = readable(Listed, listed, provider=http.name)
    deposits = [row.reference for row in told.rows if row.channel == CHANNEL]
    nameless = ["paystack names no reference of a deposit."] * deposits.count("")
    return Told([reference for reference in deposits if reference], [*told.unreadable, *nameless])


def _customer(http: ProviderHttp, data_of: Read, holder: AccountHolder) -> Customer:
    payload = {
        "email": holder.email,
        "first_name": holder.first_name,
        "last_name": holder.last_name,
        "phone": holder.phone,
    }
    return read(Customer, data_of(Call.ACCOUNT, http.post("/customer", payload=payload)), provider=http.name)


def _given(account: DedicatedAccount) -> GivenAccount:
    return GivenAccount(
        provider_id=account.id,
        bank_name=account.bank.name[:100] or "the bank",
        account_number=account.account_number,
        account_name=account.account_name[:160],
    )
