"""The site of the console: unfold's, with a Ctrl+K of our own."""

from time import perf_counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.sites import UnfoldAdminSite

PER_PAGE = 100


class Console(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What was typed is looked for each time. Unfold keeps what it found for five minutes, under the term in small
        letters: rights that were taken meanwhile, names that changed, and of two references the one in other capitals.
        """
        # It knows the lists, which know the site.
        from payshift.operations.command import find_anything, find_screens

        started, typed = perf_counter(), request.GET.get("s", "").strip()
        if not typed:
            return HttpResponse()
        found = [*find_screens(self.get_sidebar_list(request), typed), *find_anything(request, typed)]
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "results": page,
            "page_obj": page.paginator,
            "page_counter": page.start_index() - 1,
            "execution_time": perf_counter() - started,
        }
        return TemplateResponse(
            request, "unfold/helpers/command_results.html", context, headers={"HX-Trigger": "search"}
        )
