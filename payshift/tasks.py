"""Background jobs over the rows of all apps. Thin: each calls one service."""

from core.background import task
from core.lanes import Lane
from payshift.services import patterns
from payshift.services.exports import making


@task(lane=Lane.BULK, cron="20 4 * * *", queueing_lock="watch_patterns", lock="watch_patterns", retry=None)
def watch_patterns(timestamp: int) -> None:
    patterns.watch_patterns()


@task(lane=Lane.BULK)
def write_staff_export(export_id: int) -> None:
    making.write_export(export_id=export_id)
