import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0044_job_hidden_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("scam", "Asks for money, or is a fraud"),
                            ("untrue", "Is not what it says"),
                            ("unsafe", "Is not safe"),
                            ("abuse", "Threats, insults or harassment"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("upheld", "Upheld"), ("nothing_found", "Nothing found")], max_length=20
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="jobs.job",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reported_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["reporter", "-created_at"], name="jobs_report_reporter_newest"),
                    models.Index(condition=models.Q(("job__isnull", False)), fields=["job"], name="jobs_report_job"),
                    models.Index(condition=models.Q(("user__isnull", False)), fields=["user"], name="jobs_report_user"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)), fields=["-id"], name="jobs_report_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("reporter", "job"),
                        name="jobs_report_job_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("reporter", "user"),
                        name="jobs_report_user_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("job__isnull", True), ("user__isnull", False)),
                            models.Q(("job__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="jobs_report_about_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user__isnull", True),
                            models.Q(("reporter", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="jobs_report_not_self",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["scam", "untrue", "unsafe", "abuse", "other"])),
                        name="jobs_report_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("verdict", "")),
                            models.Q(("answered_at__isnull", False), ("verdict__in", ["upheld", "nothing_found"])),
                            _connector="OR",
                        ),
                        name="jobs_report_answered_with_verdict",
                    ),
                ],
            },
        ),
    ]
