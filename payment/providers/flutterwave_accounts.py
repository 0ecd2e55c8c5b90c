"""Account numbers at Flutterwave v3, "static virtual accounts". Facts: developer.flutterwave.com, NGN Virtual Accounts,
the reference of POST /virtual-account-numbers and of its deactivation, and the official SDKs.

A permanent number needs the BVN or NIN of its holder. It takes any number of transfers, all under the one `tx_ref` that
it was made with: what tells them apart is the transaction's own id. So a deposit's reference here is both, and it is
asked for by the id. What the documents have not: a look-up of a number by anything but the provider's `order_ref`,
which a lost answer took with it, and what a second call under the same `tx_ref` does. Neither matters to the money:
the `tx_ref` is ours and stands for one wallet, whichever of the provider's numbers it came to.
"""

import re
import secrets
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from pydantic import Field

from payment.providers.answers import Call
from payment.providers.base import AccountHolder, GivenAccount, ReferenceUsed
from payment.providers.http import Answer, ProviderHttp
from payment.providers.lists import Read, pages, readable
from payment.providers.parsing import Prose, Reference, TextId, Wire, read
from payment.providers.reports import Told

# Our reference of an account (`payment.services.references`), and the end that another try under it has.
OURS = r"acc-[0-9a-f]{20}"
TX_REF = re.compile(rf"({OURS})(?:-[0-9a-f]{{8}})?")
DEPOSIT = re.compile(rf"({TX_REF.pattern})\.([0-9]{{1,20}})")
# Of 20 or so.
PAGES = 250
# Of a payee and of an account's holder, as the official library checks it.
LONGEST_NAME = 100
# An answer may repeat a number that is to be kept nowhere.
LONG_NUMBER = re.compile(r"[0-9]{6,}")
NOTE = "Please make a bank transfer to "


class VirtualAccountData(Wire):
    order_ref: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    account_number: str = Field(pattern=r"^[0-9]{10}$")
    bank_name: Prose = ""
    note: Prose = ""


class Listed(Wire):
    id: TextId
    tx_ref: Reference = ""


def deposit_reference(tx_ref: str, transaction_id: str) -> str:
    """The one name of a payment: its `tx_ref`, and where that is an account's, which of many the payment is."""
    return f"{tx_ref}.{transaction_id}" if TX_REF.fullmatch(tx_ref) else tx_ref


def deposit_of(reference: str) -> tuple[str, str] | None:
    """The `tx_ref` and the transaction's id, where the reference is a deposit's."""
    found = DEPOSIT.fullmatch(reference)
    return (found[1], found[3]) if found else None


def account_of(tx_ref: str) -> str:
    """Our reference of the account that a payment under this `tx_ref` came to; empty for any other payment."""
    found = TX_REF.fullmatch(tx_ref)
    return found[1] if found else ""


def open_account(http: ProviderHttp, data_of: Read, *, holder: AccountHolder) -> GivenAccount:
    """Raises as every act does, with no number of the holder's in what it says."""
    try:
        return _ask(http, data_of, holder, tx_ref=holder.reference)
    except ReferenceUsed:
        # An earlier answer was lost, and the number in it cannot be asked for: another one, for the same wallet.
        return _ask(http, data_of, holder, tx_ref=f"{holder.reference}-{secrets.token_hex(4)}")


def close_account(http: ProviderHttp, data_of: Read, *, provider_id: str) -> None:
    path = f"/virtual-account-numbers/{quote(provider_id, safe='')}"
    data_of(Call.ACCOUNT, http.post(path, payload={"status": "inactive"}))


def paid_into(http: ProviderHttp, data_of: Read, *, since: datetime) -> Told[str]:
    """The list knows no filter by the way of paying: what is not under an account's reference is left out here."""
    listed: list[object] = []
    params = {"from": since.date().isoformat(), "status": "successful"}
    for rows in pages(http, data_of, "/transactions", of="payments", most=PAGES, params=params):
        listed += rows
    told = readable(Listed, listed, provider=http.name)
    found = [deposit_reference(row.tx_ref, row.id) for row in told.rows if TX_REF.fullmatch(row.tx_ref)]
    return Told(found, told.unreadable)


def _ask(http: ProviderHttp, data_of: Read, holder: AccountHolder, *, tx_ref: str) -> GivenAccount:
    payload = {
        "email": holder.email,
        "is_permanent": True,
        holder.identity_kind: holder.identity_number,
        "tx_ref": tx_ref,
        "phonenumber": holder.phone,
        "firstname": holder.first_name,
        "lastname": holder.last_name,
        "narration": f"{holder.first_name} {holder.last_name}"[:LONGEST_NAME],
    }
    answer = _without_numbers(http.post("/virtual-account-numbers", payload=payload))
    made = read(VirtualAccountData, data_of(Call.ACCOUNT, answer), provider=http.name)
    return GivenAccount(
        provider_id=made.order_ref,
        bank_name=made.bank_name[:100] or "the bank",
        account_number=made.account_number,
        account_name=LONG_NUMBER.sub("…", made.note.removeprefix(NOTE))[:160],
    )


def _without_numbers(answer: Answer) -> Answer:
    return replace(answer, body={**answer.body, "message": LONG_NUMBER.sub("…", answer.message)})
