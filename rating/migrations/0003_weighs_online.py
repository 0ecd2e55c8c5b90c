from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Reviews go on meanwhile.
    atomic = False
    dependencies = [("rating", "0002_weighs")]
    operations = [
        AddIndexConcurrently(
            "review",
            models.Index(
                fields=["reviewed", "-created_at", "-id"], include=("rating", "weighs"), name="rating_review_weighed"
            ),
        ),
        RemoveIndexConcurrently("review", "rating_review_received"),
    ]
