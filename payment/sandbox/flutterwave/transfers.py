"""developer.flutterwave.com: transfers, banks, name enquiry, balances."""

from payment.sandbox import banks, payouts
from payment.sandbox.balance import BalanceTooLow, balance_kobo
from payment.sandbox.calls import Call, Reply
from payment.sandbox.fees import transfer_fee_kobo
from payment.sandbox.flutterwave import payloads
from payment.sandbox.flutterwave.envelope import kobo, ok, refuse, required, text
from payment.sandbox.flutterwave.naira import to_naira
from payment.sandbox.flutterwave.paging import page_of
from payment.sandbox.models import Fault, Provider, Transfer
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET

LONGEST_REFERENCE = 100
LONGEST_TEXT = 100
# The provider's own test account: accepted, and then refused by the bank.
BLACKLISTED = ("044", "0690000036")
BLACKLISTED_MESSAGE = "Payout was made to a blacklisted account number"


def create(call: Call) -> Reply:
    body = call.body
    required(body, "account_bank", "account_number", "amount", "currency", "reference")
    reference = text(body["reference"])
    if len(reference) > LONGEST_REFERENCE:
        raise refuse("reference must be at most 100 characters")
    for name in ("beneficiary_name", "narration"):
        if len(text(body.get(name))) > LONGEST_TEXT:
            raise refuse(f"{name} must be at most {LONGEST_TEXT} characters")
    if body["currency"] != "NGN" or (text(body.get("debit_currency")) or "NGN") != "NGN":
        raise refuse("currency is not enabled for this merchant")
    bank_code, account_number = text(body["account_bank"]), text(body["account_number"])
    holder = _holder(bank_code, account_number)
    try:
        transfer = payouts.send(
            provider=Provider.FLUTTERWAVE,
            reference=reference,
            amount_kobo=kobo(body["amount"]),
            met=_met(call, bank_code, account_number, reference),
            bank_code=bank_code,
            account_number=account_number,
            account_name=text(body.get("beneficiary_name")) or holder,
            reason=text(body.get("narration"))[:500],
            meta=body.get("meta"),
            complete_message=BLACKLISTED_MESSAGE if (bank_code, account_number) == BLACKLISTED else "",
        )
    except BalanceTooLow:
        raise refuse("Insufficient funds in customer wallet") from None
    except payouts.ReferenceTaken as taken:
        payouts.note_repeat(taken.transfer)
        if Fault.Kind.REPLAY_TRANSFER not in call.met:
            raise refuse("Duplicate reference: a transfer with this reference already exists") from None
        transfer = taken.transfer
    # NEW in this answer only: whoever reads it later sees PENDING until there is a verdict.
    shown = payloads.transfer(transfer)
    return ok("Transfer Queued Successfully", shown | {"status": "NEW"} if shown["status"] == "PENDING" else shown)


def fetch(call: Call, *, transfer_id: int) -> Reply:
    return ok("Transfer fetched", payloads.transfer(_transfer(transfer_id)))


def listing(call: Call) -> Reply:
    """A list also with `reference`, and not only of exact matches: the caller has to compare."""
    transfers = Transfer.objects.filter(provider=Provider.FLUTTERWAVE).order_by("-id")
    if reference := call.query.get("reference"):
        transfers = transfers.filter(reference__startswith=reference)
    rows, meta = page_of(call, transfers)
    return ok("Transfers fetched", [payloads.transfer(row) for row in rows], meta=meta)


def retry(call: Call, *, transfer_id: int) -> Reply:
    """A failed transfer is tried anew, under a reference that the provider makes."""
    failed = _transfer(transfer_id)
    if payloads.transfer_status(failed) != "FAILED":
        raise refuse("Only failed transfers can be retried")
    tries = Transfer.objects.filter(reference__startswith=f"{failed.reference}_PMCKDU_").count()
    try:
        transfer = payouts.send(
            provider=Provider.FLUTTERWAVE,
            reference=f"{failed.reference}_PMCKDU_{tries + 1}"[:LONGEST_REFERENCE],
            amount_kobo=failed.amount_kobo,
            met=call.met,
            bank_code=failed.bank_code,
            account_number=failed.account_number,
            account_name=failed.account_name,
            reason=failed.reason,
        )
    except (BalanceTooLow, payouts.ReferenceTaken):
        raise refuse("Insufficient funds in customer wallet") from None
    return ok("Transfer retry attempt queued.", payloads.transfer(transfer) | {"status": "NEW"})


def fee(call: Call) -> Reply:
    amount_kobo = kobo(call.query.get("amount"))
    shown = to_naira(transfer_fee_kobo(Provider.FLUTTERWAVE, amount_kobo))
    return ok("Transfer fee fetched", [{"fee_type": "value", "currency": "NGN", "fee": shown}])


def bank_list(call: Call, *, country: str) -> Reply:
    if country.upper() != "NG":
        raise refuse("No bank found for this country", status=404)
    rows = [{"id": bank.id, "code": bank.code, "name": bank.name} for bank in banks.BANKS]
    return ok("Banks fetched successfully", rows)


def resolve(call: Call) -> Reply:
    required(call.body, "account_number", "account_bank")
    bank_code, account_number = text(call.body["account_bank"]), text(call.body["account_number"])
    name = _holder(bank_code, account_number)
    return ok("Account details fetched", {"account_number": account_number, "account_name": name})


def balances(call: Call) -> Reply:
    return ok("Wallet balances fetched", [_balance()])


def balance(call: Call, *, currency: str) -> Reply:
    if currency.upper() != "NGN":
        raise refuse("Wallet not found for this currency", status=404)
    return ok("Wallet balance fetched", _balance())


def _balance() -> dict[str, object]:
    shown = to_naira(balance_kobo(Provider.FLUTTERWAVE))
    return {"currency": "NGN", "available_balance": shown, "ledger_balance": shown}


def _holder(bank_code: str, account_number: str) -> str:
    try:
        return banks.holder_of(bank_code=bank_code, account_number=account_number)
    except banks.AccountNotFound:
        raise refuse("Sorry, that account number is invalid, please check and try again") from None


def _met(call: Call, bank_code: str, account_number: str, reference: str) -> dict[str, str]:
    """The provider's own ways to ask for a failure: a test account and a reference's ending."""
    if (bank_code, account_number) == BLACKLISTED or reference.endswith("_PMCK_ST_F"):
        return call.met | {Fault.Kind.TRANSFER_FAILS: ""}
    return call.met


def _transfer(transfer_id: int) -> Transfer:
    transfers = Transfer.objects.filter(provider=Provider.FLUTTERWAVE)
    transfer = transfers.filter(pk=transfer_id - PUBLIC_ID_OFFSET).first()
    if transfer is None:
        raise refuse("Transfer not found", status=404)
    return transfer
