"""Staff open the same receipts and statements as their readers, by the right to the rows behind them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from payment.models import Payment
from tests.architecture.world import World, build_world
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


def staff(*rights: str) -> Client:
    person: CustomUser = UserFactory.create(email="clerk@example.com", role=Role.ADMIN)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def paper(kind: str, reader: CustomUser, key: object, form: str = "page") -> str:
    return reverse("admin:paper", args=[kind, reader.pk, key, form])


def test_each_copy_of_a_receipt_opens_from_the_payments_page(world: World, chidi: CustomUser, wale: CustomUser) -> None:
    wage = Payment.objects.get(kind="wage")
    clerk = staff("view_payment")

    page = clerk.get(reverse("admin:payment_payment_change", args=[wage.pk])).content.decode()
    copies = [clerk.get(paper("payment", person, wage.reference)).content.decode() for person in (chidi, wale)]

    assert f"PS-{wage.created_at.year}-" in page
    for person in (chidi, wale):
        assert paper("payment", person, wage.reference) in page
        assert paper("payment", person, wage.reference, "pdf") in page
    assert "copy of Chidi Okafor" in copies[0]
    assert "copy of Wale Adeyemi" in copies[1]


def test_statement_opens_from_the_persons_page_and_leaves_a_line(world: World, chidi: CustomUser) -> None:
    clerk = staff("view_customuser", "view_ledgertransaction")

    page = clerk.get(reverse("admin:person_everything", args=[chidi.pk])).content.decode()
    sheet = clerk.get(paper("statement", chidi, "2026-01", "csv"))

    assert "/admin/payment/payment/papers/statement/" in page
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="statement-2026-01.csv"'
    assert "no-store" in sheet.headers["Cache-Control"]
    line = LogEntry.objects.get()
    assert (line.object_repr, line.change_message) == (f"statement-2026-01 of user {chidi.pk}", "Opened as csv.")


def test_payout_has_its_receipt_on_its_page(world: World, wale: CustomUser) -> None:
    clerk = staff("view_withdrawal")
    row = world.withdrawal

    page = clerk.get(reverse("admin:payment_withdrawal_change", args=[row.pk])).content.decode()

    assert paper("withdrawal", wale, row.pk, "pdf") in page
    assert clerk.get(paper("withdrawal", wale, row.pk, "pdf")).content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("kind", "right"),
    [("payment", "view_payment"), ("withdrawal", "view_withdrawal"), ("statement", "view_ledgertransaction")],
)
def test_without_the_right_nothing_opens(kind: str, right: str, world: World, wale: CustomUser) -> None:
    rights = {"view_payment", "view_withdrawal", "view_ledgertransaction", "view_customuser"} - {right}
    key = {"payment": Payment.objects.get(kind="wage").reference, "withdrawal": world.withdrawal.pk}
    clerk = staff(*rights)

    for form in ("page", "pdf", "csv"):
        assert clerk.get(paper(kind, wale, key.get(kind, "2026-01"), form)).status_code == 403
    assert not LogEntry.objects.exists()
    page = clerk.get(reverse("admin:person_everything", args=[wale.pk])).content.decode()
    assert ("/papers/statement/" in page) == (kind != "statement")


@pytest.mark.parametrize(
    ("kind", "key", "form"),
    [
        ("letter", "x", "page"),
        ("payment", "x", "page"),
        ("payment", "x", "exe"),
        ("withdrawal", "x", "page"),
        ("statement", "2026-13", "page"),
        ("statement", "2999-01", "pdf"),
    ],
)
def test_what_is_not_there_is_404(kind: str, key: str, form: str, world: World, wale: CustomUser) -> None:
    clerk = staff("view_payment", "view_withdrawal", "view_ledgertransaction")

    assert clerk.get(paper(kind, wale, key, form)).status_code == 404


def test_receipt_has_no_sheet(world: World, wale: CustomUser) -> None:
    wage = Payment.objects.get(kind="wage")

    assert staff("view_payment").get(paper("payment", wale, wage.reference, "csv")).status_code == 404


def test_who_is_no_staff_is_led_to_the_log_in(world: World, wale: CustomUser) -> None:
    client = Client()
    client.force_login(wale)

    assert client.get(paper("statement", wale, "2026-01")).status_code == 302
