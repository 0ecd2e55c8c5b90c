"""Notices on devices: opted in one by one, told without a name, a place or a sum, and not at night."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accounts.models import (
    CustomUser,
    Device,
    Notification,
    NotificationKind,
    NotificationPreference,
    PushSubscription,
    QuietHours,
)
from accounts.notification_concerns import ALWAYS
from accounts.notification_texts import TEXTS
from accounts.quiet_hours import Quiet
from accounts.selectors.push import quiet_hours_of
from accounts.services import notifications, pushing, sessions
from accounts.services.banning import end_devices
from core import clock
from core.actor import Actor, Role
from core.web_push import base64url, sending
from tests.accounts.conftest import Api, QueuedJobs, problem
from tests.factories.accounts import (
    DeviceFactory,
    NotificationFactory,
    NotificationPreferenceFactory,
    PushSubscriptionFactory,
    QuietHoursFactory,
)
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.phone import Phone

Kind = NotificationKind
USUAL = Quiet(time(21), time(7), "Africa/Lagos")
NEVER = Quiet(time(0), time(0), "Africa/Lagos")
PHONE: dict[str, Any] = {
    "endpoint": "https://push.example.com/phone",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
INVITED: dict[str, Any] = {
    "kind": Kind.INVITED,
    "params": {"job_id": 7, "job_title": "Ushers at Eko Hotel", "name": "Chidi Okafor", "rate": "₦2,500"},
    "dedupe_key": "invited:7",
}
# In Lagos an hour later: noon, and half past ten at night.
NOON, NIGHT = datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 21, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _breakers_closed() -> None:
    sending.gate_of.cache_clear()


@pytest.mark.django_db
class TestOptingIn:
    def test_device_is_opted_in_and_out(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        assert client.get("/push").json()["is_on"] is False

        for _ in range(2):
            assert client.put("/push/subscription", PHONE).status_code == 204

        row = PushSubscription.objects.select_related("device").get()
        assert (row.device.user_id, row.endpoint) == (wale.pk, PHONE["endpoint"])
        assert len(bytes(row.public_key)) == 65
        assert client.get("/push").json()["is_on"] is True
        for _ in range(2):
            assert client.delete("/push/subscription").status_code == 204
        assert not PushSubscription.objects.exists()

    def test_browser_sees_whether_the_server_has_the_endpoint_that_it_has(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        assert client.get("/push").json()["endpoint_sha256"] is None
        client.put("/push/subscription", PHONE)
        was = client.get("/push").json()["endpoint_sha256"]
        assert was == hashlib.sha256(PHONE["endpoint"].encode()).hexdigest()

        changed = {**PHONE, "endpoint": f"{PHONE['endpoint']}-of-today"}
        client.put("/push/subscription", changed)

        assert [row.endpoint for row in PushSubscription.objects.all()] == [changed["endpoint"]]
        assert client.get("/push").json()["endpoint_sha256"] not in (None, was)

    def test_public_key_is_the_senders(self, api: Api, wale: CustomUser, settings: Settings) -> None:
        assert len(base64url.decode(api(wale).get("/push").json()["public_key"])) == 65

        settings.WEB_PUSH = False
        assert api(wale).get("/push").json()["public_key"] is None
        assert problem(api(wale).put("/push/subscription", PHONE)) == (409, "push_is_off")
        assert not PushSubscription.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"endpoint": "http://push.example.com/phone"},
            {"endpoint": "https://10.0.0.1/phone"},
            {"keys": {**PHONE["keys"], "auth": "short"}},
            {"keys": {**PHONE["keys"], "p256dh": base64url.encode(b"\x04" + bytes(64))}},
            {"keys": {**PHONE["keys"], "auth": "ä" * 22}},
        ],
    )
    def test_what_no_browser_gives_is_refused(self, api: Api, wale: CustomUser, change: dict[str, Any]) -> None:
        assert problem(api(wale).put("/push/subscription", {**PHONE, **change})) == (422, "invalid_input")
        assert not PushSubscription.objects.exists()

    def test_browser_goes_over_to_whoever_logs_in_there_next(self, api: Api, wale: CustomUser, ada: CustomUser) -> None:
        for person in (wale, ada):
            api(person).put("/push/subscription", PHONE)

        assert PushSubscription.objects.get().device.user_id == ada.pk

    def test_person_has_so_many_and_the_oldest_gives_way(
        self, api: Api, wale: CustomUser, ada: CustomUser, settings: Settings
    ) -> None:
        settings.PUSH_SUBSCRIPTIONS_PER_PERSON = 2
        others = PushSubscriptionFactory.create(device__user=ada)
        oldest, older = (
            PushSubscriptionFactory.create(device__user=wale, created_at=clock.now() - timedelta(days=days))
            for days in (2, 1)
        )

        api(wale).put("/push/subscription", PHONE)

        left = set(PushSubscription.objects.values_list("pk", flat=True))
        assert {others.pk, older.pk} < left
        assert oldest.pk not in left
        assert len(left) == 3

    def test_quiet_hours_are_the_persons_and_else_the_settings(self, api: Api, wale: CustomUser) -> None:
        client = api(wale)
        usual = {"start_time": "21:00:00", "end_time": "07:00:00", "time_zone": "Africa/Lagos"}
        assert client.get("/push").json()["quiet_hours"] == usual

        own = {"start_time": "22:30:00", "end_time": "05:00:00", "time_zone": "Europe/London"}
        for _ in range(2):
            assert client.put("/push/quiet-hours", own).json()["quiet_hours"] == own
        assert QuietHours.objects.get().user_id == wale.pk

        for wrong in ({"time_zone": "Mars/Base"}, {"start_time": "22:30:01"}, {"end_time": "25:00"}):
            assert problem(client.put("/push/quiet-hours", own | wrong)) == (422, "invalid_input")


def log_out(device: Device) -> None:
    sessions.log_out(actor=Actor(device.user_id, Role.APPLICANT, device.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "end",
    [
        log_out,
        lambda device: sessions.revoke_devices(user_id=device.user_id),
        lambda device: end_devices(device_ids=[device.pk]),
        lambda device: device.delete(),
    ],
)
def test_device_that_is_logged_out_is_told_nothing_more(end: Callable[[Device], object]) -> None:
    device, other = DeviceFactory.create(), DeviceFactory.create()
    for each in (device, other):
        PushSubscriptionFactory.create(device=each)

    end(device)

    assert PushSubscription.objects.get().device_id == other.pk


@pytest.mark.parametrize(
    ("quiet", "moment", "until"),
    [
        (USUAL, NOON, None),
        (USUAL, NIGHT, datetime(2026, 3, 3, 6, tzinfo=UTC)),
        (USUAL, NIGHT + timedelta(hours=4), datetime(2026, 3, 3, 6, tzinfo=UTC)),
        (USUAL, datetime(2026, 3, 3, 6, tzinfo=UTC), None),
        (
            USUAL,
            datetime(2026, 3, 2, 20, tzinfo=UTC),
            datetime(2026, 3, 3, 6, tzinfo=UTC),
        ),
        (Quiet(time(11), time(13), "Africa/Lagos"), NOON, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        (Quiet(time(21), time(7), "Pacific/Auckland"), NOON, datetime(2026, 3, 2, 18, tzinfo=UTC)),
        (NEVER, NOON, None),
        (NEVER, datetime(2026, 3, 2, 23, tzinfo=UTC), None),
    ],
)
def test_quiet_hours_are_read_on_the_wall_of_their_zone(quiet: Quiet, moment: datetime, until: datetime | None) -> None:
    assert quiet.until(moment) == until


@pytest.mark.django_db
class TestChoosing:
    def tell(self, wale: CustomUser, kind: NotificationKind = Kind.INVITED) -> Notification:
        PushSubscriptionFactory.create(device__user=wale)
        with time_machine.travel(NOON, tick=False):
            notifications.notify(user_id=wale.pk, **{**INVITED, "kind": kind})
        return Notification.objects.get()

    def test_notice_is_pushed_unless_the_person_said_otherwise(self, wale: CustomUser) -> None:
        assert self.tell(wale).push_at == NOON

    @pytest.mark.parametrize("wish", [{"push": False}, {"in_app": False}])
    def test_kind_that_was_switched_off_is_not(
        self, wale: CustomUser, queued_jobs: QueuedJobs, wish: dict[str, bool]
    ) -> None:
        NotificationPreferenceFactory.create(user=wale, kind=Kind.INVITED, **wish)

        assert self.tell(wale).push_at is None

        assert queued_jobs() == []

    @pytest.mark.parametrize("kind", sorted(ALWAYS))
    def test_safety_is_never_pushed(self, wale: CustomUser, kind: NotificationKind) -> None:
        """Whoever has the device in hand may be the one it warns of."""
        assert self.tell(wale, kind).push_at is None

    def test_nothing_is_asked_or_queued_for_whoever_opted_nothing_in(
        self, wale: CustomUser, queued_jobs: QueuedJobs
    ) -> None:
        notifications.notify(user_id=wale.pk, **INVITED)

        assert Notification.objects.get().push_at is None
        assert queued_jobs() == []

    def test_client_that_knows_nothing_of_push_leaves_it_as_it_is(self, api: Api, wale: CustomUser) -> None:
        NotificationPreferenceFactory.create(user=wale, kind=Kind.INVITED, push=False)
        wishes = [{"kind": kind, "in_app": True, "email": False} for kind in ("invited", "wage_paid")]

        api(wale).put("/notifications/settings", {"preferences": wishes})

        stored = NotificationPreference.objects.values_list("kind", "email", "push")
        assert set(stored) == {("invited", False, False), ("wage_paid", False, True)}
        answer = api(wale).put("/notifications/settings", {"preferences": [{**wishes[0], "push": True}]}).json()
        [invited] = [preference for preference in answer["preferences"] if preference["kind"] == "invited"]
        assert (invited["in_app"], invited["email"], invited["push"]) == (True, False, True)


def test_worker_of_the_browser_knows_which_jobs_are_a_clients() -> None:
    """A message names the job; whether its page is the client's or a worker's follows from the kind."""
    words = (Path(__file__).parents[2] / "web" / "src" / "push-words.ts").read_text()
    listed = re.search(r"OF_CLIENTS: readonly string\[\] = \[(.*?)\]", words, re.DOTALL)
    assert listed is not None

    of_clients = {str(kind) for kind, text in TEXTS.items() if text.link.startswith("/client/jobs/")}
    assert set(re.findall(r'"(\w+)"', listed[1])) == of_clients


@pytest.mark.django_db(transaction=True)
class TestSending:
    @pytest.fixture(autouse=True)
    def _never_quiet(self, wale: CustomUser) -> None:
        QuietHoursFactory.create(user=wale, start_time=NEVER.start_time, end_time=NEVER.end_time)

    @pytest.fixture
    def phone(self, gateway: Gateway, wale: CustomUser) -> Phone:
        return opted_in(gateway, wale)

    def test_device_shows_what_happened_and_nobody_else_learns_it(
        self, gateway: Gateway, wale: CustomUser, ada: CustomUser, phone: Phone, run_jobs: RunJobs
    ) -> None:
        second, others = opted_in(gateway, wale), opted_in(gateway, ada)

        for _ in range(2):
            notifications.notify(user_id=wale.pk, **INVITED)
        run_jobs()

        assert phone.read == second.read == [{"kind": "invited", "subject": {"type": "job", "id": 7}}]
        assert others.arrived == []
        assert 0 < int(phone.arrived[0]["headers"]["TTL"]) <= 4 * 3600
        assert Notification.objects.get().pushed_at is not None

    def test_several_at_once_are_one_message(self, wale: CustomUser, phone: Phone, run_jobs: RunJobs) -> None:
        for number in (7, 8):
            NotificationFactory.create(user=wale, kind=Kind.INVITED, link=f"/jobs/{number}", push_at=clock.now())
        NotificationFactory.create(user=wale, kind=Kind.INVITED, push_at=clock.now() + timedelta(hours=1))
        NotificationFactory.create(user=wale, kind=Kind.INVITED, push_at=clock.now(), read_at=clock.now())

        for _ in range(2):
            pushing.take_what_is_due(user_id=wale.pk)
        run_jobs()

        assert phone.read == [{"kind": "several", "subject": None}]
        assert Notification.objects.filter(pushed_at__isnull=True).count() == 2

    def test_person_whose_devices_cannot_be_reached_by_us_holds_up_nobody(
        self, wale: CustomUser, ada: CustomUser, phone: Phone, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for person in (ada, wale):
            NotificationFactory.create(user=person, kind=Kind.INVITED, link="/jobs/7", push_at=clock.now())

        def break_for_ada(user_id: int) -> Quiet:
            if user_id == ada.pk:
                raise ValueError
            return quiet_hours_of(user_id)

        monkeypatch.setattr(pushing, "quiet_hours_of", break_for_ada)

        assert (pushing.take_what_is_due_of_all(), pushing.take_what_is_due_of_all()) == (1, 0)
        run_jobs()

        assert len(phone.arrived) == 1
        assert Notification.objects.get(pushed_at=None).user_id == ada.pk

    def test_browser_that_is_gone_is_forgotten(
        self, gateway: Gateway, wale: CustomUser, phone: Phone, run_jobs: RunJobs
    ) -> None:
        kept = opted_in(gateway, wale)
        gateway.answer_pushes(phone.name, 410)

        notifications.notify(user_id=wale.pk, **INVITED)
        run_jobs()

        assert PushSubscription.objects.get().endpoint == kept.endpoint
        assert (len(phone.arrived), len(kept.arrived)) == (0, 1)

    def test_service_that_is_away_is_tried_again_until_it_is_too_late(
        self, gateway: Gateway, wale: CustomUser, phone: Phone, settings: Settings
    ) -> None:
        gateway.answer_pushes(phone.name, 503)
        message: dict[str, Any] = {
            "subscription_id": PushSubscription.objects.get().pk,
            "kind": "invited",
            "subject": ("job", 7),
        }
        with pytest.raises(sending.PushFailed):
            pushing.push_to_device(**message, due_at=clock.now())
        gateway.answer_pushes(phone.name, 201)

        pushing.push_to_device(**message, due_at=clock.now() - timedelta(seconds=settings.PUSH_TTL_SECONDS))
        assert phone.arrived == []
        pushing.push_to_device(**message, due_at=clock.now())
        assert len(phone.arrived) == 1

    def test_device_whose_log_in_ended_by_itself_is_sent_nothing(
        self, wale: CustomUser, phone: Phone, run_jobs: RunJobs
    ) -> None:
        Device.objects.update(refresh_expires_at=clock.now() - timedelta(seconds=1))

        notifications.notify(user_id=wale.pk, **INVITED)
        run_jobs()

        assert phone.arrived == []


@pytest.mark.django_db(transaction=True)
class TestQuietHours:
    def test_night_is_told_in_one_message_in_the_morning(self, wale: CustomUser, queued_jobs: QueuedJobs) -> None:
        PushSubscriptionFactory.create(device=lasting_device(wale))
        morning = datetime(2026, 3, 3, 6, tzinfo=UTC) + timedelta(seconds=wale.pk % pushing.SPREAD_SECONDS)
        with time_machine.travel(NIGHT, tick=False):
            for number in (7, 8, 9):
                fact = {**INVITED, "params": {"job_id": number}, "dedupe_key": f"invited:{number}"}
                notifications.notify(user_id=wale.pk, **fact)
            pushing.take_what_is_due_of_all()

        assert set(Notification.objects.values_list("push_at", "pushed_at")) == {(morning, None)}
        assert queued_jobs() == []

        with time_machine.travel(morning, tick=False):
            for _ in range(3):
                pushing.take_what_is_due_of_all()
            messages = [arguments for name, arguments in queued_jobs() if name.endswith("push_to_device")]
            assert [(message["kind"], message["subject"]) for message in messages] == [("several", None)]
            assert datetime.fromisoformat(messages[0]["due_at"]) == morning

    def test_job_that_comes_into_the_night_waits_for_its_end(self, wale: CustomUser, queued_jobs: QueuedJobs) -> None:
        PushSubscriptionFactory.create(device=lasting_device(wale))
        with time_machine.travel(NIGHT, tick=False):
            NotificationFactory.create(user=wale, kind=Kind.INVITED, push_at=NIGHT - timedelta(hours=2))

            pushing.take_what_is_due(user_id=wale.pk)

        notice = Notification.objects.get()
        assert notice.pushed_at is None
        assert notice.push_at is not None
        assert notice.push_at >= datetime(2026, 3, 3, 6, tzinfo=UTC)
        assert queued_jobs() == []

    def test_message_that_is_tried_again_at_night_is_dropped(self, gateway: Gateway, wale: CustomUser) -> None:
        phone = opted_in(gateway, wale)
        message: dict[str, Any] = {
            "subscription_id": PushSubscription.objects.get().pk,
            "kind": "invited",
            "subject": None,
        }

        with time_machine.travel(NIGHT, tick=False):
            assert pushing.push_to_device(**message, due_at=NIGHT - timedelta(hours=2)) is None

        assert phone.arrived == []


def opted_in(gateway: Gateway, person: CustomUser) -> Phone:
    phone = Phone(gateway)
    PushSubscriptionFactory.create(
        device=lasting_device(person),
        endpoint=phone.endpoint,
        public_key=phone.keys.public_key,
        auth_secret=phone.keys.auth,
    )
    return phone


def lasting_device(person: CustomUser) -> Device:
    """Logged in whatever the test's day is."""
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    device: Device = DeviceFactory.create(user=person, expires_at=ends, refresh_expires_at=ends)
    return device
