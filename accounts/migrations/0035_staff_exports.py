import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0034_identity_changed_checked"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(max_length=32)),
                ("format", models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")], max_length=8)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waits"),
                            ("writing", "Is being written"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="requested",
                        max_length=16,
                    ),
                ),
                ("rows_expected", models.PositiveBigIntegerField(blank=True, null=True)),
                ("rows_done", models.PositiveBigIntegerField(default=0)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_exports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "indexes": [models.Index(fields=["user", "status"], name="accounts_staffexport_user")],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="accounts_staffexport_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["requested", "writing", "ready", "failed"])),
                        name="accounts_staffexport_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["csv", "xlsx"])), name="accounts_staffexport_format_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="accounts_staffexport_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ready"), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="accounts_staffexport_ready_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffExportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="accounts.staffexport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("export", "number"), name="accounts_staffexportpart_once")
                ]
            },
        ),
    ]
