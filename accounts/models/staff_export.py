"""Files of rows that staff ask for. The content is in parts in the database: whichever machine wrote it, any serves it,
and it goes with its row."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet


class ExportStatus(models.TextChoices):
    REQUESTED = "requested", "Waits"
    WRITING = "writing", "Is being written"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


UNFINISHED = (ExportStatus.REQUESTED, ExportStatus.WRITING)


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel (XLSX)"


class StaffExport(models.Model):
    """One file: which rows, of which days of Lagos, for whom, and how far it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_exports", db_index=False)
    # The name of a sheet: see `payshift.services.exports.sheets`.
    sheet = models.CharField(max_length=32)
    format = models.CharField(max_length=8, choices=ExportFormat)
    first_day = models.DateField()
    last_day = models.DateField()
    status = models.CharField(max_length=16, choices=ExportStatus, default=ExportStatus.REQUESTED)
    rows_expected = models.PositiveBigIntegerField(null=True, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    # Comes with the form: sent twice, it is one file.
    key = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "export"
        indexes = [models.Index(fields=["user", "status"], name="accounts_staffexport_user")]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="accounts_staffexport_once"),
            models.CheckConstraint(
                condition=Q(status__in=ExportStatus.values), name="accounts_staffexport_status_known"
            ),
            models.CheckConstraint(
                condition=Q(format__in=ExportFormat.values), name="accounts_staffexport_format_known"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="accounts_staffexport_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(finished_at__isnull=False), name="accounts_staffexport_ready_has_time"
            ),
        ]

    def __str__(self) -> str:
        words = self.sheet.replace("_", " ").capitalize()
        return f"{words} of {self.first_day} to {self.last_day}, {self.get_format_display()}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED


class StaffExportPart(models.Model):
    """A piece of the file, in the order of its number."""

    export = models.ForeignKey(StaffExport, models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="accounts_staffexportpart_once"),
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
