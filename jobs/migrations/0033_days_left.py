"""Which days of a job have a free place: counted per shift, and kept on the job.

`is_open` was made of the job's own columns; now a trigger makes it, which looks at the shifts as well. Dropping the
expression of a generated column keeps its values and its indexes, and rewrites nothing.
"""

from django.db import migrations, models

DROP_EXPRESSION = """
ALTER TABLE jobs_job ALTER COLUMN is_open DROP EXPRESSION;
ALTER TABLE jobs_job ALTER COLUMN is_open SET DEFAULT false;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0032_staff_notes")]
    operations = [
        migrations.AddField("shift", "taken_count", models.IntegerField(db_default=0, default=0, editable=False)),
        migrations.AddField("job", "open_until", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField("job", "part_open", models.BooleanField(db_default=False, default=False, editable=False)),
        migrations.AddField(
            "application", "fills_in", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.SeparateDatabaseAndState(
            # Backwards the trigger goes on, with the rule of before; see the next migration.
            [migrations.RunSQL(DROP_EXPRESSION, migrations.RunSQL.noop)],
            [
                migrations.AlterField(
                    "job", "is_open", models.BooleanField(db_default=False, default=False, editable=False)
                )
            ],
        ),
    ]
