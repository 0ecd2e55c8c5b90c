"""What must hold after every step, as one statement: each query returns a row per difference, like the books' own.

W1, W2, W4 and what follows from the rules of work; M1 to M5 are the checks of `ledger_check`. The arithmetic of wages
is written again here, on purpose.
"""

from django.db import connection

from payment.services.ledger_queries import LAWS
from payment.services.ledger_rows import ROWS

LIVE = "('scheduled', 'checked_in', 'checked_out')"
FINAL = "('completed', 'canceled', 'expired')"

# W1 for the whole job and for each shift, and the counters that enforce it.
PLACES = """
SELECT concat('places of job ', j.id), j.accepted_count, count(a.id)
FROM jobs_job j LEFT JOIN jobs_application a ON a.job_id = j.id AND a.status IN ('accepted', 'completed')
    AND NOT a.fills_in
GROUP BY j.id HAVING j.accepted_count <> count(a.id) OR count(a.id) > j.applicants_needed
UNION ALL
SELECT concat('places of shift ', s.id), s.taken_count, count(a.id)
FROM jobs_shift s JOIN jobs_job j ON j.id = s.job_id
LEFT JOIN jobs_shiftassignment a ON a.shift_id = s.id AND a.status <> 'canceled'
GROUP BY s.id, j.id HAVING s.taken_count <> count(a.id) OR count(a.id) > j.applicants_needed
UNION ALL
SELECT concat('open places of job ', j.id), j.is_open::int, (count(s.id) > 0)::int
FROM jobs_job j LEFT JOIN jobs_shift s ON s.job_id = j.id AND s.canceled_at IS NULL AND j.canceled_at IS NULL
    AND j.status IN ('upcoming', 'ongoing') AND s.taken_count < j.applicants_needed
GROUP BY j.id HAVING j.is_open <> (count(s.id) > 0)
"""

# W2.
OVERLAPS = f"""
SELECT concat('assignments ', a.id, ' and ', b.id), 1, 0
FROM jobs_shiftassignment a JOIN jobs_shiftassignment b ON b.worker_id = a.worker_id AND b.id > a.id
WHERE a.status IN {LIVE} AND b.status IN {LIVE} AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
"""

# W3 for applications to the letter: each entry of the log goes on where the one before ended.
HISTORY = """
SELECT concat('history of application ', id), entries, 0 FROM (
    SELECT a.id, count(l.id) AS entries,
           bool_and(l.from_status = l.before) AND (array_agg(l.to_status ORDER BY l.id DESC))[1] = a.status AS whole
    FROM jobs_application a LEFT JOIN (
        SELECT *, coalesce(lag(to_status) OVER (PARTITION BY application_id ORDER BY id), '') AS before
        FROM jobs_applicationstatuslog
    ) l ON l.application_id = a.id
    GROUP BY a.id
) h WHERE whole IS NOT TRUE
"""

# An application is accepted exactly as long as one of its assignments is open.
OPEN_WORK = f"""
SELECT concat('open assignments of application ', a.id), count(s.id), (a.status = 'accepted')::int
FROM jobs_application a LEFT JOIN jobs_shiftassignment s ON s.application_id = a.id AND s.status IN {LIVE}
GROUP BY a.id HAVING (a.status = 'accepted') <> (count(s.id) > 0)
"""

# Nobody waits for an answer that cannot come, or stands by for a place that cannot come free.
WAITING_IN_VAIN = f"""
SELECT concat('application ', a.id, ' waits for job ', j.id), 1, 0
FROM jobs_application a JOIN jobs_job j ON j.id = a.job_id
WHERE a.status IN ('applied', 'standing_by')
    AND (j.status IN {FINAL} OR j.canceled_at IS NOT NULL
         OR a.status = 'applied' AND j.status <> 'pending' AND NOT j.is_open)
"""

