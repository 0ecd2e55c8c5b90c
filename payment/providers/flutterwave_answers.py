"""Flutterwave v3's documented refusals: developer.flutterwave.com/docs/flutterwave-errors, and words seen live.

v3 gives no codes: `{"status": "error", "message", "data": null}`, usually 400. Its words are what there is.
"""

from payment.providers.answers import EVERY_CALL, NAMED_BY_US, Call, Meaning, row

FLUTTERWAVE_ANSWERS = (
    row(Meaning.LIMITED, EVERY_CALL, words=r"too many requests|rate limit", statuses=[429]),
    row(Meaning.ABOUT_US, EVERY_CALL, words=r"authori[sz]|key|whitelist|permission|forbidden", statuses=[401, 403]),
    row(
        Meaning.BALANCE_TOO_LOW,
        [Call.TRANSFER, Call.REFUND],
        words=r"insufficient (funds|balance)|balance.*(not enough|insufficient)",
    ),
    row(Meaning.REFERENCE_USED, NAMED_BY_US, words=r"duplicate|reference.*(already|exists|used)"),
    # Ours, before the account's: "merchant account" and "your account" are Payshift's.
    row(
        Meaning.ABOUT_US,
        [Call.TRANSFER],
        words=r"IP whitelist|whitelist|not enabled|account administrator|merchant|transfers? (is|are) (not|disabled)"
        r"|compliance|limit|is required|at most|cannot be processed",
    ),
    row(
        Meaning.REFUSED,
        [Call.TRANSFER],
        words=r"account number is invalid|invalid account|recipient account|account (resolve|could not|not found)"
        r"|bank code|invalid bank|blacklisted",
    ),
    row(
        Meaning.REFUSED,
        [Call.REFUND],
        words=r"fully reversed|already (been )?refunded|cannot be more than|exceeds|has not been paid|not successful"
        r"|no transaction was found",
        statuses=[200, 400, 404, 422],
    ),
    # Ours before the person's. No words are documented; that a register does not answer says nothing of its number.
    row(
        Meaning.ABOUT_US,
        [Call.ACCOUNT],
        words=r"not (enabled|allowed|permitted)|permission|merchant|compliance|account administrator",
        statuses=[200, 400, 403, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        [Call.ACCOUNT],
        words=r"^(?!.*\b(later|moment|available|unavailable|time)\b).*\b(bvn|nin)\b",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.ABOUT_US,
        [Call.ACCOUNT],
        words=r"not available|valid email|is required|not found",
        statuses=[200, 400, 404, 422],
    ),
    # No refusal is documented: after one, it is looked up in any case.
    row(
        Meaning.REFUSED,
        [Call.CHARGEBACK],
        words=r"already|not found|is required|must be|treated|expired",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        [Call.INITIALISE],
        words=r"valid email|is required|currency is not|must be (a positive|at most)|invalid (amount|currency)",
    ),
    row(
        Meaning.NOT_FOUND,
        [Call.LOOK_UP],
        words=r"no transaction was found|(transaction|transfer|refund).*not found",
        statuses=[200, 400, 404],
    ),
    row(Meaning.LIMITED, [Call.NAME_ENQUIRY], words=r"too many|limit", statuses=[200, 400, 422]),
    row(Meaning.REFUSED, [Call.NAME_ENQUIRY], statuses=[200, 400, 404, 422]),
)
