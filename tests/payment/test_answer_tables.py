"""Every documented refusal of a transfer, a refund or a payment's beginning is given with the effect done and without.

The tests of these calls have the answers; here a row of the tables that none of them gives is a failure.
"""

import json
from collections.abc import Iterator, Sequence

from payment.providers.answers import Call, Row
from payment.providers.flutterwave_answers import FLUTTERWAVE_ANSWERS
from payment.providers.http import Answer
from payment.providers.paystack_answers import PAYSTACK_ANSWERS
from tests.payment.test_checkout_answers import CHECKOUTS
from tests.payment.test_outcomes import TRANSFERS
from tests.payment.test_payout_batches import ANSWERS
from tests.payment.test_refunds import REFUNDS

TABLES = {"paystack": PAYSTACK_ANSWERS, "flutterwave": FLUTTERWAVE_ANSWERS}
GIVEN: dict[Call, Sequence[tuple[str, str]]] = {
    Call.INITIALISE: [(provider, answer) for provider, answer, _ in CHECKOUTS],
    Call.TRANSFER: [(provider, answer) for provider, answer, _ in TRANSFERS],
    Call.TRANSFERS: [("paystack", answer) for answer, _ in ANSWERS],
    Call.REFUND: [(provider, answer) for provider, answer, _ in REFUNDS],
}
# Its answer tells of none of them, so nothing is sent that way.
NEVER_CALLED = ("flutterwave", Call.TRANSFERS)


def test_every_row_of_a_call_that_moves_money_is_given_by_its_tests() -> None:
    assert list(never_given()) == []


def never_given() -> Iterator[str]:
    for provider, table in TABLES.items():
        for call, answers in GIVEN.items():
            if (provider, call) == NEVER_CALLED:
                continue
            given = [answered(text) for of, text in answers if of == provider]
            for row in (each for each in table if call in each.calls):
                if not any(told_by(table, call, answer) is row for answer in given):
                    yield f"{provider} {call}: {row.meaning} {sorted(row.codes) or row.words}"


def told_by(table: Sequence[Row], call: Call, answer: Answer) -> Row | None:
    """Which row says what an answer means: codes come before words."""
    by_code = sorted(table, key=lambda each: not each.codes)
    return next((each for each in by_code if each.matches(call, answer)), None)


def answered(text: str) -> Answer:
    status, _, body = text.partition(" ")
    return Answer(int(status), json.loads(body) if body.startswith("{") else {})
