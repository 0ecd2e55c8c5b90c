"""The disk of PostgreSQL is lost: the commands of docs/operations.md, carried out, bring everything back."""

import shutil
import time
from pathlib import Path

from core.dev.compose.file import Mount
from core.dev.compose.installation import Installation
from core.dev.compose.promises import VOLUMES, Browser, eventually, is_ready, logged_in, need

# What the documents say that a lost disk may cost.
LOST_SECONDS = 1.0
DATABASE = VOLUMES / "postgres"


def everything_is_brought_back(installation: Installation, browser: Browser) -> None:
    """a lost disk costs nothing that is a second old: restored from the backup and the log, the books proven"""
    night, authorized = newest_backup(), logged_in(browser)
    browser.ask("PATCH", "/api/me", headers=authorized, json={"bio": "Written a second before the disk was lost."})
    before = browser.get("/api/me", headers=authorized).json()
    time.sleep(LOST_SECONDS)

    installation.machine.containers["postgres"].kill()
    shutil.rmtree(DATABASE)
    DATABASE.mkdir()
    browser.ask("PATCH", "/api/me", status=503, headers=authorized, json={"bio": "Written nowhere."})
    installation.down()

    installation.carry_out(
        "/deploy/restore.sh",
        f"/backups/{night.name}",
        "/new/18/docker",
        like="backup",
        environment={"WAL": "/backups/wal", "UNTIL": "", "TIMELINE": "", "MEDIA": ""},
        binds={DATABASE: Mount("postgres", "/new", read_only=False)},
    )
    installation.up("postgres", "redis")
    installation.carry_out("python", "manage.py", "restored", like="worker")
    installation.up()

    is_ready(installation, browser)
    after = browser.get("/api/me", headers=authorized).json()
    need(after == before, f"/api/me was {before} and is {after}.")
    eventually(lambda: newest_backup() != night or None, "A backup of the restored server", seconds=180)


def newest_backup() -> Path:
    return max(dump.parent for dump in (VOLUMES / "backups").glob("2*/payshift.dump"))
