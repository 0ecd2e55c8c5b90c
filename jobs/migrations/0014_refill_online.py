"""What `0013` left to be done without holding up writers: checks validated, and indexes built."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

# One per worker and job; again after one that was withdrawn, or now also closed, before it was accepted.
AGAIN = """
CREATE UNIQUE INDEX CONCURRENTLY jobs_application_again ON jobs_application (job_id, applicant_id)
WHERE NOT (status IN ({})) OR accepted_at IS NOT NULL
"""
SWAP = [
    "DROP INDEX CONCURRENTLY jobs_application_once",
    "ALTER INDEX jobs_application_again RENAME TO jobs_application_once",
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("jobs", "0013_refill")]
    operations = [
        ValidateConstraint("application", "jobs_application_status_known"),
        ValidateConstraint("application", "jobs_application_offer_lasts"),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["offers_until"], name="jobs_job_offers_until", condition=Q(offers_until__isnull=False)
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([AGAIN.format("'withdrawn', 'closed'"), *SWAP], [AGAIN.format("'withdrawn'"), *SWAP])
            ],
            state_operations=[
                migrations.RemoveConstraint("application", "jobs_application_once"),
                migrations.AddConstraint(
                    "application",
                    models.UniqueConstraint(
                        fields=["job", "applicant"],
                        condition=~Q(status__in=["withdrawn", "closed"]) | Q(accepted_at__isnull=False),
                        name="jobs_application_once",
                    ),
                ),
            ],
        ),
    ]
