from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rating", "0003_weighs_online")]
    operations = [
        migrations.AddField("review", "is_hidden", models.BooleanField(db_default=False, default=False)),
        AddConstraintNotValid(
            "review",
            models.CheckConstraint(
                condition=models.Q(("is_hidden", False), ("weighs", False), _connector="OR"),
                name="rating_review_hidden_weighs_nothing",
            ),
        ),
    ]
