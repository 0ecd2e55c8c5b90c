"""What can go wrong with money, and which constraint says so."""

from core.errors import Conflict, register_constraint


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


register_constraint("payment_ledgeraccount_not_negative", InsufficientFunds)
register_constraint("payment_ledgertransaction_once", AlreadyPosted)
register_constraint("payment_payment_once_per_assignment", AlreadyPaid)
register_constraint("payment_withdrawal_one_in_flight", WithdrawalInFlight)
register_constraint("payment_dispute_one_open", DisputeAlreadyOpen)
register_constraint("payment_attempt_refunded_within_captured", RefundExceedsCapture)
