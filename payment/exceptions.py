"""What can go wrong with money, and which constraint says so."""

from core.errors import (
    BadRequest,
    Conflict,
    InvalidState,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    register_constraint,
)


class InsufficientFunds(Conflict):
    """M3: the account would go below zero. Nothing moved."""

    code = "insufficient_funds"
    title = "Insufficient funds"
    detail = "There is not enough money for this."


class AlreadyPosted(Conflict):
    """The books have this event already, under its kind and reference. Nothing moved."""

    code = "already_posted"
    title = "Already done"
    detail = "This was already done."


class AlreadyPaid(Conflict):
    """W4: the wage (or compensation, or award) of an assignment is paid once."""

    code = "already_paid"
    title = "Already paid"
    detail = "This assignment was already paid."


class WithdrawalInFlight(Conflict):
    code = "withdrawal_in_flight"
    title = "Withdrawal in flight"
    detail = "Another withdrawal from this wallet is under way. Wait until it is paid or has failed."


class DisputeAlreadyOpen(Conflict):
    code = "dispute_already_open"
    title = "Dispute already open"
    detail = "There is already an open dispute about this assignment."


class RefundExceedsCapture(Conflict):
    code = "refund_exceeds_capture"
    title = "More than was paid"
    detail = "No more can be refunded to the card than was paid with it and not refunded yet."


class IdempotencyKeyInvalid(BadRequest):
    """M9: a money POST says which intended payment it is."""

    code = "idempotency_key_invalid"
    title = "Idempotency key missing or invalid"
    detail = (
        "Send an Idempotency-Key header of 1 to 255 visible ASCII characters: a new random value for each intended "
        "payment, the same one for a retry."
    )


class IdempotencyKeyInFlight(Conflict):
    code = "idempotency_key_in_flight"
    title = "Still under way"
    detail = "A request with this Idempotency-Key is still under way. Wait, then send it again to get its answer."


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    title = "Idempotency key used before"
    detail = "This Idempotency-Key was used with another request. Use a new one for a new payment."


class ProviderUnavailable(Unavailable):
    """A payment provider cannot be reached, or did not say what it did. Whatever it did is looked up first."""

    code = "provider_unavailable"
    title = "Payment provider unavailable"
    detail = "The payment provider does not answer at the moment. Try again; nothing is charged twice."


class InvalidSignature(Unauthenticated):
    code = "invalid_signature"
    title = "Invalid signature"
    detail = "The webhook is not signed as this provider signs."


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    title = "Nothing to pay"
    detail = "The escrow of this job is fully paid."


class PaymentInReview(Conflict):
    """Money came that is not what was asked for, and staff have not placed it yet."""

    code = "payment_in_review"
    title = "Payment in review"
    detail = "We received a payment for this job that is not what was asked for. We look at it, and will write to you."


class JobHidden(Conflict):
    code = "job_hidden"
    title = "The job is hidden"
    detail = "Our staff keep this job from being found, so it takes no money. Its page says why."


class JobTakesNoMoney(Conflict):
    code = "job_takes_no_money"
    title = "The job takes no money"
    detail = "Only a job that has not started and is not cancelled can be paid."


class PaymentRefused(Conflict):
    """The provider turned the payment down before it began."""

    code = "payment_refused"
    title = "Refused by the provider"
    detail = "The payment provider refused this payment. Choose another way to pay."


class NoBankAccount(Conflict):
    code = "no_bank_account"
    title = "No bank account"
    detail = "Save and verify a bank account first: PUT /account-details."


class BankAccountOnHold(Conflict):
    code = "bank_account_on_hold"
    title = "Bank account on hold"
    detail = "The bank account was changed less than 24 hours ago. Withdraw later."


class WithdrawalsHeld(Conflict):
    code = "withdrawals_held"
    title = "Withdrawals are held"
    detail = "We have to look at an earlier withdrawal first. We will write to you."


class BelowMinimum(Unprocessable):
    code = "below_minimum"
    title = "Below the minimum"


