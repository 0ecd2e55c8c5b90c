"""Development fills in what is missing, keeps what is set, and never takes production for itself."""

import importlib.util
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.dev import environment, ports, servers
from core.dev.errors import DevelopmentError

EMBEDDED = servers.Addresses(
    "postgresql://app@127.0.0.1:1/x", "postgresql://owner@127.0.0.1:1/x", "redis://127.0.0.1:1/0"
)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable set, an empty directory for files; the embedded servers are named but not started."""
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    monkeypatch.setattr(environment, "LOCAL", tmp_path)

    def lease(*, postgres: bool, redis: bool) -> servers.Addresses:
        return servers.Addresses(
            EMBEDDED.database_url if postgres else None,
            EMBEDDED.database_owner_url if postgres else None,
            EMBEDDED.redis_url if redis else None,
        )

    monkeypatch.setattr(servers, "lease", lease)
    return tmp_path


def test_prepare_fills_a_bare_environment(bare: Path) -> None:
    environment.prepare()

    filled = os.environ
    assert filled["DEBUG"] == filled["TIME_TRAVEL"] == "1"
    assert filled["DATABASE_URL"] == EMBEDDED.database_url
    assert filled["DATABASE_OWNER_URL"] == EMBEDDED.database_owner_url
    assert filled["REDIS_URL"] == EMBEDDED.redis_url
    assert filled["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert filled["PAYSTACK_BASE_URL"] == "http://127.0.0.1:8001/paystack"
    assert filled["FLUTTERWAVE_BASE_URL"] == "http://127.0.0.1:8001/flutterwave/v3"
    assert filled["PAYSTACK_SECRET_KEY"].startswith("sk_test_")
    assert len(filled["SECRET_KEY"]) >= 64


def test_prepare_keeps_its_secrets_private_and_the_same(bare: Path) -> None:
    environment.prepare()
    first = {name: os.environ[name] for name in ("SECRET_KEY", "FLUTTERWAVE_WEBHOOK_HASH")}
    os.environ.clear()

    environment.prepare()

    assert {name: os.environ[name] for name in first} == first
    assert stat.S_IMODE((bare / "secret_key").stat().st_mode) == 0o600


def test_prepare_follows_the_ports(bare: Path) -> None:
    os.environ |= {"PORT": "8100", "GATEWAY_PORT": "8101"}

    environment.prepare()

    assert os.environ["PUBLIC_URL"] == "http://127.0.0.1:8100"
    assert os.environ["PAYSTACK_BASE_URL"] == "http://127.0.0.1:8101/paystack"


def test_prepare_changes_nothing_that_is_set(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "check_answers", lambda name, url: None)
    given = {"DATABASE_URL": "postgresql://given/db", "REDIS_URL": "redis://given/3", "PUBLIC_URL": "https://x.example"}
    os.environ |= given

    environment.prepare()

    assert {name: os.environ[name] for name in given} == given
    assert "DATABASE_OWNER_URL" not in os.environ


@pytest.mark.parametrize("value", ["0", "false", "False", "no", "off"])
def test_prepare_with_debug_off_refuses_to_be_development(bare: Path, value: str) -> None:
    os.environ["DEBUG"] = value

    with pytest.raises(SystemExit, match=r"SECRET_KEY is not set\. Production sets SECRET_KEY"):
        environment.prepare()

    assert os.environ.keys().isdisjoint({"SECRET_KEY", "DATABASE_URL", "TIME_TRAVEL"})


def test_prepare_without_development_packages_refuses_although_servers_are_named(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    os.environ |= {"DATABASE_URL": "postgresql://given/db", "REDIS_URL": "redis://given/3"}

    with pytest.raises(SystemExit, match="SECRET_KEY is not set"):
        environment.prepare()

    assert "DEBUG" not in os.environ


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "80 80", "８０００"])
def test_prepare_refuses_what_is_no_port(bare: Path, value: str) -> None:
    os.environ["GATEWAY_PORT"] = value

    with pytest.raises(SystemExit, match=f"GATEWAY_PORT={value} is not a port"):
        environment.prepare()


def test_prepare_refuses_an_owner_without_a_database(bare: Path) -> None:
    os.environ["DATABASE_OWNER_URL"] = "postgresql://given/db"

    with pytest.raises(SystemExit, match="DATABASE_OWNER_URL is set without DATABASE_URL"):
        environment.prepare()


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "postgresql://me:hidden@127.0.0.1:{}/db"), ("REDIS_URL", "redis://:hidden@127.0.0.1:{}/0")],
)
def test_prepare_names_the_server_that_does_not_answer_without_its_password(
    bare: Path, variable: str, url: str
) -> None:
    port = ports.any_free()
    os.environ[variable] = url.format(port)

    with pytest.raises(SystemExit) as refusal:
        environment.prepare()

    message = str(refusal.value)
    assert message.startswith(f"Payshift: {variable}: the server at 127.0.0.1:{port} does not let us in: ")
    assert "hidden" not in message
    assert "\n" not in message


def test_prepare_refuses_an_older_postgresql(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import contextlib

    import psycopg

    old = SimpleNamespace(info=SimpleNamespace(server_version=160004))
    monkeypatch.setattr(psycopg, "connect", lambda url, **options: contextlib.nullcontext(old))

    with pytest.raises(DevelopmentError, match="is PostgreSQL 16; Payshift needs 17 or newer"):
        environment.check_answers("DATABASE_URL", "postgresql://me@127.0.0.1:5432/db")


def test_prepare_names_the_file_that_cannot_be_written(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "file").touch()
    monkeypatch.setattr(environment, "LOCAL", bare / "file")

    with pytest.raises(SystemExit, match=r"file/static: Not a directory. Payshift must be able to write there."):
        environment.prepare()
