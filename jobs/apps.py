from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate

from core import grants
from core.dated import as_sql_function
from core.queries import set_budget

# The bounds that triggers ask for, and the settings that they are made of.
BOUNDS = {"jobs_minimum_rate": "MINIMUM_RATE_KOBO", "jobs_longest_shift": "LONGEST_SHIFT_MINUTES"}


def set_bounds(*, using: str, **_: object) -> None:
    """`migrate` gives the database the operator's bounds of terms."""
    with connections[using].cursor() as cursor:
        for function, name in BOUNDS.items():
            cursor.execute("SELECT to_regprocedure(%s)", [f"{function}(date)"])
            if cursor.fetchone()[0] is not None:
                cursor.execute(as_sql_function(function, getattr(settings, name)))


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Work"

    def ready(self) -> None:
        from jobs import cached, exceptions  # noqa: F401  (registers constraint names)
        from jobs.services import forgetting

        cached.declare()
        forgetting.declare()
        post_migrate.connect(set_bounds, sender=self)

        # DESIGN.md 3, R1: the owner's view of a job shows applications, assignments, shifts and escrow.
        set_budget("get_client_job", 5)
        # Who accepted whom, and when, is evidence: a trigger keeps it for years.
        grants.never_rewritten("jobs_applicationstatuslog")
        grants.never_rewritten("jobs_staffnote")
