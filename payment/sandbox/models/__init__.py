"""The gateway's rows, neutral between the two providers. They hold what a provider knows, never what Payshift knows."""

from payment.sandbox.models.accounts import Customer, DedicatedAccount, VirtualNumber
from payment.sandbox.models.balance import Balance, BalanceMove
from payment.sandbox.models.behaviour import Behaviour, Fault
from payment.sandbox.models.charges import Charge, Chargeback, Refund
from payment.sandbox.models.deliveries import Delivery
from payment.sandbox.models.identities import Identity
from payment.sandbox.models.provider import Provider
from payment.sandbox.models.pushes import Browser, Push
from payment.sandbox.models.settlements import Settlement
from payment.sandbox.models.transfers import Account, Recipient, Transfer

__all__ = [
    "Account",
    "Balance",
    "BalanceMove",
    "Behaviour",
    "Browser",
    "Charge",
    "Chargeback",
    "Customer",
    "DedicatedAccount",
    "Delivery",
    "Fault",
    "Identity",
    "Provider",
    "Push",
    "Recipient",
    "Refund",
    "Settlement",
    "Transfer",
    "VirtualNumber",
]
