from jobs.api import (  # noqa: F401  (each adds its operations)
    applications,
    assignments,
    calendar,
    client,
    favourites,
    invitations,
    jobs,
    keeping,
    reports,
    searches,
    series,
    templates,
    workers,
)
from jobs.api.router import router

__all__ = ["router"]
