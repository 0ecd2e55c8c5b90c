"""A mail's List-Unsubscribe (RFC 8058): one click ends mails of its kind, and reading the page ends nothing."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import CustomUser, NotificationKind, NotificationPreference
from accounts.notification_subjects import about_of, subject_of
from accounts.notification_texts import TEXTS
from accounts.services.notifications import notify
from accounts.services.unsubscribing import unsubscribe_token
from tests.accounts.conftest import Api, Mails
from tests.factories.accounts import NotificationFactory

pytestmark = pytest.mark.django_db

Kind = NotificationKind


@pytest.fixture
def page(wale: CustomUser) -> str:
    return f"/unsubscribe/{unsubscribe_token(user_id=wale.pk, kind=Kind.SHIFT_REMINDER)}"


def mailed(user: CustomUser) -> bool:
    wish = NotificationPreference.objects.filter(user=user, kind=Kind.SHIFT_REMINDER).first()
    return wish is None or wish.email


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Kind.SHIFT_REMINDER, Kind.NEW_DEVICE])
def test_mail_says_how_to_end_it_unless_it_is_about_safety(
    wale: CustomUser, mails_to: Mails, settings: Any, kind: NotificationKind
) -> None:
    settings.SUPPORT_EMAIL = "help@payshift.example"
    notify(user_id=wale.pk, kind=kind, params={}, dedupe_key="x")

    [message] = mails_to(wale.email)

    assert isinstance(message, mail.EmailMultiAlternatives)
    address = message.extra_headers.get("List-Unsubscribe", "")
    assert address.startswith("<http://127.0.0.1:8000/unsubscribe/") is (kind is Kind.SHIFT_REMINDER)
    assert ("List-Unsubscribe-Post" in message.extra_headers) is (kind is Kind.SHIFT_REMINDER)
    assert "help@payshift.example" in str(message.body)


def test_one_click_without_cookies_ends_mails_of_this_kind_alone(page: str, wale: CustomUser, ada: CustomUser) -> None:
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.get(page).status_code == stranger.head(page).status_code == 200
    assert mailed(wale)
    for _ in range(2):
        answer = stranger.post(page, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")

    assert not mailed(wale)
    wish = NotificationPreference.objects.get()
    assert (wish.user_id, wish.kind, wish.in_app, wish.email) == (wale.pk, Kind.SHIFT_REMINDER, True, False)


def test_forged_token_ends_nothing(page: str, wale: CustomUser) -> None:
    assert Client().post(page[:-1] + ("A" if page[-1] != "A" else "B")).status_code == 404
    assert mailed(wale)


@pytest.mark.parametrize(
    ("link", "subject"),
    [
        ("/jobs/7", ("job", 7)),
        ("/client/jobs/7", ("job", 7)),
        ("/applications/8", ("application", 8)),
        ("/assignments/9", ("assignment", 9)),
        ("/disputes/3", ("dispute", 3)),
        ("/reviews/4", ("user", 4)),
        ("/api/assignments/9", ("assignment", 9)),
        ("/wallet", None),
        ("/jobs/7/edit", None),
        ("", None),
    ],
)
def test_notification_names_the_object_beside_its_page(
    api: Api, wale: CustomUser, link: str, subject: tuple[str, int] | None
) -> None:
    NotificationFactory.create(user=wale, link=link)

    [item] = api(wale).get("/notifications").json()["items"]

    assert subject_of(link) == subject
    assert item["subject"] == (None if subject is None else {"type": subject[0], "id": subject[1]})
    assert item["link"] == link.removeprefix("/api")


def test_links_are_pages_of_the_app() -> None:
    assert [kind for kind, text in TEXTS.items() if text.link.startswith("/api")] == []


@pytest.mark.parametrize(
    ("link", "about"),
    [
        ("/client/jobs/7", ("job", 7)),
        ("/wallet/withdrawals/5", ("withdrawal", 5)),
        ("/wallet", ("wallet", None)),
        ("/get-account-details", ("bank_account", None)),
        ("/security", ("security", None)),
        ("/reports", ("reports", None)),
        ("/jobs/7/edit", ("everything", None)),
        ("", ("everything", None)),
    ],
)
def test_hint_names_the_object_or_the_screen_behind_a_link(link: str, about: tuple[str, int | None]) -> None:
    assert about_of(link) == about


def test_only_a_notice_without_a_link_makes_the_app_read_everything_again() -> None:
    numbers = _Any()
    unnamed = [kind for kind, text in TEXTS.items() if about_of(text.link.format_map(numbers))[0] == "everything"]

    assert unnamed == [kind for kind, text in TEXTS.items() if not text.link]


class _Any(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return 7
