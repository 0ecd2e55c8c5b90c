from django.db import migrations

from core.state_machine import EnforceTransitions


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("jobs", "0002_accepted_count")]
    operations = [
        EnforceTransitions(
            "job",
            "status",
            {
                "pending": ["upcoming", "canceled", "expired"],
                "upcoming": ["pending", "ongoing", "canceled", "expired"],
                "ongoing": ["completed"],
                "completed": [],
                "canceled": [],
                "expired": [],
            },
        ),
        EnforceTransitions(
            "application",
            "status",
            {
                "applied": ["accepted", "rejected", "withdrawn", "closed"],
                "accepted": ["completed", "withdrawn", "no_show", "canceled"],
                "rejected": [],
                "withdrawn": [],
                "closed": [],
                "completed": [],
                "no_show": [],
                "canceled": [],
            },
        ),
        EnforceTransitions(
            "shiftassignment",
            "status",
            {
                "scheduled": ["checked_in", "no_show", "canceled"],
                "checked_in": ["checked_out"],
                "checked_out": ["approved"],
                "approved": [],
                "no_show": [],
                "canceled": [],
            },
        ),
    ]
