"""Being told: GET /notifications, reading, settings; one row and one mail per fact, however often the job runs."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import CustomUser, Notification, NotificationKind, NotificationPreference
from accounts.notification_composing import compose
from accounts.notification_concerns import ALWAYS
from accounts.notification_texts import TEXTS
from accounts.services.notifications import Notice, notify, notify_all
from core import clock
from core.lanes import PRIORITY, Lane
from core.queries import count_queries
from tests.accounts.conftest import Api, Mails, QueuedJobs, problem
from tests.factories.accounts import NotificationFactory, NotificationPreferenceFactory, UserFactory
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

Kind = NotificationKind
PAID: dict[str, Any] = {
    "kind": Kind.WAGE_PAID,
    "params": {"job_id": 7, "job_title": "Usher & <b>guard</b>", "amount_kobo": 123456705},
    "dedupe_key": "wage_paid:assignment:3",
}


class TestTelling:
    def test_notify_is_one_query_and_goes_with_the_transaction(self, wale: CustomUser, queued_jobs: QueuedJobs) -> None:
        with transaction.atomic(), count_queries() as counted:
            notify(user_id=wale.pk, **PAID)
            transaction.set_rollback(True)

        assert counted.count == 1
        assert (Notification.objects.count(), queued_jobs()) == (0, [])

    @pytest.mark.parametrize("people", [1, 30, 300])
    def test_however_many_are_told_it_is_one_query_and_no_job(self, queued_jobs: QueuedJobs, people: int) -> None:
        told = CustomUser.objects.bulk_create(UserFactory.build_batch(people))

        with transaction.atomic(), count_queries() as counted:
            notify_all(Notice(person.pk, **PAID) for person in told)

        assert counted.count == 1
        assert (Notification.objects.exclude(mail_at=None).count(), queued_jobs()) == (people, [])

    @pytest.mark.django_db(transaction=True)
    def test_number_of_the_unread_is_never_of_before_the_notice(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        assert client.get("/notifications/unread").json()["unread_count"] == 0

        notify(user_id=wale.pk, **PAID)

        assert client.get("/notifications/unread").json()["unread_count"] == 1

    @pytest.mark.django_db(transaction=True)
    def test_fact_is_told_in_the_app_and_by_mail(self, api: Api, wale: CustomUser, mails_to: Mails) -> None:
        notify(user_id=wale.pk, **PAID)

        [message] = mails_to(wale.email)

        row = Notification.objects.get()
        assert (row.user_id, row.kind, row.title) == (wale.pk, "wage_paid", "You were paid")
        said = "₦1,234,567.05 is in your wallet for “Usher & <b>guard</b>”. Withdraw it whenever you like."
        assert row.body == said
        assert (row.link, row.read_at) == ("/wallet", None)
        assert message.subject == "You were paid"
        assert said in str(message.body)
        assert isinstance(message, mail.EmailMultiAlternatives)
        [(html, kind)] = message.alternatives
        assert kind == "text/html"
        assert "“Usher &amp; &lt;b&gt;guard&lt;/b&gt;”" in str(html)
        assert "http://127.0.0.1:8000/wallet" in str(message.body)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        ("kind", "link"),
        [
            (Kind.WAGE_PAID, "https://app.payshift.example/wallet"),
            (Kind.NEW_DEVICE, "https://app.payshift.example/security"),
            (Kind.SIGNUP_ATTEMPT, None),
        ],
    )
    def test_mail_leads_to_the_client_that_the_operator_names(
        self, wale: CustomUser, mails_to: Mails, settings: Any, kind: Kind, link: str | None
    ) -> None:
        settings.APP_URL = "https://app.payshift.example"
        notify(user_id=wale.pk, **{**PAID, "kind": kind})

        [message] = mails_to(wale.email)

        assert isinstance(message, mail.EmailMultiAlternatives)
        [(html, _)] = message.alternatives
        assert re.findall(r"https://app\S+", str(message.body)) == ([link] if link else [])
        assert re.findall(r'href="([^"]+)"', str(html)) == ([link] if link else [])

    @pytest.mark.django_db(transaction=True)
    def test_fact_is_told_once_however_often_its_jobs_run(self, wale: CustomUser, run_jobs: RunJobs) -> None:
        for _ in range(3):
            notify(user_id=wale.pk, **PAID)
        run_jobs()
        notify(user_id=wale.pk, **PAID)
        run_jobs()

        assert Notification.objects.count() == len(mail.outbox) == 1

    @pytest.mark.parametrize(("in_app", "email"), [(True, True), (True, False), (False, True), (False, False)])
    def test_preference_decides_the_ways(
        self, api: Api, wale: CustomUser, queued_jobs: QueuedJobs, in_app: bool, email: bool
    ) -> None:
        NotificationPreferenceFactory.create(user=wale, kind=Kind.WAGE_PAID, in_app=in_app, email=email)

        notify(user_id=wale.pk, **PAID)

        body = api(wale).get("/notifications").json()
        assert (len(body["items"]), body["unread_count"]) == (int(in_app), int(in_app))
        assert (Notification.objects.exclude(mail_at=None).count(), queued_jobs()) == (int(email), [])

    @pytest.mark.parametrize("kind", sorted(ALWAYS))
    def test_news_about_the_accounts_safety_cannot_be_switched_off(
        self, wale: CustomUser, kind: NotificationKind
    ) -> None:
        NotificationPreferenceFactory.create(user=wale, kind=kind, in_app=False, email=False)

        notify(user_id=wale.pk, kind=kind, params={}, dedupe_key="x")

        row = Notification.objects.get()
        assert (row.is_hidden, row.mail_at is not None, row.mail_turn) == (False, True, PRIORITY[Lane.CODES])

    def test_deleted_person_is_told_nothing(self, queued_jobs: QueuedJobs) -> None:
        gone = UserFactory.create(is_active=False)

        notify(user_id=gone.pk, **PAID)

        assert (Notification.objects.count(), queued_jobs()) == (0, [])

    def test_unproved_address_gets_no_mail(self) -> None:
        user = UserFactory.create(email_verified_at=None)

        notify(user_id=user.pk, **PAID)

        assert Notification.objects.get().mail_at is None


WEB = Path(__file__).parents[2] / "web" / "src"
ABOUT_THE_PERSON = {
    *(Kind.NEW_DEVICE, Kind.DEVICE_REVOKED, Kind.BANK_ACCOUNT_CHANGED, Kind.SECOND_FACTOR_CHANGED, Kind.SIGNUP_ATTEMPT),
    *(Kind.IDENTITY_CHANGED, Kind.REPORT_ANSWERED),
    *(Kind.WITHDRAWAL_PAID, Kind.WITHDRAWAL_FAILED, Kind.WITHDRAWAL_REVERSED, Kind.DEPOSIT_RECEIVED),
}
TELL_A_SUM = {
    *(Kind.APPLICATION_ACCEPTED, Kind.PLACE_OFFERED, Kind.JOB_CHANGED, Kind.INVITED),
    *(Kind.JOB_CANCELED, Kind.JOB_EXPIRED, Kind.JOB_COMPLETED, Kind.PAYMENT_RECEIVED, Kind.REFUND_RECEIVED),
    *(Kind.SHIFT_APPROVED, Kind.MINUTES_LOWERED, Kind.MINUTES_RAISED, Kind.WAGE_PAID, Kind.DISPUTE_RESOLVED),
    *(Kind.WITHDRAWAL_PAID, Kind.WITHDRAWAL_FAILED, Kind.WITHDRAWAL_REVERSED, Kind.DEPOSIT_RECEIVED),
}


class TestTexts:
    IDS = ("job", "application", "assignment", "withdrawal", "dispute", "review", "user")
    PARAMS: dict[str, str | int] = {
        **{f"{name}_id": 5 for name in IDS},
        "amount_kobo": 5,
        "minutes": 5,
        "worked": 6,
        "asked": 7,
        "withheld_kobo": 5,
        "when": "Mon 4 May 2026, 08:00 to 16:00 (Lagos time)",
        "place": "Ikeja, Lagos",
        "rate_kobo": 150_000,
        "to_worker_kobo": 5,
        "to_client_kobo": 5,
        "note": "Both were right.",
        "extra": 30,
        "answer": "stays 30 min longer",
        "paid": "It was paid from your wallet.",
        "change": "The hours were corrected.",
        "now": "Mon 4 May 2026, 08:00 (Lagos time)",
        "changed": "",
        "reason": "The bus was late.",
        "rating": 5,
        "job_title": "Waiter",
        "name": "Wale",
        "outcome": "5 min were approved",
        "device": "Phone",
        "account": "GTB ******6789",
        "until": "The first has it.",
        "choice": "You may release the place.",
        "why": "It is in your trade, and near you.",
        "whose": "Your review",
        "what": "Waiter",
    }

    @pytest.mark.parametrize("kind", list(NotificationKind))
    def test_every_kind_has_a_whole_text(self, kind: NotificationKind) -> None:
        title, body, link = compose(kind, self.PARAMS)

        assert title
        assert body.endswith((".", "”"))
        assert not re.search(r"[{}]|  |“”", title + body + link)
        # An empty parameter would leave a bare slash.
        assert re.fullmatch(r"|(/[a-z0-9-]+)+", link)

    @pytest.mark.parametrize("kind", sorted(set(NotificationKind) - ABOUT_THE_PERSON))
    def test_news_about_work_names_job_day_hours_and_place(self, kind: NotificationKind) -> None:
        body = compose(kind, self.PARAMS)[1]

        assert "“Waiter”" in body
        assert "Mon 4 May 2026, 08:00 to 16:00 (Lagos time), at Ikeja, Lagos" in body

    @pytest.mark.parametrize("kind", sorted(TELL_A_SUM))
    def test_news_about_money_names_the_sum(self, kind: NotificationKind) -> None:
        assert re.search(r"₦[0-9,]+(\.[0-9]{2})?", compose(kind, self.PARAMS)[1])

    def test_every_kind_is_written(self) -> None:
        assert set(TEXTS) == set(NotificationKind)

    def test_braces_in_a_title_are_only_a_title(self) -> None:
        _, body, _ = compose(Kind.WAGE_PAID, {"job_title": "{0.__class__} {amount}", "amount_kobo": 1})

        assert body.startswith("₦0.01 is in your wallet for “{0.__class__} {amount}”. ")

    def test_what_people_typed_stays_within_its_line(self) -> None:
        title = "Waiter”.\r\n\nYour account is locked:\u2028call 0800 “now"

        _, body, _ = compose(Kind.WAGE_PAID, {"job_title": title, "amount_kobo": 1})

        assert body.startswith("₦0.01 is in your wallet for “Waiter”. Your account is locked: call 0800 “now”. ")

    def test_link_opens_a_page_that_the_web_client_has(self) -> None:
        sources = [file.read_text() for file in WEB.rglob("*.ts*")]
        pages = {re.sub(r"\$\w+", "[0-9]+", path) for text in sources for path in re.findall(r'path: "(/[^"]*)"', text)}
        links = {compose(kind, self.PARAMS)[2] for kind in NotificationKind}

        assert [link for link in links if link and not any(re.fullmatch(page, link) for page in pages)] == []

    def test_job_that_is_not_named_leaves_no_hole(self) -> None:
        """Notices that an older version of the code queued know less."""
        assert compose(Kind.JOB_CANCELED, {"job_title": "Waiter"})[1] == (
            "Cancelled: “Waiter”. Nobody need come any more."
        )
        assert compose(Kind.REFUND_RECEIVED, {"amount_kobo": 5})[1] == (
            "₦0.05 came back to you. You need not do anything."
        )


class TestList:
    def test_shows_mine_newest_first_with_the_unread(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        now = clock.now()
        older = NotificationFactory.create(user=wale, created_at=now - timedelta(hours=1), read_at=now)
        newer = NotificationFactory.create(user=wale, link="/wallet/withdrawals/7")
        NotificationFactory.create(user=ada)
        NotificationFactory.create(user=wale, is_hidden=True, read_at=now)

        body = api(wale).get("/notifications").json()

        assert body == {
            "items": [
                {
                    "id": row.pk,
                    "kind": "wage_paid",
                    "title": "You were paid",
                    "body": "Your wage is in your wallet.",
                    "link": row.link,
                    "subject": {"type": "withdrawal", "id": 7} if row == newer else None,
                    "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
                    "read_at": row.read_at and row.read_at.isoformat().replace("+00:00", "Z"),
                }
                for row in (newer, older)
            ],
            "next_cursor": None,
            "unread_count": 1,
        }

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_runs_three_queries(self, api: Api, wale: CustomUser, rows: int) -> None:
        NotificationFactory.create_batch(rows, user=wale)
        client = api(wale)

        with count_queries(statements=True) as counted:
            body = client.get("/notifications?limit=100").json()

        # The token's device, the page, the number of unread ones.
        assert (len(body["items"]), counted.count) == (rows, 3), counted.statements

    def test_pages_follow_each_other(self, api: Api, wale: CustomUser) -> None:
        rows = NotificationFactory.create_batch(5, user=wale)
        client = api(wale)
        seen: list[int] = []
        cursor: str | None = ""

        while cursor is not None:
            body = client.get("/notifications", {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            seen += [item["id"] for item in body["items"]]
            cursor = body["next_cursor"]

        assert seen == [row.pk for row in reversed(rows)]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "kind=nothing", "cursor=x"])
    def test_bad_query_is_refused(self, api: Api, wale: CustomUser, query: str) -> None:
        assert api(wale).get(f"/notifications?{query}").status_code == 422


class TestReading:
    def test_one_is_read_once(self, api: Api, wale: CustomUser) -> None:
        row, other = NotificationFactory.create_batch(2, user=wale)
        client = api(wale)

        assert client.post(f"/notifications/{row.pk}/read").status_code == 204
        first = Notification.objects.get(pk=row.pk).read_at
        assert client.post(f"/notifications/{row.pk}/read").status_code == 204

        assert first is not None
        assert Notification.objects.get(pk=row.pk).read_at == first
        assert Notification.objects.get(pk=other.pk).read_at is None

    def test_p1_nobody_reads_somebody_elses(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        hers = NotificationFactory.create(user=ada)

        assert problem(api(wale).post(f"/notifications/{hers.pk}/read")) == (404, "not_found")
        assert Notification.objects.get().read_at is None

    def test_all_of_mine_are_read(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        NotificationFactory.create_batch(2, user=wale)
        NotificationFactory.create(user=wale, read_at=clock.now())
        hers = NotificationFactory.create(user=ada)

        response = api(wale).post("/notifications/read-all")

        assert (response.status_code, response.json()) == (200, {"marked": 2})
        assert list(Notification.objects.filter(read_at=None)) == [hers]


class TestSettings:
    def test_everything_is_on_until_changed(self, api: Api, wale: CustomUser) -> None:
        preferences = api(wale).get("/notifications/settings").json()["preferences"]

        assert [preference["kind"] for preference in preferences] == [k for k in NotificationKind if k not in ALWAYS]
        assert all(preference["in_app"] and preference["email"] for preference in preferences)

    def test_change_leaves_the_others_as_they_are(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        client = api(wale)
        client.put("/notifications/settings", wish("wage_paid", in_app=True, email=False))

        response = client.put("/notifications/settings", wish("invited", in_app=False, email=True))
        client.put("/notifications/settings", wish("invited", in_app=False, email=False))

        assert response.status_code == 200
        assert set(NotificationPreference.objects.values_list("user", "kind", "in_app", "email")) == {
            (wale.pk, "wage_paid", True, False),
            (wale.pk, "invited", False, False),
        }
        changed = [p for p in client.get("/notifications/settings").json()["preferences"] if not p["email"]]
        assert {preference["kind"] for preference in changed} == {"wage_paid", "invited"}

    @pytest.mark.parametrize("rows", [1, 3])
    def test_run_two_queries(self, api: Api, wale: CustomUser, rows: int) -> None:
        for kind in list(NotificationKind)[:rows]:
            NotificationPreferenceFactory.create(user=wale, kind=kind)
        client = api(wale)

        with count_queries(statements=True) as counted:
            client.get("/notifications/settings")

        # The token's device, what was changed.
        assert counted.count == 2, counted.statements

    @pytest.mark.parametrize(
        "body",
        [
            {"preferences": []},
            {"preferences": [{"kind": "gossip", "in_app": True, "email": True}]},
            {"preferences": [{"kind": "wage_paid", "in_app": 1, "email": True}]},
            {"preferences": [{"kind": "wage_paid", "in_app": True}]},
            {"preferences": [{"kind": "new_device", "in_app": False, "email": False}]},
            {"preferences": [{"kind": "wage_paid", "in_app": True, "email": value} for value in (True, False)]},
            {},
        ],
    )
    def test_bad_settings_are_refused(self, api: Api, wale: CustomUser, body: dict[str, Any]) -> None:
        assert problem(api(wale).put("/notifications/settings", body)) == (422, "invalid_input")
        assert not NotificationPreference.objects.exists()


def wish(kind: str, *, in_app: bool, email: bool) -> dict[str, Any]:
    return {"preferences": [{"kind": kind, "in_app": in_app, "email": email}]}
