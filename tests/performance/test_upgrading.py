"""What `make upgrade-report` asks while it migrates: how long a write would have waited."""

import time
from threading import Thread

import psycopg
import pytest
from django.db import connection

from payshift.measuring.upgrading import Writer
from tests.support.books import owner

pytestmark = pytest.mark.django_db(transaction=True)

HELD_SECONDS = 0.4


@pytest.mark.parametrize(
    ("lock", "waits"), [("SHARE ROW EXCLUSIVE", True), ("ACCESS EXCLUSIVE", True), ("SHARE UPDATE EXCLUSIVE", False)]
)
def test_writer_waits_for_what_holds_up_writes_and_for_nothing_else(lock: str, waits: bool) -> None:
    parameters = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        **{name: parameters[name] for name in ("dbname", "user", "password", "host", "port")}
    )
    writer = Writer(url, "jobs_job")
    thread = Thread(target=writer.write)
    with owner() as migration, migration.transaction():
        migration.execute(f"LOCK TABLE jobs_job IN {lock} MODE")
        thread.start()
        time.sleep(HELD_SECONDS)
    writer.ended.set()
    thread.join()

    assert (writer.longest > HELD_SECONDS / 2) is waits
