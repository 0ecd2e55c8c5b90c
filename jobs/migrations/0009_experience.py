"""Experience in a trade, counted in an index: each approved assignment names its job's trade."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE jobs_shiftassignment s SET industry_id = j.industry_id, subcategory_id = j.subcategory_id
FROM jobs_application a JOIN jobs_job j ON j.id = a.job_id WHERE a.id = s.application_id
"""


def trade(model: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        f"jobs.{model}", django.db.models.deletion.PROTECT, related_name="+", db_index=False, **options
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_search_words_as_written")]
    operations = [
        migrations.AddField("shiftassignment", "industry", trade("jobindustry", null=True)),
        migrations.AddField("shiftassignment", "subcategory", trade("jobsubcategory", null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The keys of the rows just written are checked at the end: before the table is altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("shiftassignment", "industry", trade("jobindustry")),
        migrations.AddIndex(
            "shiftassignment",
            models.Index(
                fields=["worker", "industry", "subcategory"],
                name="jobs_assignment_experience",
                condition=models.Q(status="approved"),
            ),
        ),
    ]
