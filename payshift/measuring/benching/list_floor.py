"""The floor for a list: a bare WSGI application that gets the token from Redis and the JSON from one SQL statement.

The statements are the best we know: the same rows as the product's, the same conditions, prepared, and PostgreSQL
itself writes the JSON. It checks nothing else: what the product does beyond it is what the comparison measures.
"""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import psycopg
import redis

from payshift.measuring.benching.floor import token_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

JOBS = """
SELECT json_build_object('items', coalesce(json_agg(item), '[]'), 'next_cursor', NULL)::text FROM (
    SELECT json_build_object(
        'id', j.id, 'title', j.title,
        'industry', json_build_object('slug', i.slug, 'name', i.name),
        'subcategory', CASE WHEN s.id IS NOT NULL THEN json_build_object('slug', s.slug, 'name', s.name) END,
        'job_type', j.job_type, 'shift_type', j.shift_type, 'date', j.date, 'end_date', j.end_date,
        'start_time', j.start_time, 'end_time', j.end_time, 'time_zone', j.time_zone, 'starts_at', j.starts_at,
        'ends_at', j.ends_at, 'applicants_needed', j.applicants_needed,
        'places_left', j.applicants_needed - j.accepted_count, 'rate_kobo', j.rate_kobo, 'currency', 'NGN',
        'location', j.location, 'latitude', j.latitude, 'longitude', j.longitude, 'status', j.status,
        'client', json_build_object(
            'id', u.id, 'name', trim(u.first_name || ' ' || u.last_name),
            'rating', round(p.rating_sum::numeric / nullif(p.reviews_count, 0), 2), 'reviews_count', p.reviews_count),
        'created_at', j.created_at, 'distance_m', NULL) AS item
    FROM jobs_job j
    JOIN jobs_jobindustry i ON i.id = j.industry_id
    LEFT JOIN jobs_jobsubcategory s ON s.id = j.subcategory_id
    JOIN accounts_customuser u ON u.id = j.client_id
    JOIN accounts_profile p ON p.user_id = u.id
    WHERE j.is_open AND j.starts_at <> least(j.starts_at, now())
        AND j.client_id <> ALL (ARRAY(SELECT blocked_id FROM jobs_block WHERE blocker_id = %(user)s))
        AND j.client_id <> ALL (ARRAY(SELECT blocker_id FROM jobs_block WHERE blocked_id = %(user)s))
        AND j.client_id NOT IN (SELECT id FROM accounts_customuser WHERE NOT is_active)
    ORDER BY j.created_at DESC, j.id DESC LIMIT 20
) AS page
"""
PAYMENTS = """
SELECT json_build_object('items', coalesce(json_agg(item), '[]'), 'next_cursor', NULL)::text FROM (
    SELECT json_build_object(
        'reference', p.reference, 'kind', p.kind, 'status', p.status, 'provider', p.provider,
        'amount_kobo', p.amount_kobo, 'fee_kobo', p.fee_kobo,
        'refunded_to_card_kobo', coalesce(
            (SELECT sum(a.refunded_kobo) FROM payment_paymentattempt a WHERE a.payment_id = p.id), 0),
        'currency', p.currency, 'job', json_build_object('id', j.id, 'title', j.title),
        'payer', json_build_object('id', payer.id, 'name', trim(payer.first_name || ' ' || payer.last_name)),
        'recipient', CASE WHEN recipient.id IS NOT NULL THEN json_build_object(
            'id', recipient.id, 'name', trim(recipient.first_name || ' ' || recipient.last_name)) END,
        'authorization_url', CASE WHEN p.payer_id = %(user)s THEN
            (SELECT a.authorization_url FROM payment_paymentattempt a
             WHERE a.payment_id = p.id AND a.status = 'pending' AND a.provider = p.provider) END,
        'in_review', p.status <> 'succeeded' AND EXISTS (
            SELECT 1 FROM payment_paymentattempt a WHERE a.payment_id = p.id AND a.credited_to = 'suspense'
            AND NOT EXISTS (
                SELECT 1 FROM payment_ledgertransaction t
                WHERE t.kind = 'suspense_resolved' AND t.reference = a.provider || ':' || a.reference)),
        'created_at', p.created_at, 'succeeded_at', p.succeeded_at) AS item
    FROM payment_payment p
    JOIN jobs_job j ON j.id = p.job_id
    JOIN accounts_customuser payer ON payer.id = p.payer_id
    LEFT JOIN accounts_customuser recipient ON recipient.id = p.recipient_id
    WHERE p.id IN (
        (SELECT id FROM payment_payment WHERE payer_id = %(user)s AND created_at < %(before)s
         ORDER BY created_at DESC, id DESC LIMIT 20)
        UNION ALL
        (SELECT id FROM payment_payment WHERE recipient_id = %(user)s AND created_at < %(before)s
         ORDER BY created_at DESC, id DESC LIMIT 20))
    ORDER BY p.created_at DESC, p.id DESC LIMIT 20
) AS page
"""

cache = redis.Redis.from_url(os.environ["REDIS_URL"])
database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    user = cache.get(token_key(environ.get("HTTP_AUTHORIZATION", "")[len("Bearer ") :]))
    if user is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    if environ["PATH_INFO"] == "/api/jobs":
        found = database.execute(JOBS, {"user": int(user)}, prepare=True)
    else:
        _, _, before = environ["QUERY_STRING"].partition("created_before=")
        found = database.execute(PAYMENTS, {"user": int(user), "before": before}, prepare=True)
    row = found.fetchone()
    body: bytes = row[0].encode() if row else b""
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
