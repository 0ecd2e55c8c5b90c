"""Proves that what was loaded is what the triggers and services would have kept."""

from collections.abc import Iterator

from django.db import connection

from core.patience import unhurried
from jobs.services.counters import compare_counters
from payment.services.ledger_check import check_books

# Each returns a row per difference.
CHECKS = {
    "places taken are the accepted applications": """
        SELECT j.id FROM jobs_job j
        LEFT JOIN (SELECT job_id, count(*) AS taken FROM jobs_application
                   WHERE status IN ('accepted', 'completed') GROUP BY job_id) a ON a.job_id = j.id
        WHERE j.accepted_count <> coalesce(a.taken, 0)
    """,
    "places taken of shifts are their assignments": """
        SELECT s.id FROM jobs_shift s JOIN jobs_job j ON j.id = s.job_id
        WHERE j.status IN ('upcoming', 'ongoing') AND s.taken_count <> (
            SELECT count(*) FROM jobs_shiftassignment a WHERE a.shift_id = s.id AND a.status <> 'canceled')
    """,
    "open jobs have a place on a shift": """
        SELECT j.id FROM jobs_job j
        WHERE j.is_open <> (j.status IN ('upcoming', 'ongoing') AND j.canceled_at IS NULL AND EXISTS (
            SELECT FROM jobs_shift s
            WHERE s.job_id = j.id AND s.canceled_at IS NULL AND s.taken_count < j.applicants_needed))
    """,
    "ratings are the reviews received": """
        SELECT p.user_id FROM accounts_profile p
        LEFT JOIN (SELECT reviewed_id, count(*) AS number, sum(rating) AS sum FROM rating_review
                   WHERE weighs GROUP BY 1) r
            ON r.reviewed_id = p.user_id
        WHERE (p.reviews_count, p.rating_sum) IS DISTINCT FROM (coalesce(r.number, 0), coalesce(r.sum, 0))
    """,
    "open jobs are funded": """
        SELECT j.id FROM jobs_job j
        LEFT JOIN payment_ledgeraccount a ON a.kind = 'escrow' AND a.job_id = j.id
        WHERE j.status = 'upcoming' AND coalesce(a.balance_kobo, 0) < j.price_wage_kobo + j.price_fee_kobo
    """,
    "escrows of finished jobs are empty": """
        SELECT j.id FROM jobs_job j JOIN payment_ledgeraccount a ON a.kind = 'escrow' AND a.job_id = j.id
        WHERE j.status IN ('completed', 'canceled', 'expired') AND a.balance_kobo <> 0
    """,
    "statuses are the last of their logs": """
        SELECT a.id FROM jobs_application a
        WHERE NOT EXISTS (SELECT FROM jobs_applicationstatuslog l
                          WHERE l.application_id = a.id AND l.to_status = a.status)
    """,
}


def differences() -> Iterator[str]:
    """Everything that is not as it should be, in words; nothing when the data is right."""
    with unhurried(), connection.cursor() as cursor:
        for name, query in CHECKS.items():
            cursor.execute(query)
            if rows := cursor.fetchall():
                yield f"{name}: {len(rows)} differences, the first {rows[0][0]}"
        if wrong := compare_counters():
            yield f"attendance counters: {len(wrong)} differences, the first of user {wrong[0].user_id}"
        for finding in check_books().findings:
            yield str(finding)
