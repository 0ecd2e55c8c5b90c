"""The ground of admin's own pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.views.generic import TemplateView
from unfold.views import UnfoldSiteViewMixin


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for `operations/table.html`: the first column is text, the others are figures."""

    heading: str
    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""
    empty: str = "Nothing yet."


class StaffPage(UnfoldSiteViewMixin, TemplateView):  # type: ignore[misc]  # unfold has no types
    """For staff with `permission_required`; everybody else of staff gets a 403."""

    title: str
    permission_required: str