class NotRefundable(Conflict):
    code = "not_refundable"
    title = "Not refundable to the card"
    detail = "Only a payment that came through a card or bank, and succeeded, can go back to it."


class AboveMaximum(Unprocessable):
    code = "above_maximum"
    title = "Above the maximum"


class PaymentLimit(Conflict):
    """So much may one person pay in at providers."""

    code = "payment_limit"
    title = "Limit of payments"


class WithdrawalLimit(Conflict):
    code = "withdrawal_limit"
    title = "Limit of withdrawals"


class CardMoneyRests(Conflict):
    code = "card_money_rests"
    title = "Card money rests"


class WalletOwes(Conflict):
    code = "wallet_owes"
    title = "The wallet owes"
    detail = "Your bank took a payment back that was spent already. Nothing leaves your wallet until it is paid."


class MoneyDisputed(Conflict):
    code = "money_disputed"
    title = "Money disputed"
    detail = "The bank of a card that you paid with wants money back. It stays in your wallet until that is decided."


class ProviderHoldsLess(Conflict):
    code = "provider_holds_less"
    title = "The provider holds less"
    detail = "By the books the provider does not hold that much."


class NoVirtualAccounts(Conflict):
    """The operator's account at the provider has no account numbers for people, or they are switched off."""

    code = "no_virtual_accounts"
    title = "No account numbers"
    detail = "Account numbers of one's own are not offered here."


class DetailsMissing(Conflict):
    """The bank opens no account for somebody whose name or phone it does not have."""

    code = "details_missing"
    title = "Details missing"
    detail = "The bank needs your first name, your last name and your phone number: add them to your profile first."


class IdentityNeeded(Conflict):
    """The provider of account numbers gives none without a number of the state's registers."""

    code = "identity_required"
    title = "BVN or NIN needed"
    detail = "The bank gives an account number only with your BVN or NIN. It is sent to the bank and kept nowhere here."


class AboveCap(Conflict):
    code = "above_cap"
    title = "Above the cap"
    detail = "Staff may not move that much."


class FloatExceeded(Conflict):
    """The platform would give away more than it has earned and its float."""

    code = "float_exceeded"
    title = "The platform's float is used up"
    detail = "The platform has not earned that much, and its float does not cover it."


class DisputeTooLate(Conflict):
    code = "dispute_too_late"
    title = "Too late for a dispute"
    detail = "A dispute can be opened until 48 hours after the shift."


class DivisionDoesNotFit(Conflict):
    """Staff named a division that does not add up to what the dispute froze."""

    code = "division_does_not_fit"
    title = "The division does not fit"
    detail = "The parts must add up to what is frozen for this assignment."


# What every operation that is answered once may end in, and what every move of money may.
ONCE = (IdempotencyKeyInFlight, IdempotencyKeyInvalid, IdempotencyKeyReused)
# `InvalidState`: the month of the books is closed.
MOVING_MONEY = (AlreadyPosted, FloatExceeded, InsufficientFunds, InvalidState)
GOING_BACK = (MoneyDisputed, NotRefundable, RefundExceedsCapture, WalletOwes, WithdrawalsHeld)
WITHDRAWING = (
    BankAccountOnHold,
    CardMoneyRests,
    MoneyDisputed,
    NoBankAccount,
    WalletOwes,
    WithdrawalInFlight,
    WithdrawalLimit,
    WithdrawalsHeld,
    AboveMaximum,
    *ONCE,
    *MOVING_MONEY,
)

register_constraint("payment_ledgeraccount_not_negative", InsufficientFunds)
register_constraint("payment_ledgeraccount_float", FloatExceeded)
register_constraint("payment_ledgertransaction_once", AlreadyPosted)
register_constraint("payment_payment_once_per_assignment", AlreadyPaid)
register_constraint("payment_withdrawal_one_in_flight", WithdrawalInFlight)
register_constraint("payment_dispute_one_open", DisputeAlreadyOpen)
register_constraint("payment_attempt_refunded_within_captured", RefundExceedsCapture)
