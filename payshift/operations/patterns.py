"""Admin's page of patterns: what the search of last night found, with the people and the job of each."""

from typing import Any

from accounts.models import CustomUser
from core.self_checks import last_check
from jobs.models import Job
from payshift.operations.everything.links import Cell, May, to_job, to_person
from payshift.operations.everything.moments import in_lagos
from payshift.operations.page import StaffPage
from payshift.services.patterns import PATTERNS


class PatternsPage(StaffPage):
    title = "Patterns"
    # Whoever may keep somebody out is who needs to know.
    permission_required = "accounts.ban_customuser"
    template_name = "operations/patterns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = last_check(PATTERNS)
        found: list[dict[str, Any]] = check.findings if check else []
        return super().get_context_data(
            checked=in_lagos(check.checked_at) if check else "",
            count=check.differences if check else 0,
            shown=len(found),
            rows=rows(found, self.request.user.has_perm),
            **kwargs,
        )


def rows(found: list[dict[str, Any]], may: May) -> list[tuple[str, list[Cell], Cell]]:
    """In two queries, however many: people who closed their accounts since are left out."""
    people = CustomUser.objects.in_bulk({pk for pattern in found for pk in pattern["people"]})
    jobs = Job.objects.planned().in_bulk({pattern["job_id"] for pattern in found if pattern["job_id"]})
    return [
        (
            pattern["says"],
            [to_person(may, people[pk]) for pk in pattern["people"] if pk in people],
            to_job(may, jobs[pattern["job_id"]]) if pattern["job_id"] in jobs else Cell(""),
        )
        for pattern in found
    ]
