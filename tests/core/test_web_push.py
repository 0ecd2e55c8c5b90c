"""A message to a browser: encrypted as RFC 8291 says, signed as RFC 8292 says, and to public addresses alone."""

import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from time import monotonic, sleep

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from core.checks import check_web_push
from core.web_push import base64url, sending
from core.web_push.encryption import CURVE, BrowserKeys, encrypt, uncompressed
from core.web_push.endpoints import EndpointRefused, check_form, is_public
from core.web_push.sending import Outcome, PushFailed, send
from core.web_push.vapid import authorization, new_private_key
from tests.support.gateway import Gateway
from tests.support.phone import Phone


@pytest.fixture(autouse=True)
def _vapid(settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    sending.gate_of.cache_clear()


def test_encryption_gives_the_bytes_of_the_standards_example() -> None:
    """RFC 8291, section 5 and appendix A."""
    keys = BrowserKeys(
        public_key=base64url.decode(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=base64url.decode("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    sender = base64url.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")

    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        keys,
        padded_to=0,
        sender=ec.derive_private_key(int.from_bytes(sender), CURVE),
        salt=base64url.decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert base64url.encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3j"
        "l7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize("public_key", [b"\x04" + b"\x01" * 64, b"\x04" * 64, b""])
def test_keys_that_are_no_point_of_the_curve_are_refused(public_key: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        BrowserKeys(public_key=public_key, auth=b"\x00" * 16)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://push.example.com:8443/x",
        "https://push.example.com:x/",
        "https://user@push.example.com/x",
        "https://push.example.com/x#part",
        "https://push.example.com/ x",
        "https://127.0.0.1/x",
        "https://0x7f.1/x",
        "https://2130706433/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://push..example.com/x",
        f"https://push.example.com/{'x' * 1000}",
        "https://push.exämple.com/x",
        "http://127.0.0.1:1/push/x",
        "",
    ],
)
def test_endpoint_of_another_form_is_refused(settings: Settings, endpoint: str) -> None:
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:2"

    with pytest.raises(EndpointRefused):
        check_form(endpoint)


def test_sandboxs_address_is_taken_only_where_there_is_a_sandbox(settings: Settings) -> None:
    endpoint = "http://127.0.0.1:2/push/x"
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:2"
    check_form(endpoint)

    settings.SANDBOX_GATEWAY_URL = ""
    with pytest.raises(EndpointRefused):
        check_form(endpoint)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("142.250.74.106", True),
        ("2a00:1450:400f:80d::200a", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_name_that_leads_into_our_network_is_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it has a public address beside, and whatever it meant when the endpoint was stored."""
    called: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **options: called.append(args))
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("142.250.74.106", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)

    assert push("https://push.example.com/x", BrowserKeys(**some_keys())) is Outcome.REFUSED
    assert called == []


@pytest.mark.django_db(transaction=True)
class TestPushService:
    def test_message_arrives_and_its_browser_alone_reads_it(self, gateway: Gateway) -> None:
        phone, other = Phone(gateway), Phone(gateway)

        assert push(phone.endpoint, phone.keys, b'{"kind": "invited"}') is Outcome.SENT

        assert phone.read == [{"kind": "invited"}]
        [arrived] = phone.arrived
        assert arrived["headers"] == {
            "TTL": "60",
            "Topic": "a-topic",
            "Urgency": "normal",
            "Content-Encoding": "aes128gcm",
        }
        assert b"invited" not in bytes.fromhex(arrived["body"])
        with pytest.raises(Exception, match=r".*"):
            other.decrypt(bytes.fromhex(arrived["body"]))

    def test_all_messages_have_one_length(self, gateway: Gateway) -> None:
        phone = Phone(gateway)
        for payload in (b"{}", b"x" * 120):
            push(phone.endpoint, phone.keys, payload)

        assert len({len(arrived["body"]) for arrived in phone.arrived}) == 1

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [(404, Outcome.GONE), (410, Outcome.GONE), (400, Outcome.REFUSED), (302, Outcome.REFUSED)],
    )
    def test_answer_says_whether_to_come_again(self, gateway: Gateway, status: int, outcome: Outcome) -> None:
        phone = Phone(gateway)
        gateway.answer_pushes(phone.name, status)

        assert push(phone.endpoint, phone.keys) is outcome
        assert phone.arrived == []

    def test_host_that_is_away_is_left_alone_for_a_while(self, gateway: Gateway, settings: Settings) -> None:
        settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 2, 3600
        phone = Phone(gateway)
        gateway.answer_pushes(phone.name, 503)
        for _ in range(2):
            with pytest.raises(PushFailed, match="503"):
                push(phone.endpoint, phone.keys)
        gateway.answer_pushes(phone.name, 201)

        with pytest.raises(PushFailed, match="breaker_open"):
            push(phone.endpoint, phone.keys)
        settings.PROVIDER_BREAKER_SECONDS = 1e-6
        assert push(phone.endpoint, phone.keys) is Outcome.SENT

    def test_token_of_another_key_or_service_is_refused(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A control of the sandbox itself: it would notice what we do wrong."""
        phone = Phone(gateway)
        right = authorization(phone.endpoint)
        other = authorization("https://push.example.com/x")
        another_key = base64url.encode(uncompressed(ec.generate_private_key(CURVE).public_key()))
        forged = f"{right.rpartition('k=')[0]}k={another_key}"
        for header in (other, forged, "Bearer x"):
            monkeypatch.setattr(sending, "authorization", lambda endpoint, header=header: header)

            assert push(phone.endpoint, phone.keys) is Outcome.REFUSED


@pytest.fixture
def dripping(settings: Settings) -> Iterator[str]:
    """A service that sends a byte now and then, and never a whole answer."""
    server = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            for byte in b"HTTP/1.1 201 Created\r\n" + b"X: y\r\n" * 1000:
                if stopped.is_set():
                    return
                try:
                    connection.send(bytes([byte]))
                except OSError:
                    return
                sleep(0.02)

    thread = threading.Thread(target=drip)
    thread.start()
    settings.SANDBOX_GATEWAY_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
    yield f"{settings.SANDBOX_GATEWAY_URL}/push/x"
    stopped.set()
    thread.join()
    server.close()


def test_service_that_drips_does_not_hold_a_job_beyond_the_deadline(settings: Settings, dripping: str) -> None:
    """The whole of it would take two minutes."""
    settings.PUSH_TIMEOUT_SECONDS = 0.3
    began = monotonic()

    with pytest.raises(PushFailed):
        push(dripping, BrowserKeys(**some_keys()))

    assert monotonic() - began < 60


@pytest.mark.parametrize(
    ("is_on", "key", "ids"),
    [(True, "", ["core.E005"]), (True, "c2hvcnQ", ["core.E005"]), (True, "new", []), (False, "", [])],
)
def test_key_is_required_where_push_is_on(settings: Settings, is_on: bool, key: str, ids: list[str]) -> None:
    settings.WEB_PUSH, settings.VAPID_PRIVATE_KEY = is_on, new_private_key() if key == "new" else key

    assert [problem.id for problem in check_web_push(None)] == ids


def some_keys() -> dict[str, bytes]:
    public_key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    return {"public_key": base64url.decode(public_key), "auth": bytes(16)}


def push(endpoint: str, keys: BrowserKeys, payload: bytes = b"{}") -> Outcome:
    return send(endpoint=endpoint, keys=keys, payload=payload, ttl_seconds=60, topic="a-topic")
