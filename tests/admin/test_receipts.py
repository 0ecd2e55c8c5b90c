"""The list of receipts: read-only, found by what a caller says, with both sides' copies, for whoever may look."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from payment.models import Payment, Receipt
from payment.services.accounts import wallet_of
from payshift.staff_roles import make_roles
from tests.admin.test_finding import ctrl_k, found
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory
from tests.support.books import committed

pytestmark = pytest.mark.django_db

LIST = "admin:payment_receipt_changelist"


@pytest.fixture
def paid(chidi: CustomUser) -> Payment:
    payment: Payment = PaymentFactory.create(
        job=JobFactory.create(client=chidi), reference="pay-00aa00bb00cc00dd0001", status="succeeded"
    )
    committed()
    return payment


@pytest.fixture
def payout(wale: CustomUser) -> Receipt:
    withdrawal = WithdrawalFactory.create(
        wallet=wallet_of(wale.pk), reference="wdr-00aa00bb00cc00dd0001", status="paid"
    )
    committed()
    receipt: Receipt = withdrawal.receipt
    return receipt


def receipt_of(payment: Payment) -> Receipt:
    return Receipt.objects.select_related("series").get(payment=payment)


def clerk(*rights: str, role: str = "") -> Client:
    person: CustomUser = UserFactory.create(email="clerk@example.com", role=Role.ADMIN)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    if role:
        person.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(person)
    return client


def test_receipt_is_found_by_number_person_job_and_payment(staff: Client, paid: Payment, payout: Receipt) -> None:
    receipt = receipt_of(paid)

    for typed in (str(receipt), "chidi@example.com", str(paid.job_id), paid.reference, "pay-00aa"):
        assert found(staff, Receipt, typed) == [receipt.pk], typed
    for typed in (str(payout), "wale@example.com", "wdr-00aa"):
        assert found(staff, Receipt, typed) == [payout.pk], typed


def test_list_leads_to_each_sides_page_and_pdf(staff: Client, paid: Payment, payout: Receipt) -> None:
    page = staff.get(reverse(LIST)).content.decode()

    for form in ("page", "pdf"):
        for kind, reader, key in (
            ("payment", paid.payer_id, paid.reference),
            ("withdrawal", payout.withdrawal and payout.withdrawal.wallet.user_id, payout.withdrawal_id),
        ):
            address = reverse("admin:paper", args=[kind, reader, key, form])
            assert address in page
            assert staff.get(address).status_code == 200


def test_nobody_changes_adds_or_deletes_one(staff: Client, paid: Payment) -> None:
    for model, pk in (("receipt", receipt_of(paid).pk), ("receiptissuer", receipt_of(paid).issuer_id)):
        assert staff.get(reverse(f"admin:payment_{model}_add")).status_code == 403
        assert staff.post(reverse(f"admin:payment_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
        assert staff.post(reverse(f"admin:payment_{model}_change", args=[pk]), {"number": 7}).status_code == 403
    assert str(Receipt.objects.select_related("series").get()).endswith("-000001")


@pytest.mark.parametrize(
    ("role", "may"), [("Read only", True), ("Support", True), ("Finance", True), ("Operations", False)]
)
def test_roles_that_look_at_payments_look_at_receipts(role: str, may: bool, paid: Payment) -> None:
    make_roles()
    client = clerk(role=role)

    assert client.get(reverse(LIST)).status_code == (200 if may else 403)
    assert (
        reverse("admin:payment_receipt_change", args=[receipt_of(paid).pk]) in ctrl_k(client, str(receipt_of(paid)))
    ) == may
    today = client.get(reverse("admin:index")).content.decode()
    assert (f'href="{reverse(LIST)}"' in today) == may


def test_copies_are_offered_to_whoever_may_open_them(paid: Payment) -> None:
    client = clerk("view_receipt")

    pages = [reverse(LIST), reverse("admin:payment_receipt_change", args=[receipt_of(paid).pk])]
    for page in pages:
        shown = client.get(page).content.decode()
        assert str(receipt_of(paid)) in shown
        assert "/papers/" not in shown
