from jobs.api import applications, assignments, calendar, client, favourites, invitations, jobs, keeping  # noqa: F401  (each adds its operations)
from jobs.api.router import router

__all__ = ["router"]
