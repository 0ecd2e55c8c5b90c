from django.db import migrations, models

# The trigger that EnforceTransitions creates decides in its WHEN condition; this only says no, in the form of a CHECK
# violation with a constraint name, so that it maps to a problem like every other constraint.
REFUSE_TRANSITION = """
CREATE FUNCTION core_refuse_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.%: % does not lead to %', TG_TABLE_NAME, TG_ARGV[0],
        to_jsonb(OLD) ->> TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[0]
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END $$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(REFUSE_TRANSITION, "DROP FUNCTION core_refuse_transition()"),
        migrations.CreateModel(
            name="ClockOffset",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("offset", models.DurationField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="core_clockoffset_single_row")
                ],
            },
        ),
    ]
