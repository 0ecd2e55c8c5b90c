from django.db import models

from core.models import PayshiftQuerySet


class KeyLease(models.Model):
    """The right to act for an idempotency key, until it is given back or lapses: `payment.services.key_leases`.

    By the database's clock, because the machines that ask do not agree on the time.
    """

    # A digest of whose key it is, for what, and of the key itself.
    name = models.UUIDField(primary_key=True, editable=False)
    # Drawn anew each time the lease is taken: whoever has been overtaken does not know it.
    token = models.UUIDField()
    until = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} until {self.until:%H:%M:%S}"
