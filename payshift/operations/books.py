"""Admin's Books page: what the last ledger check found, and a button that runs it again."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from core import clock
from core.models import SelfCheck
from core.money import in_naira, naira
from core.self_checks import last_check
from core.words import counted
from payment.metrics import money_figures
from payment.models import AccountKind
from payment.services.ledger_check import BOOKS, CHECKS
from payment.tasks import check_books
from payshift.operations.page import StaffPage, Table


class BooksPage(StaffPage):
    title = "Books"
    permission_required = "payment.view_ledgeraccount"
    template_name = "operations/books.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = last_check(BOOKS)
        return super().get_context_data(
            check=check,
            is_queued=is_queued(),
            suspense=in_naira(money_figures().suspense_kobo),
            tables=tables(check),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """By a job: all of the books are read, which may take minutes, and a request has seconds."""
        try:
            # The refusal of a second job of the kind is a constraint: a savepoint keeps it from the request's reads.
            with transaction.atomic():
                check_books.defer(timestamp=int(clock.now().timestamp()))
            messages.success(request, "The check is queued: this page shows its result when it has run.")
        except AlreadyEnqueued:
            messages.info(request, "A check is queued already.")
        return HttpResponseRedirect(reverse("admin:books"))


def tables(check: SelfCheck | None) -> list[Table]:
    if check is None:
        return [Table("What is checked", ("Check",), [(name,) for name in CHECKS])]
    checked = Table("What is checked", ("Check", "Result"), [(name, result_of(name, check)) for name in CHECKS])
    sums = [(kind.label.capitalize(), f"{kind}_kobo") for kind in AccountKind]
    rows = [(label, naira(check.figures[key])) for label, key in sums if key in check.figures]
    balances = Table(
        "Balances when last checked",
        ("Accounts", "₦"),
        [*rows, ("Sum", naira(check.figures["sum_kobo"]))],
        note="Above zero is what we owe people or have earned. Below zero is what others hold for us or owe us.",
    )
    found = [Table("Differences", ("Difference",), [(line,) for line in check.findings])] if check.findings else []
    return [*found, balances, checked]


def result_of(name: str, check: SelfCheck) -> str:
    """By the check's findings, which begin with its name. Of very many only the first are kept: then nobody knows."""
    found = sum(line.startswith(f"{name}: ") for line in check.findings)
    if found:
        return counted(found, "difference")
    return "right" if check.differences <= len(check.findings) else "not among those that were kept"


def is_queued() -> bool:
    return ProcrastinateJob.objects.filter(task_name=check_books.name, status__in=["todo", "doing"]).exists()
