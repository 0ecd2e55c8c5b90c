"""Where a person's withdrawals go."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Right

from core.models import PayshiftQuerySet


class BankAccount(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bank_account")
    bank_code = models.CharField(max_length=10)
    bank_name = models.CharField(max_length=100)
    # Text: leading zeros are part of a NUBAN.
    account_number = models.CharField(max_length=10)
    account_name = models.CharField(max_length=200)
    verified_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        # What people say of their account, and what staff are shown.
        indexes = [models.Index(Right("account_number", Value(4)), name="accounts_bankaccount_ending")]
        constraints = [
            models.CheckConstraint(
                condition=Q(account_number__regex=r"^[0-9]{10}$"), name="accounts_bankaccount_ten_digits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        return "*" * 6 + self.account_number[-4:]
