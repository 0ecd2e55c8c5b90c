"""paystack.com/docs/api/miscellaneous and /verification"""

from payment.sandbox import banks
from payment.sandbox.calls import Call, Reply
from payment.sandbox.paystack.envelope import ok, refuse
from payment.sandbox.paystack.paging import decode_cursor, encode_cursor, number

CREATED = "2016-07-14T10:04:29.000Z"


def listing(call: Call) -> Reply:
    """50 a page unless told, at most 100; with use_cursor the next page is in meta.next."""
    country = call.query.get("country", "nigeria").lower()
    currency = call.query.get("currency", "NGN")
    found = banks.BANKS if country == "nigeria" and currency == "NGN" else ()
    per_page = number(call, "perPage", 50, maximum=100)
    if call.query.get("use_cursor", "").lower() != "true":
        page = number(call, "page", 1)
        return ok("Banks retrieved", [_bank(call, row) for row in found[(page - 1) * per_page : page * per_page]])
    start = decode_cursor(cursor) if (cursor := call.query.get("next")) else 0
    rest = found[start:]
    following = encode_cursor(start + per_page) if len(rest) > per_page else None
    meta = {"next": following, "previous": None, "perPage": per_page}
    return ok("Banks retrieved", [_bank(call, row) for row in rest[:per_page]], meta=meta)


def resolve(call: Call) -> Reply:
    number_given, code = call.query.get("account_number", ""), call.query.get("bank_code", "")
    if not number_given or not code:
        raise refuse("Account number and bank code are required", "missing_params")
    if code not in banks.BY_CODE:
        raise refuse(f"Unknown bank code: {code}", "unknown_bank_code")
    try:
        name = banks.holder_of(bank_code=code, account_number=number_given)
    except banks.AccountNotFound:
        message = "Could not resolve account name. Check parameters or try again."
        raise refuse(message, "invalid_bank_code", status=422) from None
    data = {"account_number": number_given, "account_name": name, "bank_id": banks.BY_CODE[code].id}
    return ok("Account number resolved", data)


def _bank(call: Call, row: banks.Bank) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": row.name,
        "slug": row.slug,
        "code": row.code,
        "longcode": row.longcode,
        "gateway": None,
        "pay_with_bank": False,
        "supports_transfer": True,
        "available_for_direct_debit": False,
        "active": True,
        "country": "Nigeria",
        "currency": "NGN",
        "type": "nuban",
        "is_deleted": False,
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "id": row.id,
    }
    if call.query.get("include_nip_sort_code", "").lower() == "true":
        shown["nip_sort_code"] = row.longcode[:6] or None
    return shown
