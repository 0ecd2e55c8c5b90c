import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# Not validated under the lock: the next migration does that.
COLUMN = """
ALTER TABLE payment_dispute ADD COLUMN proposed_by_id bigint NULL;
ALTER TABLE payment_dispute ADD CONSTRAINT payment_dispute_proposed_by FOREIGN KEY (proposed_by_id)
    REFERENCES accounts_customuser (id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0043_chargeback_won_by_two_validated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(COLUMN, "ALTER TABLE payment_dispute DROP COLUMN proposed_by_id"),
            ],
            state_operations=[
                migrations.AddField(
                    model_name="dispute",
                    name="proposed_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="dispute",
            name="proposed_resolution",
            field=models.CharField(
                blank=True,
                choices=[("worker", "to the worker"), ("client", "to the client"), ("split", "Split")],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="proposed_to_worker_kobo",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposed_by__isnull", True), ("proposed_resolution", ""), ("proposed_to_worker_kobo", 0)
                    ),
                    models.Q(
                        ("proposed_by__isnull", False),
                        ("proposed_resolution__in", ["worker", "client", "split"]),
                        ("proposed_to_worker_kobo__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="payment_dispute_proposal_is_whole",
            ),
        ),
        AddConstraintNotValid(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "resolved"), _negated=True),
                    ("proposed_by__isnull", True),
                    models.Q(("resolved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="payment_dispute_two_people",
            ),
        ),
    ]
