from django.apps import AppConfig

from core import grants


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Work"

    def ready(self) -> None:
        from jobs import cached, exceptions  # noqa: F401  (registers constraint names)

        cached.declare()

        # Who accepted whom, and when, is evidence.
        grants.append_only("jobs_applicationstatuslog")