# W4: pay is for the approved minutes, once; the fee of fewer than half of those since the check-in is that of them all.
# What a dispute decided instead of a wage has none.
WAGES = """
WITH due AS (
    SELECT s.*, EXISTS (
        SELECT FROM payment_payment p WHERE p.assignment_id = s.id AND p.kind = 'award'
    ) OR EXISTS (
        SELECT FROM payment_dispute d WHERE d.assignment_id = s.id AND d.status = 'resolved'
    ) AS decided, (2 * j.rate_kobo * coalesce(s.approved_minutes, 0) + 60) / 120 AS wage,
           (2 * j.rate_kobo * present.minutes + 60) / 120 AS wage_of_presence,
           s.status = 'approved' AND 2 * s.approved_minutes < present.minutes AS fee_is_least
    FROM jobs_shiftassignment s JOIN jobs_shift h ON h.id = s.shift_id CROSS JOIN LATERAL (
        SELECT CASE WHEN s.check_in_method IN ('position', 'code') THEN
            greatest(0, s.extra_minutes + least(h.minutes, floor(extract(
                epoch FROM h.ends_at - greatest(s.checked_in_at, s.starts_at)) / 60)::bigint))
        ELSE 0 END AS minutes
    ) present JOIN jobs_application a ON a.id = s.application_id JOIN jobs_job j ON j.id = a.job_id
)
SELECT concat('wage of assignment ', id), paid_wage_kobo, wage FROM due
WHERE status = 'approved' AND paid_wage_kobo <> wage AND NOT (decided AND paid_wage_kobo = 0)
    OR status <> 'approved' AND paid_wage_kobo <> 0
UNION ALL
SELECT concat('fee of assignment ', id), paid_fee_kobo, fee FROM (
    SELECT *, (2 * CASE WHEN fee_is_least THEN wage_of_presence ELSE paid_wage_kobo END * 1000 + 10000) / 20000 AS fee
    FROM due
) f
WHERE paid_fee_kobo <> fee AND NOT (decided AND paid_wage_kobo = 0 AND paid_fee_kobo = 0)
"""

# W4: every release has its reason on the assignment, to the kobo, and never more than the whole wage.
RELEASES = """
WITH paid AS (
    SELECT s.id, s.wage_kobo, s.paid_wage_kobo + s.paid_fee_kobo AS pay, s.compensation_kobo AS compensation,
           coalesce(sum(p.amount_kobo + p.fee_kobo) FILTER (WHERE p.kind = 'wage'), 0)::bigint AS wages,
           coalesce(sum(p.amount_kobo) FILTER (WHERE p.kind = 'compensation'), 0)::bigint AS compensations,
           coalesce(sum(p.amount_kobo) FILTER (WHERE p.kind = 'award'), 0)::bigint AS awards,
           coalesce(sum(p.amount_kobo), 0)::bigint AS received,
           (SELECT coalesce(sum(d.to_worker_kobo), 0)::bigint FROM payment_dispute d WHERE d.assignment_id = s.id)
               AS decided
    FROM jobs_shiftassignment s LEFT JOIN payment_payment p ON p.assignment_id = s.id
    GROUP BY s.id
)
SELECT concat('paid wages of assignment ', id), wages, pay FROM paid WHERE wages <> pay
UNION ALL
SELECT concat('compensation of assignment ', id), compensations, compensation FROM paid
WHERE compensations <> compensation
UNION ALL
SELECT concat('award of assignment ', id), awards, decided FROM paid WHERE awards <> decided
UNION ALL
SELECT concat('all that assignment ', id, ' brought'), received, wage_kobo FROM paid WHERE received > wage_kobo
"""

# What the schedule priced and nobody paid stays as long as it may be disputed: until 48 hours after the shift at least.
DISPUTABLE = """
SELECT concat('withheld of assignment ', id), withheld_kobo, wage_kobo + fee_kobo - paid_wage_kobo - paid_fee_kobo
FROM jobs_shiftassignment
WHERE minutes_accepted_at IS NULL AND withheld_kobo <> wage_kobo + fee_kobo - paid_wage_kobo - paid_fee_kobo
    AND (status = 'no_show' OR status = 'approved' AND approved_at < ends_at + interval '48 hours')
UNION ALL
SELECT concat('withheld of live assignment ', id), withheld_kobo, 0 FROM jobs_shiftassignment
WHERE status NOT IN ('approved', 'no_show') AND withheld_kobo <> 0
"""

