from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: it reads the whole table, and must not hold the locks of the migration before meanwhile."""

    atomic = False
    dependencies = [("rating", "0004_hidden")]
    operations = [
        ValidateConstraint("review", "rating_review_hidden_weighs_nothing"),
        AddIndexConcurrently(
            "review", models.Index(condition=models.Q(("is_hidden", True)), fields=["id"], name="rating_review_hidden")
        ),
    ]
