"""Paystack's documented refusals: docs-v2.paystack.com/api/errors, the OpenAPI document, and words seen live.

Every error is `{"status": false, "message", "type", "code"}`. `validation_error` is "invalid data in the request", so
nothing was done; `api_error` is anything, so without a known code it says nothing. Where the codes of a refusal are not
published, the words are.
"""

from payment.providers.answers import EVERY_CALL, NAMED_BY_US, Call, Meaning, row

MOVES_MONEY = (Call.TRANSFER, Call.TRANSFERS, Call.REFUND)
PAYS_OUT = (Call.TRANSFER, Call.TRANSFERS, Call.RECIPIENT)

PAYSTACK_ANSWERS = (
    row(Meaning.LIMITED, EVERY_CALL, codes="rate_limited", statuses=[429]),
    row(Meaning.ABOUT_US, EVERY_CALL, words=r"key|authori[sz]|permission|IP|allow", statuses=[401, 403]),
    row(Meaning.BALANCE_TOO_LOW, MOVES_MONEY, codes="insufficient_balance"),
    row(Meaning.BALANCE_TOO_LOW, MOVES_MONEY, words=r"balance is not enough|insufficient (balance|funds)"),
    row(Meaning.REFERENCE_USED, NAMED_BY_US, codes="duplicate_reference duplicate_transfer_reference"),
    row(Meaning.REFERENCE_USED, NAMED_BY_US, words=r"duplicate.*reference|unique reference|reference.*\bused\b"),
    # The payee's account: what ends a withdrawal.
    row(
        Meaning.REFUSED,
        PAYS_OUT,
        codes="invalid_recipient recipient_not_found invalid_account_number invalid_bank_code",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        PAYS_OUT,
        words=r"recipient specified is invalid|(could|can)\s?not resolve account|account number is invalid"
        r"|bank is invalid|unknown bank code|bank code.*(invalid|not exist)|fraud|watchlist|blacklisted",
    ),
    # Ours: the kind of business, its settings, and requests that Payshift should not have made.
    row(
        Meaning.ABOUT_US,
        PAYS_OUT,
        words=r"starter business|third.party payouts|registered business|transfers? (is|are) (not|disabled)"
        r"|IP (address|whitelist)|whitelist|transfer.*limit|OTP",
    ),
    row(
        Meaning.ABOUT_US,
        PAYS_OUT,
        codes="missing_params invalid_params invalid_amount invalid_transfer_reference transfer_unavailable",
    ),
    # What is left of the payment, or of its time.
    row(
        Meaning.REFUSED,
        [Call.REFUND],
        codes="invalid_refund transaction_not_found transaction_reversed refund_amount_exceeds_transaction_amount",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        [Call.REFUND],
        words=r"fully reversed|already (been )?refunded|cannot be more than|has not been paid|not been successful",
    ),
    row(
        Meaning.REFUSED,
        [Call.CHARGEBACK],
        codes="missing_params invalid_params invalid_amount dispute_not_found dispute_resolved",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        [Call.CHARGEBACK],
        words=r"dispute.*(not found|already|resolved|expired)|cannot be more than",
        statuses=[200, 400, 404, 422],
    ),
    row(
        Meaning.REFUSED,
        [Call.ACCOUNT],
        codes="missing_params invalid_params invalid_customer_email_address validation_error feature_unavailable",
        statuses=[200, 400, 403, 404, 422],
    ),
    row(
        Meaning.REFUSED, [Call.ACCOUNT], words=r"not available|contact support|phone|not (been )?(identified|validated)"
    ),
    row(Meaning.ABOUT_US, [Call.REFUND], codes="missing_params invalid_params invalid_amount"),
    # Whatever is wrong with it, a payment that was not begun took nobody's money.
    row(
        Meaning.REFUSED,
        [Call.INITIALISE],
        codes="missing_params invalid_params invalid_amount invalid_email_address unsupported_currency"
        " invalid_reference",
    ),
    row(Meaning.REFUSED, [Call.INITIALISE], words=r"invalid (email|amount)|email.*(required|invalid)|currency not"),
    row(
        Meaning.NOT_FOUND,
        [Call.LOOK_UP],
        codes="transaction_not_found transfer_not_found refund_not_found",
        statuses=[200, 400, 404],
    ),
    row(
        Meaning.NOT_FOUND,
        [Call.LOOK_UP],
        words=r"(transaction|transfer|refund|reference|code)\b.*\bnot found|invalid transaction reference",
        statuses=[200, 400, 404],
    ),
    row(Meaning.LIMITED, [Call.NAME_ENQUIRY], words=r"daily limit|too many|limit.*exceeded", statuses=[200, 400, 422]),
    row(Meaning.REFUSED, [Call.NAME_ENQUIRY], statuses=[200, 400, 404, 422]),
)
