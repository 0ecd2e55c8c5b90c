from django.db import models

from core.models import PayshiftQuerySet
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET


class Customer(models.Model):
    """Somebody whom the merchant told of: one per e-mail."""

    email = models.EmailField()
    code = models.CharField(max_length=40)
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150)
    phone = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email"], name="sandbox_customer_email")]

    def __str__(self) -> str:
        return self.code

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk


class DedicatedAccount(models.Model):
    """An account number that is a customer's: what comes to it is a payment to the merchant."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="accounts")
    account_number = models.CharField(max_length=10)
    bank_slug = models.CharField(max_length=40)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_number"], name="sandbox_dedicated_account_number")]

    def __str__(self) -> str:
        return self.account_number

    @property
    def public_id(self) -> int:
        return PUBLIC_ID_OFFSET + self.pk


class VirtualNumber(models.Model):
    """A permanent account number at Flutterwave: whatever comes to it is a payment under its `tx_ref`."""

    tx_ref = models.CharField(max_length=100)
    order_ref = models.CharField(max_length=64)
    account_number = models.CharField(max_length=10)
    email = models.EmailField()
    name = models.CharField(max_length=150)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_number"], name="sandbox_virtual_number"),
            models.UniqueConstraint(fields=["order_ref"], name="sandbox_virtual_number_order"),
        ]

    def __str__(self) -> str:
        return self.account_number
