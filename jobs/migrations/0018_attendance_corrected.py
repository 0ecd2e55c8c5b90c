"""Attendance that can be put right: spells, corrections, and the ways back in both machines."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from core.state_machine import EnforceTransitions

BEFORE = {
    "applied": ["accepted", "standing_by", "rejected", "withdrawn", "closed"],
    "standing_by": ["accepted", "rejected", "withdrawn", "closed"],
    "accepted": ["completed", "withdrawn", "no_show", "canceled"],
    "rejected": ["accepted"],
    "withdrawn": [],
    "closed": [],
    "completed": [],
    "no_show": [],
    "canceled": [],
}
AFTER = BEFORE | {"completed": ["accepted"], "no_show": ["accepted"]}


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("jobs", "0017_search_without_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AttendanceLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "correction",
                    models.CharField(
                        choices=[
                            ("checked_in_again", "Checked In Again"),
                            ("check_out_taken_back", "Check Out Taken Back"),
                            ("minutes_asked", "Minutes Asked"),
                            ("minutes_raised", "Minutes Raised"),
                            ("minutes_lowered", "Minutes Lowered"),
                            ("check_in_contested", "Check In Contested"),
                            ("contest_taken_back", "Contest Taken Back"),
                            ("contest_answered", "Contest Answered"),
                            ("no_show_marked", "No Show Marked"),
                            ("no_show_taken_back", "No Show Taken Back"),
                            ("no_show_refuted", "No Show Refuted"),
                            ("decided_in_dispute", "Decided In Dispute"),
                        ],
                        max_length=24,
                    ),
                ),
                ("minutes_before", models.PositiveIntegerField(blank=True, null=True)),
                ("minutes_after", models.PositiveIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "attendance correction",
            },
        ),
        migrations.CreateModel(
            name="Spell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="shiftassignment",
            name="jobs_assignment_approved_within_worked",
        ),
        migrations.RemoveConstraint(
            model_name="shiftassignment",
            name="jobs_assignment_absent_never_checked_in",
        ),
        migrations.AddField(
            model_name="job",
            name="code_only",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="approval_reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="asked_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="asked_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="contest_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="contested_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shiftassignment",
            name="raised_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="shiftassignment",
            name="check_in_method",
            field=models.CharField(
                blank=True,
                choices=[("position", "Position"), ("code", "Code"), ("granted", "granted by the client")],
                max_length=16,
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_minutes__isnull", False)),
                    _connector="OR",
                ),
                name="jobs_assignment_approved_has_minutes",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["no_show", "canceled"]), _negated=True),
                    ("checked_in_at__isnull", True),
                    models.Q(("contested_at__isnull", False), ("status", "no_show")),
                    _connector="OR",
                ),
                name="jobs_assignment_absent_never_checked_in",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_minutes__gt", models.F("worked_minutes")),
                    ("raised_reason", ""),
                    ("status", "approved"),
                    _negated=True,
                ),
                name="jobs_assignment_raised_has_reason",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at__isnull", True), ("asked_minutes__isnull", True)),
                    models.Q(
                        ("asked_at__isnull", False),
                        ("asked_minutes__isnull", False),
                        models.Q(("asked_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="jobs_assignment_asked_has_reason",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contest_reason", ""), ("contested_at__isnull", True)),
                    models.Q(("contested_at__isnull", False), models.Q(("contest_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="jobs_assignment_contest_has_reason",
            ),
        ),
        migrations.AddField(
            model_name="attendancelog",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="jobs.shiftassignment",
            ),
        ),
        migrations.AddField(
            model_name="attendancelog",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="spell",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spells",
                to="jobs.shiftassignment",
            ),
        ),
        migrations.AddIndex(
            model_name="attendancelog",
            index=models.Index(fields=["assignment", "created_at", "id"], name="jobs_attendancelog_time"),
        ),
        migrations.AddConstraint(
            model_name="attendancelog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "correction__in",
                        [
                            "checked_in_again",
                            "check_out_taken_back",
                            "minutes_asked",
                            "minutes_raised",
                            "minutes_lowered",
                            "check_in_contested",
                            "contest_taken_back",
                            "contest_answered",
                            "no_show_marked",
                            "no_show_taken_back",
                            "no_show_refuted",
                            "decided_in_dispute",
                        ],
                    )
                ),
                name="jobs_attendancelog_correction_known",
            ),
        ),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(fields=["assignment", "started_at", "id"], name="jobs_spell_time"),
        ),
        migrations.AddConstraint(
            model_name="spell",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("assignment",), name="jobs_spell_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="spell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="jobs_spell_ends_after_start",
            ),
        ),
        EnforceTransitions("application", "status", AFTER, previous=BEFORE),
        EnforceTransitions(
            "shiftassignment",
            "status",
            {
                "scheduled": ["checked_in", "approved", "no_show", "canceled"],
                "checked_in": ["checked_out", "no_show"],
                "checked_out": ["checked_in", "approved", "no_show"],
                "approved": [],
                "no_show": ["scheduled", "checked_in", "checked_out", "approved"],
                "canceled": [],
            },
            previous={
                "scheduled": ["checked_in", "no_show", "canceled"],
                "checked_in": ["checked_out"],
                "checked_out": ["approved"],
                "approved": [],
                "no_show": [],
                "canceled": [],
            },
        ),
    ]
