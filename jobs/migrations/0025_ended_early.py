"""Shifts that the client ended early. A release that knows none goes on writing assignments without."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

CORRECTIONS = [
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
    ("ended_early", "Ended Early"),
    ("decided_in_dispute", "Decided In Dispute"),
]


class Migration(migrations.Migration):
    dependencies = [("jobs", "0024_breaks_checked")]
    operations = [
        migrations.AddField("shiftassignment", "ended_early_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("shiftassignment", "least_minutes", models.IntegerField(db_default=0, default=0)),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_minutes", 0),
                    models.Q(("ended_early_at__isnull", False), ("least_minutes__gt", 0)),
                    _connector="OR",
                ),
                name="jobs_assignment_least_of_ended_early",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_minutes__lt", models.F("least_minutes")), ("status", "approved"), _negated=True
                ),
                name="jobs_assignment_least_is_paid",
            ),
        ),
        migrations.AlterField("attendancelog", "correction", models.CharField(choices=CORRECTIONS, max_length=24)),
        migrations.RemoveConstraint("attendancelog", "jobs_attendancelog_correction_known"),
        AddConstraintNotValid(
            model_name="attendancelog",
            constraint=models.CheckConstraint(
                condition=models.Q(("correction__in", [name for name, _ in CORRECTIONS])),
                name="jobs_attendancelog_correction_known",
            ),
        ),
    ]
