from django.db.models import Model, QuerySet

from payment.sandbox.calls import Call, Json
from payment.sandbox.flutterwave.envelope import refuse

PER_PAGE = 20


def page_of[M: Model](call: Call, queryset: QuerySet[M, M]) -> tuple[list[M], Json]:
    """Numbered pages of 20, as v3 has them."""
    given = call.query.get("page", "1")
    if not given.isdigit() or not 1 <= int(given) <= 10**9:
        raise refuse("page must be a positive number")
    page, total = int(given), queryset.count()
    rows = list(queryset[(page - 1) * PER_PAGE : page * PER_PAGE])
    pages = {"total": total, "current_page": page, "total_pages": -(-total // PER_PAGE)}
    return rows, {"page_info": pages}
