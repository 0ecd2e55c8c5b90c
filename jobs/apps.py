from django.apps import AppConfig

from core import grants
from core.queries import set_budget


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Work"

    def ready(self) -> None:
        from jobs import cached, exceptions  # noqa: F401  (registers constraint names)

        cached.declare()

        # DESIGN.md 3, R1: the owner's view of a job shows applications, assignments, shifts and escrow.
        set_budget("get_client_job", 5)
        # Who accepted whom, and when, is evidence.
        grants.append_only("jobs_applicationstatuslog")
