"""Receipts: a number for each payment that succeeded and each payout that reached the bank, and who issued it.

The numbers of an issuer and a year of Lagos are 1, 2, 3 and so on: none is left out, none is given twice, none is ever
changed. The database gives them, at the very end of the transaction that brings the money (a deferred trigger), out of
the series' row: what rolls back takes its number back with it, and two transactions wait for each other only while the
first of them commits. The application's role writes none of these tables.
"""

from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet
from payment.models.payment import Payment
from payment.models.withdrawal import Withdrawal


class ReceiptIssuer(models.Model):
    """What an issuer was called: a receipt keeps the words of the day on which it was issued."""

    letters = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField("VAT number", max_length=40, blank=True)
    since = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letters", "name", "address", "tax_number", "vat_number"], name="payment_receiptissuer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letters}: {self.name}"

    @property
    def words(self) -> tuple[str, ...]:
        return (self.letters, self.name, self.address, self.tax_number, self.vat_number)

    @property
    def lines(self) -> list[str]:
        """As a document shows them."""
        numbers = (("Tax number", self.tax_number), ("VAT number", self.vat_number))
        return [self.name, *filter(None, [self.address]), *(f"{name} {number}" for name, number in numbers if number)]


class ReceiptSeries(models.Model):
    """The numbers that an issuer, known by its letters, gave to what was paid in a year of Lagos."""

    letters = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "receipt series"
        constraints = [
            models.UniqueConstraint(fields=["letters", "year"], name="payment_receiptseries_once"),
            models.CheckConstraint(condition=Q(last_number__gt=0), name="payment_receiptseries_begun"),
            models.CheckConstraint(condition=Q(letters__regex=r"^[A-Z]{1,8}$"), name="payment_receiptseries_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.letters}-{self.year}"


class Receipt(models.Model):
    series = models.ForeignKey(ReceiptSeries, models.PROTECT, related_name="receipts", db_index=False)
    number = models.PositiveIntegerField()
    issuer = models.ForeignKey(ReceiptIssuer, models.PROTECT, related_name="receipts", db_index=False)
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="receipt", null=True, blank=True)
    withdrawal = models.OneToOneField(Withdrawal, models.PROTECT, related_name="receipt", null=True, blank=True)
    # When the money moved; its year is that of the series.
    paid_at = models.DateTimeField()
    issued_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["issuer"], name="payment_receipt_issuer")]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="payment_receipt_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="payment_receipt_number_positive"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, withdrawal__isnull=True)
                | Q(payment__isnull=True, withdrawal__isnull=False),
                name="payment_receipt_of_one",
            ),
        ]

    def __str__(self) -> str:
        """`PS-2026-000123`, with series loaded."""
        return f"{self.series.letters}-{self.series.year}-{self.number:06}"
