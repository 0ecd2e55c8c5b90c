"""What an operator writes into DATABASE_URL reaches libpq."""

import pytest

from payshift.environment import database

HOSTS = [
    ("postgresql://app:p%40ss@db:5433/payshift", "db", "5433"),
    ("postgresql://app:p%40ss@db/payshift", "db", ""),
    ("postgresql://app:p%40ss@a:5432,b:5433/payshift", "a,b", "5432,5433"),
    ("postgresql://app:p%40ss@a,b:5433/payshift", "a,b", ",5433"),
    ("postgresql://app:p%40ss@[::1]:5433/payshift", "::1", "5433"),
    ("postgresql://app:p%40ss@/payshift?host=/run/postgresql&port=5433", "/run/postgresql", "5433"),
]


@pytest.mark.parametrize(("url", "host", "port"), HOSTS)
def test_hosts_and_ports_are_read_as_libpq_reads_them(url: str, host: str, port: str) -> None:
    settings = database(url)

    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("app", "p@ss", "payshift")
    assert (settings["HOST"], settings["PORT"], settings["OPTIONS"]) == (host, port, {})


def test_parameters_of_the_url_go_before_defaults_and_after_what_must_be() -> None:
    url = "postgresql://app@a,b/payshift?target_session_attrs=read-write&connect_timeout=9&options=-c%20x=1"

    settings = database(url, defaults={"connect_timeout": 3}, options="-c transaction_timeout=15s")

    assert settings["OPTIONS"] == {
        "target_session_attrs": "read-write",
        "connect_timeout": "9",
        "options": "-c transaction_timeout=15s",
    }
