"""How rows are shown to staff: naira and not kobo, names and not numbers, coloured states, one name for each screen."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.staticfiles import finders
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts.admin import bounds
from accounts.admin.reading import StaffAdmin
from accounts.admin.shown import STATES, TONE_OF, TONES, label, shown
from accounts.models import CustomUser
from core.money import in_naira
from jobs.models import Job
from payment.models import WITHDRAWALS_IN_FLIGHT, LedgerEntry, LedgerTransaction, Withdrawal
from payment.views import returned
from payshift.operations.look import GROUPS
from tests.architecture.world import build_world
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.factories.payment import WithdrawalFactory, fund_wallet

pytestmark = pytest.mark.django_db

SCREENS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What a programmer calls it: kobo, and keys of other rows.
RAW = re.compile(r"\bkobo\b|\b(?:user|account|wallet|escrow|factor) [0-9]+\b", re.IGNORECASE)
TEMPLATES = [
    *(settings.BASE_DIR / "payshift/templates").rglob("*.html"),
    *(settings.BASE_DIR / "accounts/templates/accounts/admin").rglob("*.html"),
    *(settings.BASE_DIR / "payment/templates/payment/admin").rglob("*.html"),
]
COLOUR = re.compile(r"^(?:dark:|hover:|lg:)*(?:text|bg|border)-(?:green|red|orange|blue|primary|base)-[0-9]+$")


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    build_world(chidi=chidi, wale=wale, ada=ada)


def words_of(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    bare = re.sub(r"<(script|style|template)\b.*?</\1>", " ", main, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", bare))


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def pages(staff: Client) -> Iterator[tuple[str, str]]:
    """Every list, and a row of each that has any."""
    for model in SCREENS:
        yield model._meta.label, staff.get(address(model, "changelist")).content.decode()
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            yield f"a {model._meta.label}", staff.get(address(model, "change", row.pk)).content.decode()


def test_every_state_has_a_colour_that_says_what_it_means() -> None:
    states = {
        str(value)
        for model in SCREENS
        for field in model._meta.fields
        if field.name in STATES
        for value, _ in field.flatchoices
    }

    assert states - set(TONE_OF) == set()
    assert len(TONE_OF) == sum(map(len, TONES.values()))
    assert "bg-red-100" in label("failed", "Failed")
    assert "bg-green-100" in label("paid", "Paid")


@pytest.mark.usefixtures("world")
def test_no_screen_shows_kobo_or_the_keys_of_other_rows(staff: Client) -> None:
    raw = {
        place: sorted(set(RAW.findall(words))) for place, html in pages(staff) if RAW.search(words := words_of(html))
    }

    assert raw == {}


@pytest.mark.usefixtures("world")
def test_every_screen_with_a_state_shows_it_as_a_label(staff: Client) -> None:
    bare = []
    for model in SCREENS:
        screen, row = admin.site._registry[model], model._default_manager.order_by("pk").first()
        states = {"status", "outcome"} & {field.name for field in model._meta.fields}
        if row is None or not states:
            continue
        for page in ("changelist", "change"):
            html = staff.get(address(model, page, *([row.pk] if page == "change" else []))).content.decode()
            bare += [(screen, page) for name in states if as_a_label(row, name) not in html]

    assert bare == []


def as_a_label(row: Model, name: str) -> str:
    value = getattr(row, name) or ""
    words = str(dict(row._meta.get_field(name).flatchoices).get(value, value))  # type: ignore[union-attr]
    return label(value, (words[:1].upper() + words[1:]).replace("_", " "))


def test_money_is_naira_at_the_right_of_its_column(staff: Client) -> None:
    withdrawal: Withdrawal = WithdrawalFactory.create(amount_kobo=123_456)

    listed = staff.get(reverse("admin:payment_withdrawal_changelist")).content.decode()
    page = staff.get(reverse("admin:payment_withdrawal_change", args=[withdrawal.pk])).content.decode()

    assert re.search(r'<td class="field-amount_kobo [^"]*!text-end">₦1,234\.56</td>', listed)
    assert "₦1,234.56" in page
    assert in_naira(-500) == "\N{MINUS SIGN}₦5.00"


def test_people_are_named(staff: Client) -> None:
    owner = UserFactory.create(email="ngozi.eze@example.com", first_name="Ngozi", last_name="Eze")
    fund_wallet(owner.pk, 100)

    assert "Wallet of Ngozi Eze, ngozi.eze@example.com" in unescape(
        staff.get(reverse("admin:payment_ledgerentry_changelist")).content.decode()
    )


def test_kinds_are_written_alike(staff: Client) -> None:
    fund_wallet(UserFactory.create().pk, 100)
    entries = words_of(staff.get(reverse("admin:payment_ledgertransaction_changelist")).content.decode())

    assert "Funding" in entries
    assert shown(LedgerTransaction, "kind")(LedgerTransaction(kind="award")) == "Dispute award"


def test_times_that_a_list_writes_itself_are_of_lagos(staff: Client, wale: CustomUser) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), tick=False):
        fund_wallet(wale.pk, 100)
    entry = LedgerEntry.objects.latest("pk")
    CustomUser.objects.filter(pk=wale.pk).update(is_active=True)
    wale.profile.joined_at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    wale.profile.save(update_fields=["joined_at"])

    for path in (
        reverse("admin:payment_ledgerentry_changelist"),
        reverse("admin:payment_ledgerentry_change", args=[entry.pk]),
        reverse("admin:accounts_customuser_changelist"),
    ):
        words = words_of(staff.get(path).content.decode())
        assert "2026-03-02 00:30 WAT" in words, path
        assert "2026-03-01 23:30" not in words, path


def test_a_screen_has_the_name_that_the_side_bar_gives_it(staff: Client) -> None:
    for _, screens in GROUPS:
        for title, model, _icon in screens:
            app, name = model.split(".")
            html = staff.get(reverse(f"admin:{app}_{name}_changelist")).content.decode()
            heading = html[html.index("<h1") : html.index("</h1>")]
            assert re.search(rf"<title>\s*{re.escape(title)} \| Payshift</title>", html)
            assert unescape(re.sub(r"<[^>]+>", "", heading)).strip().endswith(f"chevron_right{title}"), heading


def test_a_person_in_the_path_is_written_as_they_are(staff: Client, chidi: CustomUser) -> None:
    html = staff.get(reverse("admin:accounts_customuser_change", args=[chidi.pk])).content.decode()

    assert chidi.email in html[html.index("<h1") : html.index("</h1>")]
    assert chidi.email.capitalize() not in html


def test_an_empty_list_says_why_it_is_empty(staff: Client) -> None:
    lists = reverse("admin:payment_refund_changelist")

    assert "Nothing is here yet" in staff.get(lists).content.decode()
    filtered = staff.get(lists, {"status__exact": "failed"}).content.decode()
    assert "Nothing fits what was asked for" in filtered
    assert "Show everything" in filtered


def test_first_and_last_page_lead_only_where_there_are_rows(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StaffAdmin, "list_per_page", 2)
    for _ in range(3):
        WithdrawalFactory.create()
    lists = reverse("admin:payment_withdrawal_changelist")

    led = [
        [word for word in ("Previous", "Next") if f">{word}</a>" in staff.get(lists, {"p": page}).content.decode()]
        for page in (1, 2)
    ]

    assert led == [["Next"], ["Previous"]]


def test_a_history_has_pages_of_what_there_is(staff: Client, bisi: CustomUser) -> None:
    job: Job = JobFactory.create()
    LogEntry.objects.log_actions(bisi.pk, [job], CHANGE, "Looked at", single_object=True)

    page = staff.get(reverse("admin:jobs_job_history", args=[job.pk])).content.decode()

    assert "Looked at" in page
    assert "99999999" not in page


def test_colours_of_our_pages_are_in_the_style_sheet() -> None:
    """Unfold ships the classes that it uses itself, and no others: text in such a colour is grey."""
    with open(str(finders.find("unfold/css/styles.css")), encoding="utf-8") as sheet:
        there = set(re.findall(r"\.((?:[\w-]|\\.)+)", sheet.read()))
    known = {name.replace("\\", "") for name in there}
    used = {
        (name, template.name)
        for template in TEMPLATES
        for classes in re.findall(r'class="([^"]*)"', template.read_text())
        for name in re.split(r"[\s{}%]+", classes)
        if COLOUR.match(name)
    }

    assert {use for use in used if use[0] not in known} == set()
    assert ("text-green-700", "health.html") in used


def test_what_staff_may_not_open_leads_back_to_today(clerk: Client) -> None:
    page = clerk.get(reverse("admin:payment_withdrawal_changelist"))

    assert page.status_code == 403
    assert "Your role does not include it" in page.content.decode()
    assert f'href="{reverse("admin:index")}"' in page.content.decode()


def test_who_comes_back_from_a_checkout_is_told_the_reference(settings: Settings) -> None:
    settings.APP_URL = "https://app.example.com"

    page = returned(RequestFactory().get("/"), "pay-0123456789abcdef0123").content.decode()

    assert "pay-0123456789abcdef0123" in page
    assert 'href="https://app.example.com/"' in page


def test_the_side_bar_says_what_it_finds(staff: Client) -> None:
    page = staff.get(reverse("admin:index")).content.decode()

    assert "Search apps and models" not in page
    assert "Find a person or a job" in page


def test_rows_within_a_page_lead_on_by_keyboard_too(staff: Client, chidi: CustomUser, wale: CustomUser) -> None:
    application = ApplicationFactory.create(job=JobFactory.create(client=chidi), applicant=wale)

    page = staff.get(reverse("admin:jobs_job_change", args=[application.job_id])).content.decode()
    link = page[page.index(f"/admin/jobs/application/{application.pk}/change/") :]

    assert "hidden" not in link[: link.index("</a>")]
    assert link[: link.index("<span")].endswith("Open")


class TestBounds:
    def test_a_filter_looks_among_the_newest_rows_and_says_so(
        self, staff: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old, *_, new = (WithdrawalFactory.create(status="unknown") for _ in range(4))
        monkeypatch.setattr(bounds, "MOST_WALKED", 2)
        lists = reverse("admin:payment_withdrawal_changelist")

        filtered = staff.get(lists, {"status__exact": "unknown"})
        waiting = staff.get(lists, {"status__in": ",".join(WITHDRAWALS_IN_FLIGHT)})

        assert new in filtered.context["cl"].result_list
        assert old not in filtered.context["cl"].result_list
        assert "Older ones are found by searching" in filtered.content.decode()
        assert old in waiting.context["cl"].result_list
        assert "Older ones" not in waiting.content.decode()

    def test_a_list_is_sorted_by_what_an_index_has_in_that_order(self, staff: Client) -> None:
        listed = staff.get(reverse("admin:payment_payment_changelist")).context["cl"]

        sortable = {getattr(column, "__name__", column) for column in listed.sortable_by}
        assert sortable == {"created_at"}

    def test_every_card_of_today_leads_to_what_is_found_however_old(self, staff: Client) -> None:
        missing = []
        for card in staff.get(reverse("admin:index")).context["cards"]:
            path, _, query = card.link.partition("?")
            if query and bounds.walks(RequestFactory().get(card.link), resolve_admin(path).served):
                missing.append(card.title)

        assert missing == []


def resolve_admin(path: str) -> StaffAdmin:
    screen: StaffAdmin = next(
        screen
        for model, screen in admin.site._registry.items()
        if isinstance(screen, StaffAdmin) and address(model, "changelist") == path
    )
    return screen
