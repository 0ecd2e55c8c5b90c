import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # For the exclusion constraint on assignments; a trusted extension, so the owner of the database may create it.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120)),
                ("description", models.TextField(max_length=5000)),
                (
                    "job_type",
                    models.CharField(
                        choices=[
                            ("single_day", "Single Day"),
                            ("multiple_days", "Multiple Days"),
                            ("temporary", "Temporary"),
                            ("part_time", "Part Time"),
                            ("full_time", "Full Time"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "shift_type",
                    models.CharField(
                        choices=[
                            ("morning", "Morning"),
                            ("afternoon", "Afternoon"),
                            ("evening", "Evening"),
                            ("night", "Night"),
                            ("day", "Day"),
                            ("flexible", "Flexible"),
                        ],
                        max_length=16,
                    ),
                ),
                ("date", models.DateField()),
                ("end_date", models.DateField()),
                ("start_time", models.TimeField()),
                ("end_time", models.TimeField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("applicants_needed", models.PositiveIntegerField()),
                ("accepted_count", models.PositiveIntegerField(default=0, editable=False)),
                ("rate_kobo", models.BigIntegerField()),
                ("price_wage_kobo", models.BigIntegerField()),
                ("price_fee_kobo", models.BigIntegerField()),
                ("location", models.CharField(max_length=200)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("upcoming", "Upcoming"),
                            ("ongoing", "Ongoing"),
                            ("completed", "Completed"),
                            ("canceled", "Canceled"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "is_open",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(
                                ("accepted_count__lt", models.F("applicants_needed")),
                                ("canceled_at__isnull", True),
                                ("status", "upcoming"),
                            ),
                            output_field=models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector("title", config="english", weight="A"),
                                "||",
                                django.contrib.postgres.search.SearchVector("location", config="english", weight="B"),
                                django.contrib.postgres.search.SearchConfig("english"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector("description", config="english", weight="C"),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs_created",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                            ("completed", "Completed"),
                            ("no_show", "No Show"),
                            ("canceled", "Canceled"),
                        ],
                        default="applied",
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("created_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "applicant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="jobs.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JobIndustry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "verbose_name": "industry",
                "verbose_name_plural": "industries",
                "constraints": [models.UniqueConstraint(fields=("slug",), name="jobs_jobindustry_slug_unique")],
            },
        ),
        migrations.AddField(
            model_name="job",
            name="industry",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="jobs.jobindustry"
            ),
        ),
        migrations.CreateModel(
            name="JobSubcategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80)),
                (
                    "industry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcategories",
                        to="jobs.jobindustry",
                    ),
                ),
            ],
            options={
                "verbose_name": "subcategory",
                "verbose_name_plural": "subcategories",
            },
        ),
        migrations.AddField(
            model_name="job",
            name="subcategory",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jobs",
                to="jobs.jobsubcategory",
            ),
        ),
        migrations.CreateModel(
            name="SavedJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("saved_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="saves", to="jobs.job"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("on_site_code", models.CharField(max_length=6)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="jobs.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShiftAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("checked_in", "Checked In"),
                            ("checked_out", "Checked Out"),
                            ("approved", "Approved"),
                            ("no_show", "No Show"),
                            ("canceled", "Canceled"),
                        ],
                        default="scheduled",
                        max_length=16,
                    ),
                ),
                ("checked_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "check_in_method",
                    models.CharField(blank=True, choices=[("position", "Position"), ("code", "Code")], max_length=16),
                ),
                ("check_in_distance_m", models.PositiveIntegerField(blank=True, null=True)),
                ("check_in_latitude", models.FloatField(blank=True, null=True)),
                ("check_in_longitude", models.FloatField(blank=True, null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                ("checked_out_at", models.DateTimeField(blank=True, null=True)),
                ("checked_out_automatically", models.BooleanField(default=False)),
                ("worked_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("approved_automatically", models.BooleanField(default=False)),
                ("approved_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("lowered_reason", models.CharField(blank=True, max_length=500)),
                ("no_show_at", models.DateTimeField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("withdrawn", "withdrawn by the worker"),
                            ("withdrawn_late", "withdrawn by the worker within 24 h"),
                            ("job_canceled", "canceled by the client"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("wage_kobo", models.BigIntegerField()),
                ("fee_kobo", models.BigIntegerField()),
                ("paid_wage_kobo", models.BigIntegerField(default=0)),
                ("paid_fee_kobo", models.BigIntegerField(default=0)),
                ("compensation_kobo", models.BigIntegerField(default=0)),
                ("withheld_kobo", models.BigIntegerField(default=0)),
                ("withheld_until", models.DateTimeField(blank=True, null=True)),
                ("minutes_accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="jobs.application",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="jobs.shift"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
            },
        ),
        migrations.CreateModel(
            name="ApplicationStatusLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("applied", "Applied"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                            ("completed", "Completed"),
                            ("no_show", "No Show"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                            ("completed", "Completed"),
                            ("no_show", "No Show"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_log",
                        to="jobs.application",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["application", "created_at"], name="jobs_applicationlog_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_status", models.F("to_status")), _negated=True),
                        name="jobs_applicationlog_changes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "blocked",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["blocker", "-created_at", "-id"], name="jobs_block_blocker_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("blocked", "blocker"), name="jobs_block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True), name="jobs_block_not_self"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["job", "status", "created_at", "id"], name="jobs_application_job_status"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["applicant", "status", "-created_at", "-id"], name="jobs_application_worker_status"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["status"], name="jobs_application_status"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), _negated=True), ("accepted_at__isnull", False), _connector="OR"
                ),
                fields=("job", "applicant"),
                name="jobs_application_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["applied", "accepted", "rejected", "withdrawn", "closed", "completed", "no_show", "canceled"],
                    )
                ),
                name="jobs_application_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["accepted", "completed", "no_show", "canceled"]), _negated=True),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="jobs_application_accepted_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobsubcategory",
            constraint=models.UniqueConstraint(fields=("slug",), name="jobs_jobsubcategory_slug_unique"),
        ),
        migrations.AddConstraint(
            model_name="jobsubcategory",
            constraint=models.UniqueConstraint(fields=("industry", "name"), name="jobs_jobsubcategory_name_unique"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["status", "date"], name="jobs_job_status_date"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["date"], name="jobs_job_date"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["client", "-created_at", "-id"], name="jobs_job_client_newest"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["-created_at", "-id"], name="jobs_job_open_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["-rate_kobo", "-id"], name="jobs_job_open_rate"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["industry", "-created_at", "-id"],
                name="jobs_job_open_industry",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["subcategory", "-created_at", "-id"],
                name="jobs_job_open_subcat",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="jobs_job_search"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=django.contrib.postgres.indexes.GistIndex(
                models.Func("longitude", "latitude", function="point"), name="jobs_job_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "upcoming", "ongoing", "completed", "canceled", "expired"])
                ),
                name="jobs_job_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("job_type__in", ["single_day", "multiple_days", "temporary", "part_time", "full_time"])
                ),
                name="jobs_job_job_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("shift_type__in", ["morning", "afternoon", "evening", "night", "day", "flexible"])),
                name="jobs_job_shift_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_count__gte", 0), ("accepted_count__lte", models.F("applicants_needed"))),
                name="jobs_job_places_respected",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("applicants_needed__gte", 1), ("applicants_needed__lte", 500)),
                name="jobs_job_applicants_needed_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_kobo__gte", 1), ("rate_kobo__lte", 100000000)), name="jobs_job_rate_bounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_fee_kobo__gte", 0), ("price_wage_kobo__gte", 0)),
                name="jobs_job_price_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__gte", models.F("date")),
                    (
                        "end_date__lt",
                        django.db.models.expressions.CombinedExpression(models.F("date"), "+", models.Value(62)),
                    ),
                ),
                name="jobs_job_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="jobs_job_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("start_time", models.F("end_time")), _negated=True), name="jobs_job_shift_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6])), name="jobs_job_weekdays_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("longitude__isnull", False),
                        ("latitude__gte", -90),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="jobs_job_position_on_earth",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "canceled"), _negated=True), ("canceled_at__isnull", False), _connector="OR"
                ),
                name="jobs_job_canceled_has_time",
            ),
        ),
        migrations.AddIndex(
            model_name="savedjob",
            index=models.Index(fields=["user", "-saved_at", "-id"], name="jobs_savedjob_user_newest"),
        ),
        migrations.AddConstraint(
            model_name="savedjob",
            constraint=models.UniqueConstraint(fields=("job", "user"), name="jobs_savedjob_once"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.UniqueConstraint(fields=("job", "starts_at"), name="jobs_shift_start_unique"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="jobs_shift_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1500)), name="jobs_shift_minutes_bounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_site_code__regex", "^[0-9]{6}$")), name="jobs_shift_code_six_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="shiftassignment",
            index=models.Index(fields=["worker", "starts_at", "id"], name="jobs_assignment_calendar"),
        ),
        migrations.AddIndex(
            model_name="shiftassignment",
            index=models.Index(
                condition=models.Q(("status__in", ("scheduled", "checked_in", "checked_out"))),
                fields=["ends_at"],
                name="jobs_assignment_live",
            ),
        ),
        migrations.AddIndex(
            model_name="shiftassignment",
            index=models.Index(
                condition=models.Q(("check_in_latitude__isnull", False)),
                fields=["checked_in_at"],
                name="jobs_assignment_position",
            ),
        ),
        migrations.AddIndex(
            model_name="shiftassignment",
            index=models.Index(
                condition=models.Q(("withheld_kobo__gt", 0)), fields=["withheld_until"], name="jobs_assignment_withheld"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.UniqueConstraint(fields=("application", "shift"), name="jobs_assignment_once"),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status__in", ("scheduled", "checked_in", "checked_out"))),
                expressions=[
                    (models.F("worker"), "="),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=False
                            ),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="jobs_assignment_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["scheduled", "checked_in", "checked_out", "approved", "no_show", "canceled"])
                ),
                name="jobs_assignment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="jobs_assignment_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "checked_in"), _negated=True),
                    models.Q(("checked_in_at__isnull", False), ("checked_out_at__isnull", True)),
                    _connector="OR",
                ),
                name="jobs_assignment_checked_in_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["checked_out", "approved"]), _negated=True),
                    models.Q(
                        ("checked_in_at__isnull", False),
                        ("checked_out_at__gte", models.F("checked_in_at")),
                        ("checked_out_at__isnull", False),
                        ("worked_minutes__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="jobs_assignment_checked_out_has_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_minutes__isnull", False),
                        ("approved_minutes__lte", models.F("worked_minutes")),
                    ),
                    _connector="OR",
                ),
                name="jobs_assignment_approved_within_worked",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["no_show", "canceled"]), _negated=True),
                    ("checked_in_at__isnull", True),
                    _connector="OR",
                ),
                name="jobs_assignment_absent_never_checked_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_minutes__lt", models.F("worked_minutes")),
                    ("lowered_reason", ""),
                    ("status", "approved"),
                    _negated=True,
                ),
                name="jobs_assignment_lowered_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("code_tries__lte", 5)), name="jobs_assignment_code_tries_bounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fee_kobo__gte", 0),
                    ("paid_fee_kobo__gte", 0),
                    ("paid_wage_kobo__gte", 0),
                    ("wage_kobo__gte", 0),
                    ("paid_fee_kobo__lte", models.F("fee_kobo")),
                    ("paid_wage_kobo__lte", models.F("wage_kobo")),
                    ("compensation_kobo__gte", 0),
                    ("compensation_kobo__lte", models.F("wage_kobo")),
                ),
                name="jobs_assignment_paid_within_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withheld_kobo", 0),
                    models.Q(
                        ("status__in", ["approved", "no_show"]),
                        ("withheld_kobo__gt", 0),
                        (
                            "withheld_kobo__lte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("wage_kobo"), "+", models.F("fee_kobo")
                                    ),
                                    "-",
                                    models.F("paid_wage_kobo"),
                                ),
                                "-",
                                models.F("paid_fee_kobo"),
                            ),
                        ),
                        ("withheld_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="jobs_assignment_withheld_within_price",
            ),
        ),
    ]
