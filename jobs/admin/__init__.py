"""Work for staff: find a job, follow its people, answer what is reported."""

from jobs.admin.reports import ReportAdmin
from jobs.admin.work import JobAdmin

__all__ = ["JobAdmin", "ReportAdmin"]