# A dispute freezes what its shift costs, which is then not also the pay of somebody who took the place.
DISPUTED = """
SELECT concat('dispute ', d.id, ' is about assignment ', s.id, ', which is ', s.status), 1, 0
FROM payment_dispute d JOIN jobs_shiftassignment s ON s.id = d.assignment_id
WHERE d.status IN ('open', 'under_review') AND s.status = 'canceled'
"""

# Somebody is there in one spell at a time, and what was worked is the sum of them, without the part of the break that
# lay in them: as far as that is more than six hours, or than what the shift pays; who was sent home without fault has a
# least.
SPELLS = """
WITH spells AS (
    SELECT p.assignment_id, p.ended_at IS NULL AS open, inside.came, inside.went, inside.went > inside.came AS counts
    FROM jobs_spell p JOIN jobs_shiftassignment s ON s.id = p.assignment_id CROSS JOIN LATERAL (
        SELECT greatest(p.started_at, s.starts_at) AS came, least(coalesce(p.ended_at, p.started_at), s.ends_at) AS went
    ) inside
), summed AS (
    SELECT assignment_id, count(*) FILTER (WHERE open) AS open,
           coalesce(extract(epoch FROM sum(went - came) FILTER (WHERE counts)), 0) AS there,
           coalesce(extract(epoch FROM max(went) FILTER (WHERE counts) - min(came) FILTER (WHERE counts)), 0) AS around
    FROM spells GROUP BY assignment_id
), counted AS (
    SELECT s.id, s.status, s.worked_minutes, s.check_in_method, s.least_minutes,
           s.status IN ('checked_in', 'no_show') AND s.checked_in_at IS NOT NULL AND s.checked_out_at IS NULL
               AS present,
           coalesce(p.open, 0) AS open,
           floor(coalesce(p.there - least(
               greatest(0, 60 * j.break_minutes - (p.around - p.there)),
               greatest(0, p.there - 60 * least(360, h.minutes))
           ), 0) / 60)::int AS minutes
    FROM jobs_shiftassignment s JOIN jobs_shift h ON h.id = s.shift_id JOIN jobs_job j ON j.id = h.job_id
    LEFT JOIN summed p ON p.assignment_id = s.id
)
SELECT concat('open spells of assignment ', id), open, present::int FROM counted WHERE open <> present::int
UNION ALL
SELECT concat('minutes worked of assignment ', id), worked_minutes, greatest(minutes, least_minutes) FROM counted
WHERE status IN ('checked_out', 'approved') AND check_in_method <> 'granted'
    AND worked_minutes <> greatest(minutes, least_minutes)
"""

# An assignment's copies of its job say what the job says.
COPIES = """
SELECT concat(c.what, ' of assignment ', s.id), c.copied, c.original
FROM jobs_shiftassignment s JOIN jobs_application a ON a.id = s.application_id JOIN jobs_job j ON j.id = a.job_id
CROSS JOIN LATERAL (VALUES
    ('client', s.client_id, j.client_id),
    ('industry', s.industry_id, j.industry_id),
    ('subcategory', s.subcategory_id, j.subcategory_id)
) AS c (what, copied, original)
WHERE c.copied IS DISTINCT FROM c.original
"""

# Reliability is counted from what happened.
COUNTERS = """
SELECT concat(c.what, ' of user ', c.user_id), c.stored, c.counted FROM (
    SELECT p.user_id, k.*
    FROM accounts_profile p
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.status = 'approved' AND s.counted) AS given,
               count(*) FILTER (WHERE s.compensation_kobo > 0) AS called_off
        FROM jobs_shiftassignment s WHERE s.client_id = p.user_id
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.status = 'approved' AND s.counted) AS approved,
               count(*) FILTER (WHERE s.status = 'no_show') AS no_show,
               count(*) FILTER (WHERE s.cancel_reason = 'withdrawn_late') AS late
        FROM jobs_shiftassignment s WHERE s.worker_id = p.user_id
    ) n ON true
    CROSS JOIN LATERAL (VALUES
        ('approved shifts', p.approved_count, n.approved),
        ('no-shows', p.no_show_count, n.no_show),
        ('late cancellations', p.late_cancel_count, n.late),
        ('shifts given', p.given_count, c.given),
        ('shifts called off', p.called_off_count, c.called_off)
    ) AS k (what, stored, counted)
) c WHERE c.stored <> c.counted
UNION ALL
-- Of what nobody argued about: whether it counts follows from its pay.
SELECT concat('reputation by assignment ', s.id), s.counted::int, (s.paid_wage_kobo >= 50000)::int
FROM jobs_shiftassignment s
WHERE s.status = 'approved' AND s.counted <> (s.paid_wage_kobo >= 50000)
    AND NOT EXISTS (SELECT FROM payment_dispute d WHERE d.assignment_id = s.id)
"""

