"""That a number of a person's was found under their name in a register of the state. The number is kept nowhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class IdentityKind(models.TextChoices):
    BVN = "bvn", "Bank Verification Number"
    NIN = "nin", "National Identification Number"


class IdentityCheck(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="identity_checks", db_index=False)
    kind = models.CharField(max_length=8, choices=IdentityKind)
    # Who was asked.
    provider = models.CharField(max_length=16)
    confirmed_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="accounts_identitycheck_once"),
            models.CheckConstraint(condition=Q(kind__in=IdentityKind.values), name="accounts_identitycheck_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
