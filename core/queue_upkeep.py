"""Deleting jobs that are over, a window of the queue at a time: however many there are, no statement runs long."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from core.metrics import ROWS_FORGOTTEN

WINDOW = 2000

# Jobs are looked at in the order of their numbers, which is that in which they were deferred. By the database's clock,
# which writes the queue's times. A failed job that staff have run again meanwhile has another status, and stays.
DELETE_IN_WINDOW = """
WITH looked_at AS (
    SELECT id, status FROM procrastinate_jobs WHERE id > %(after)s ORDER BY id LIMIT %(window)s
), times AS (
    SELECT l.id, l.status, max(e.at) AS ended, min(e.at) AS deferred
    FROM looked_at l JOIN procrastinate_events e ON e.job_id = l.id GROUP BY l.id, l.status
), deleted AS (
    DELETE FROM procrastinate_jobs j USING times t
    WHERE j.id = t.id AND j.status = t.status AND (
        j.status = 'succeeded' AND t.ended < now() - %(keep_succeeded)s
        OR j.status IN ('failed', 'cancelled', 'aborted') AND t.ended < now() - %(keep_failed)s
    )
    RETURNING j.id
)
SELECT (SELECT max(id) FROM looked_at),
       (SELECT min(deferred) < now() - %(keep_succeeded)s FROM times),
       (SELECT count(*) FROM deleted)
"""


def delete_old_jobs() -> int:
    """Delete jobs that ended long ago, with their events. Returns how many. Each window commits by itself."""
    deleted, last, old = 0, 0, True
    # psycopg adapts timedelta; Django's types do not know.
    kept: dict[str, Any] = {
        "keep_succeeded": timedelta(days=settings.KEPT_JOBS_DAYS),
        "keep_failed": timedelta(days=settings.KEPT_FAILED_JOBS_DAYS),
    }
    while old:
        with connection.cursor() as cursor:
            cursor.execute(DELETE_IN_WINDOW, {"after": last, "window": WINDOW, **kept})
            last, old, in_window = cursor.fetchone()
        ROWS_FORGOTTEN.labels("background jobs").inc(in_window)
        deleted += in_window
    return deleted
