"""Anchors: a chain of digests over the ledger, each over what was recorded since the one before and over that one.

Whoever rewrites history must rewrite every later digest, and cannot rewrite those that the log has kept.
"""

from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class LedgerAnchor(models.Model):
    # By the database's clock: transactions recorded before this, and not before the previous anchor's.
    until = models.DateTimeField()
    transactions = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["until"], name="payment_ledgeranchor_once"),
            # One chain: no anchor has two that follow it.
            models.UniqueConstraint(fields=["previous"], name="payment_ledgeranchor_chain"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="payment_ledgeranchor_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M} {self.digest[:12]}"