# W4: what leaves an escrow reaches the wallet of the worker, or of the client whose it was.
RECIPIENTS = """
SELECT concat(t.kind, ' ', t.reference), coalesce(w.user_id, 0), coalesce(s.worker_id, j.client_id)
FROM payment_ledgertransaction t
JOIN jobs_job j ON j.id = t.job_id
LEFT JOIN payment_payment p ON p.reference = t.reference AND p.kind = t.kind
LEFT JOIN jobs_shiftassignment s ON s.id = p.assignment_id
LEFT JOIN (payment_ledgerentry e JOIN payment_ledgeraccount w ON w.id = e.account_id AND w.kind = 'wallet')
    ON e.transaction_id = t.id AND e.amount_kobo > 0
WHERE t.kind IN ('wage', 'compensation', 'award', 'refund')
    AND coalesce(w.user_id, 0) <> coalesce(s.worker_id, j.client_id)
    -- A fee without a wage goes to nobody's wallet.
    AND (w.user_id IS NOT NULL OR coalesce(p.amount_kobo, 1) > 0)
"""

# Escrow covers what it may have to pay, a job that is over holds only what a dispute freezes, and no job holds more
# than its price.
COMMITMENTS = f"""
WITH held AS (
    SELECT j.*, j.price_wage_kobo + j.price_fee_kobo + j.extra_kobo AS price,
           coalesce(e.balance_kobo, 0) AS kobo, coalesce(owed.kobo, 0) AS owed,
           coalesce(owed.frozen, 0) AS frozen, coalesce((
               SELECT sum(p.amount_kobo + p.fee_kobo) FROM payment_payment p
               WHERE p.job_id = j.id AND p.kind IN ('wage', 'award')
           ), 0)::bigint AS released
    FROM jobs_job j
    LEFT JOIN payment_ledgeraccount e ON e.kind = 'escrow' AND e.job_id = j.id
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN s.status IN {LIVE} THEN s.wage_kobo + s.fee_kobo ELSE s.withheld_kobo END) AS kobo,
               sum(s.withheld_kobo) FILTER (WHERE d.id IS NOT NULL) AS frozen
        FROM jobs_application a JOIN jobs_shiftassignment s ON s.application_id = a.id
        LEFT JOIN payment_dispute d ON d.assignment_id = s.id AND d.status IN ('open', 'under_review')
        WHERE a.job_id = j.id
    ) owed ON true
)
SELECT concat('escrow of job ', id, ' covers what it owes'), kobo, owed::bigint FROM held WHERE kobo < owed
UNION ALL
SELECT concat('escrow of job ', id, ', which is ', status), kobo, frozen::bigint FROM held
WHERE status IN {FINAL} AND kobo <> frozen
UNION ALL
SELECT concat('escrow of job ', id, ' is within its price'), kobo, price FROM held WHERE kobo > price
UNION ALL
SELECT concat('escrow of open job ', id), kobo + released, price FROM held
WHERE is_open AND status = 'upcoming' AND kobo + released <> price
UNION ALL
SELECT concat('escrow of job ', id, ' covers its free places'), kobo, (owed + free)::bigint FROM (
    SELECT held.id, kobo, owed,
           sum((applicants_needed - taken_count) * (s.wage + (2 * s.wage * 1000 + 10000) / 20000)) AS free
    FROM held CROSS JOIN LATERAL (
        SELECT taken_count, (2 * rate_kobo * minutes + 60) / 120 AS wage
        FROM jobs_shift WHERE job_id = held.id AND canceled_at IS NULL
    ) s WHERE is_open GROUP BY held.id, kobo, owed
) f WHERE kobo < owed + free
"""

