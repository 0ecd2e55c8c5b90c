"""Whether the numbers of receipts are 1 to the last without a gap or a double, and the issuer's words for the database.

`payment.models.receipt` says how the numbers are given; `payment_give_receipt` of the migration `receipts` gives them.
"""

from django.conf import settings
from django.db import connections
from psycopg import sql

from payment.models import ReceiptIssuer

WORDS = ("RECEIPT_LETTERS", "ISSUER_NAME", "ISSUER_ADDRESS", "TAX_NUMBER", "VAT_NUMBER")
ISSUER = """
CREATE OR REPLACE FUNCTION payment_issuer(
    OUT letters text, OUT name text, OUT address text, OUT tax_number text, OUT vat_number text
) LANGUAGE sql STABLE AS {body}
"""


def issuer_words() -> tuple[str, ...]:
    """Letters, name, address, tax number, VAT number, as the settings have them."""
    letters, name, *rest = (str(getattr(settings, word)).strip() for word in WORDS)
    return (letters, name or settings.BRAND_NAME, *rest)


def issuer_in_force() -> ReceiptIssuer:
    """Not a row: what the settings say, for papers that have no number."""
    fields = ("letters", "name", "address", "tax_number", "vat_number")
    return ReceiptIssuer(**dict(zip(fields, issuer_words(), strict=True)))


def set_issuer(*, using: str, **_: object) -> None:
    """`migrate` gives the database the issuer's words, as the owner: the application's role cannot change them."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('payment_issuer()')")
        if cursor.fetchone()[0] is None:
            return
        body = sql.SQL("SELECT {}").format(sql.SQL(", ").join(sql.Literal(word) for word in issuer_words()))
        cursor.execute(sql.SQL(ISSUER).format(body=sql.Literal(body.as_string(cursor.connection))))


# For what was paid while nothing gave numbers: before there were any, or loaded with the triggers off. As the owner,
# outside a transaction: it commits after each thousand, and goes on where it was when it is run again.
NUMBER_THEM = """
DO $$
DECLARE
    paid record;
    done integer := 0;
BEGIN
    FOR paid IN
        SELECT p.id AS payment, NULL::bigint AS withdrawal, p.succeeded_at AS moved_at FROM payment_payment p
        WHERE p.status = 'succeeded' AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.payment_id = p.id)
        UNION ALL
        SELECT NULL, w.id, coalesce(t.created_at, w.finished_at) FROM payment_withdrawal w
        LEFT JOIN payment_ledgertransaction t ON t.kind = 'withdrawal_paid' AND t.reference = w.reference
        WHERE w.status IN ('paid', 'reversed')
          AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.withdrawal_id = w.id)
        ORDER BY moved_at, payment, withdrawal
    LOOP
        PERFORM payment_give_receipt(paid.payment, paid.withdrawal);
        done := done + 1;
        IF done % 1000 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$
"""
# At most ten of each series are told: one whose end is gone would tell all of them.
NUMBERS_WITHOUT_A_GAP = """
SELECT concat('receipt ', s.letters, '-', s.year, '-', lpad(gap.number::text, 6, '0'), gap.wrong),
       NULL::bigint, NULL::bigint
FROM payment_receiptseries s
CROSS JOIN LATERAL (
    (
        SELECT number, ' is missing' AS wrong FROM generate_series(1, s.last_number) AS number
        WHERE NOT EXISTS (SELECT FROM payment_receipt r WHERE r.series_id = s.id AND r.number = number.number)
        ORDER BY number LIMIT 10
    )
    UNION ALL
    (
        SELECT number, CASE WHEN count(*) > 1 THEN ' is there twice' ELSE ' is after the last' END
        FROM payment_receipt r WHERE r.series_id = s.id
        GROUP BY number HAVING count(*) > 1 OR number > s.last_number ORDER BY number LIMIT 10
    )
) gap
ORDER BY s.id, gap.number
"""
EVERYTHING_PAID_HAS_ONE = """
SELECT concat(p.kind, ' ', p.reference, ' has no receipt'), NULL::bigint, NULL::bigint
FROM payment_payment p
WHERE p.status = 'succeeded' AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.payment_id = p.id)
UNION ALL
SELECT concat('withdrawal ', w.reference, ' has no receipt'), NULL, NULL
FROM payment_withdrawal w
WHERE w.status IN ('paid', 'reversed') AND NOT EXISTS (SELECT FROM payment_receipt r WHERE r.withdrawal_id = w.id)
"""
ONLY_WHAT_IS_PAID_HAS_ONE = """
SELECT concat('receipt ', s.letters, '-', s.year, '-', lpad(r.number::text, 6, '0'), ' is of nothing paid in its year'),
       NULL::bigint, NULL::bigint
FROM payment_receipt r
JOIN payment_receiptseries s ON s.id = r.series_id
JOIN payment_receiptissuer i ON i.id = r.issuer_id
LEFT JOIN payment_payment p ON p.id = r.payment_id AND p.status = 'succeeded' AND p.succeeded_at = r.paid_at
LEFT JOIN payment_withdrawal w ON w.id = r.withdrawal_id AND w.status IN ('paid', 'reversed')
WHERE (p.id IS NULL AND w.id IS NULL) OR i.letters <> s.letters
   OR s.year <> extract(year FROM r.paid_at AT TIME ZONE 'Africa/Lagos')
ORDER BY r.id
"""
RECEIPT_CHECKS = {
    "receipts are numbered without a gap": NUMBERS_WITHOUT_A_GAP,
    "what was paid has its receipt": EVERYTHING_PAID_HAS_ONE,
    "receipts are of what was paid": ONLY_WHAT_IS_PAID_HAS_ONE,
}
