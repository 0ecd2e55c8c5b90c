"""Time beyond the shift that both agreed on. A release that knows none writes jobs and assignments without."""

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
    ("extra_time_agreed", "Extra Time Agreed"),
    ("decided_in_dispute", "Decided In Dispute"),
]


class Migration(migrations.Migration):
    dependencies = [("jobs", "0035_places_counted")]
    operations = [
        migrations.AddField("job", "extra_kobo", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("shiftassignment", "extra_minutes", models.IntegerField(db_default=0, default=0)),
        migrations.AddField("shiftassignment", "extra_kobo", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("shiftassignment", "extra_offered_minutes", models.IntegerField(blank=True, null=True)),
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("extra_kobo__gte", 0)), name="jobs_job_extra_not_negative"
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extra_kobo", 0), ("extra_minutes", 0)),
                    models.Q(
                        ("extra_kobo__gt", 0),
                        ("extra_kobo__lte", models.F("wage_kobo") + models.F("fee_kobo")),
                        ("extra_minutes__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="jobs_assignment_extra_within_price",
            ),
        ),
        AddConstraintNotValid(
            model_name="shiftassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extra_offered_minutes__isnull", True), ("extra_offered_minutes__gte", 1), _connector="OR"
                ),
                name="jobs_assignment_extra_offer_positive",
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
