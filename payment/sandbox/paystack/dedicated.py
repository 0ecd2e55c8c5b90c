"""paystack.com/docs/api/customer and /docs/api/dedicated-virtual-account"""

import secrets

from django.db import transaction

from core import clock
from payment.sandbox import webhooks
from payment.sandbox.calls import Call, Json, Reply
from payment.sandbox.models import Customer, DedicatedAccount, Provider
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack.envelope import ok, refuse, required, text
from payment.sandbox.paystack.paging import page_of
from payment.sandbox.paystack.payloads import INTEGRATION
from payment.sandbox.timing import iso
from payment.sandbox.webhooks import domain

BANKS = {"test-bank": "Test Bank", "wema-bank": "Wema Bank", "titan-paystack": "Paystack-Titan"}
# Of no bank: nothing else here has such a number.
NUMBERS = "99"


def create_customer(call: Call) -> Reply:
    """The same e-mail again gives the existing record."""
    body = call.body
    required(body, "email")
    row, _ = Customer.objects.get_or_create(
        email=text(body["email"]).lower(),
        defaults={
            "code": f"CUS_{secrets.token_hex(8)}",
            "first_name": text(body.get("first_name"))[:150],
            "last_name": text(body.get("last_name"))[:150],
            "phone": text(body.get("phone"))[:40],
            "created_at": clock.now(),
        },
    )
    return ok("Customer created", created(row))


@transaction.atomic
def create(call: Call) -> Reply:
    """For a customer with a name and a phone; the second one at the same bank is the first."""
    body = call.body
    required(body, "customer")
    named = text(body["customer"])
    rows = Customer.objects.select_for_update()
    row = rows.filter(code=named).first() or rows.filter(pk=_pk(named)).first()
    if row is None:
        raise refuse("Customer not found", "invalid_params", status=404)
    if not (row.first_name and row.last_name and row.phone):
        raise refuse("Customer phone number is required", "missing_params")
    slug = text(body.get("preferred_bank")) or "wema-bank"
    if slug not in BANKS:
        raise refuse("Preferred bank is not available", "invalid_params")
    account = row.accounts.filter(bank_slug=slug, active=True).first()
    if account is None:
        account = row.accounts.create(
            bank_slug=slug,
            account_number=f"{NUMBERS}{secrets.randbelow(10**8):08d}",
            created_at=clock.now(),
        )
        announce(row, account)
    return ok("NUBAN successfully created", dedicated(account) | {"assignment": assignment(account)})


def listing(call: Call) -> Reply:
    rows = DedicatedAccount.objects.filter(active=True).select_related("customer").order_by("-id")
    if named := call.query.get("customer"):
        rows = rows.filter(customer_id=_pk(named))
    found, meta = page_of(call, rows)
    listed = [dedicated(row) | {"split_config": None} for row in found]
    return ok("Managed accounts successfully retrieved", listed, meta=meta)


def close(call: Call, *, account_id: int) -> Reply:
    row = DedicatedAccount.objects.select_related("customer").filter(pk=account_id - PUBLIC_ID_OFFSET).first()
    if row is None:
        raise refuse("Dedicated account not found", "not_found", status=404)
    row.active = False
    row.save(update_fields=["active"])
    told = dedicated(row) | {"assigned": False, "assignment": assignment(row)}
    return ok("Managed Account Successfully Unassigned", told)


def announce(row: Customer, account: DedicatedAccount | None) -> None:
    """Tell that this customer got an account number, or could not be given one. As the official samples have it."""
    data = {
        "customer": customer(row) | {"metadata": {}},
        "dedicated_account": account and assigned(account),
        "identification": {"status": "success" if account else "failed"},
    }
    event = f"dedicatedaccount.assign.{'success' if account else 'failed'}"
    webhooks.enqueue(Provider.PAYSTACK, row.code, {"event": event, "data": data})


def assigned(account: DedicatedAccount) -> Json:
    told = dedicated(account)
    del told["customer"]
    return told | {"assignment": assignment(account)}


def assignment(account: DedicatedAccount) -> Json:
    return {
        "integration": INTEGRATION,
        "assignee_id": account.customer.public_id,
        "assignee_type": "Customer",
        "expired": False,
        "account_type": "PAY-WITH-TRANSFER-RECURRING",
        "assigned_at": iso(account.created_at),
        "expired_at": None,
    }


def created(row: Customer) -> Json:
    """As in the answer to making one, where a name that is missing is an empty text."""
    return customer(row) | {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "phone": row.phone,
        "domain": domain(),
        "metadata": {"calling_code": "+234"},
        "transactions": [],
        "subscriptions": [],
        "authorizations": [],
        "identified": False,
        "identifications": None,
    }


def customer(row: Customer) -> Json:
    return {
        "id": row.public_id,
        "integration": INTEGRATION,
        "first_name": row.first_name or None,
        "last_name": row.last_name or None,
        "email": row.email,
        "customer_code": row.code,
        "phone": row.phone or None,
        "international_format_phone": row.phone or None,
        "risk_action": "default",
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.created_at),
    }


def dedicated(row: DedicatedAccount) -> Json:
    return {
        "id": row.public_id,
        "bank": {"name": BANKS[row.bank_slug], "id": 20, "slug": row.bank_slug},
        "account_name": f"PAYSHIFT/{row.customer.first_name} {row.customer.last_name}".upper(),
        "account_number": row.account_number,
        "assigned": row.active,
        "currency": "NGN",
        "metadata": None,
        "active": row.active,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.created_at),
        "customer": customer(row.customer),
    }


def _pk(named: str) -> int:
    return int(named) - PUBLIC_ID_OFFSET if named.isdigit() else 0