# Completed: somebody was approved, or had checked in, which was contested; expired or canceled: nobody was approved.
# Over: nothing is open and nothing withheld.
ENDINGS = f"""
SELECT concat('job ', j.id, ' is ', j.status), count(*) FILTER (WHERE s.status = 'approved'),
       count(*) FILTER (WHERE s.status IN {LIVE} OR s.withheld_kobo > 0)
FROM jobs_job j
LEFT JOIN (jobs_application a JOIN jobs_shiftassignment s ON s.application_id = a.id) ON a.job_id = j.id
WHERE j.status IN {FINAL}
GROUP BY j.id
HAVING j.status <> 'completed' AND count(*) FILTER (WHERE s.status = 'approved') > 0
    OR j.status = 'completed'
       AND count(*) FILTER (WHERE s.status = 'approved' OR s.status = 'no_show' AND s.contested_at IS NOT NULL) = 0
    OR count(*) FILTER (WHERE s.status IN {LIVE} OR s.withheld_kobo > 0) > 0
"""

# What a shift pays is its hours without the break, and what somebody is paid for at most, that and their extra time.
BREAKS = """
SELECT concat('minutes of shift ', h.id), h.minutes,
       (extract(epoch FROM h.ends_at - h.starts_at) / 60)::int - j.break_minutes
FROM jobs_shift h JOIN jobs_job j ON j.id = h.job_id
WHERE h.minutes <> (extract(epoch FROM h.ends_at - h.starts_at) / 60)::int - j.break_minutes
UNION ALL
SELECT concat('most minutes of assignment ', s.id), s.approved_minutes, h.minutes + s.extra_minutes
FROM jobs_shiftassignment s JOIN jobs_shift h ON h.id = s.shift_id
WHERE s.approved_minutes > h.minutes + s.extra_minutes
"""

# Each week of a series is so many weeks after the first, of the series' client, unless that edited it by itself; and
# nothing was paid for it without a word of theirs.
SERIES = """
SELECT concat('week ', o.number, ' of series ', s.id), j.date - first.day, 7 * o.number
FROM jobs_seriesoccurrence o JOIN jobs_jobseries s ON s.id = o.series_id JOIN jobs_job j ON j.id = o.job_id
CROSS JOIN LATERAL (SELECT (s.terms -> 'schedule' ->> 'date')::date AS day) first
WHERE o.number > 0 AND (j.client_id <> s.client_id OR o.changed_at IS NULL AND j.date - first.day <> 7 * o.number)
"""

WORK = {
    "W1 places": PLACES,
    "W2 overlaps": OVERLAPS,
    "W3 history": HISTORY,
    "open work": OPEN_WORK,
    "waiting in vain": WAITING_IN_VAIN,
    "W4 wages": WAGES,
    "W4 releases": RELEASES,
    "W4 recipients": RECIPIENTS,
    "disputable": DISPUTABLE,
    "disputed": DISPUTED,
    "spells": SPELLS,
    "commitments": COMMITMENTS,
    "endings": ENDINGS,
    "breaks": BREAKS,
    "series": SERIES,
    "copies": COPIES,
    "counters": COUNTERS,
}
# Clients' wallets are filled here without a provider.
BOOKS = {**LAWS, **{name: query for name, query in ROWS.items() if name != "money that came in is explained"}}
ALL = " UNION ALL ".join(
    f"SELECT $name${name}$name$, q.* FROM ({query}) AS q (subject, found, expected)"
    for name, query in {**BOOKS, **WORK}.items()
)


# A function keeps its plan, which takes ten times as long to make as to run; of prepared statements psycopg forgets all
# with every rollback to a savepoint.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION pg_temp.everything_holds()
RETURNS TABLE (law text, subject text, found text, expected text) LANGUAGE plpgsql AS $body$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT a.name::text, a.subject::text, a.found::text, a.expected::text
    FROM ({ALL}) AS a (name, subject, found, expected);
END $body$
"""


def prepare() -> None:
    """For the transaction at hand."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)


def differences() -> list[str]:
    """Everything that does not hold at this moment, as a COMMIT would find it. Needs `prepare`."""
    with connection.cursor() as cursor:
        # M1 is checked by deferred triggers: as at COMMIT.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT * FROM pg_temp.everything_holds()")
        return [f"{name}: {subject}: {have}, should be {want}" for name, subject, have, want in cursor.fetchall()]
