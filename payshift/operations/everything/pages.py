"""The two pages, under the addresses of their objects."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import BankAccount, CustomUser, Device, Notification
from core.errors import PayshiftError
from jobs.models import Application, Job, Report, ShiftAssignment
from payment.admin.papers import RIGHTS, statements_of
from payment.documents.opening import DocumentKind
from payshift.operations.everything.links import Cell, May, to_list, to_person, to_row
from payshift.operations.everything.moments import in_lagos
from payshift.operations.everything.money import Money, money_of_job, money_of_person
from payshift.operations.everything.notes import MAY_WRITE, NoteForm, keep_note, newest_notes
from payshift.operations.page import StaffPage
from payshift.selectors.timelines.events import Event, Timeline
from payshift.selectors.timelines.of_job import timeline_of_job
from payshift.selectors.timelines.of_person import timeline_of_person
from rating.models import Review


class EverythingPage(StaffPage):
    """What is on it depends on what its reader may look at: each part asks for the right to its rows."""

    template_name = "operations/everything.html"
    model: ClassVar[type[Model]]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep a note. A refusal stays on the form."""
        if not request.user.has_perm(MAY_WRITE):
            raise PermissionDenied
        form, about = NoteForm(request.POST), get_object_or_404(self.about(), pk=self.kwargs["pk"])
        if form.is_valid():
            try:
                keep_note(about, form, request.user.pk or 0)
            except PayshiftError as refusal:
                form.add_error(None, refusal.detail)
            else:
                return HttpResponseRedirect(f"{request.path}#notes")
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        about: Any = get_object_or_404(self.about(), pk=self.kwargs["pk"])
        may = self.request.user.has_perm
        self.title = str(about)
        form = kwargs.pop("form", None) or (NoteForm() if may(MAY_WRITE) else None)
        found = self.timeline(about, may, self.request.GET.get("before", ""))
        return super().get_context_data(
            about=about,
            record=to_row(may, self.model, about.pk),
            acts=self.acts(about),
            facts=self.facts(about, may),
            elsewhere=[(name, link) for name, link in self.elsewhere(about, may) if link],
            money=self.money(about, may),
            notes=newest_notes(about, may),
            form=form,
            events=[(event, *_cells(event, may)) for event in found.events],
            older=found.older,
            is_newest="before" not in self.request.GET,
            opts=self.model._meta,
            **kwargs,
        )

    def acts(self, about: Model) -> Sequence[Any]:
        """What may be done to it now, as on the page of its record."""
        offered: Sequence[Any] = admin.site._registry[self.model].get_actions_detail(self.request, about.pk)  # type: ignore[attr-defined]
        return [(act.description, reverse(f"admin:{act.action_name}", args=[about.pk])) for act in offered]

    def about(self) -> Any:
        raise NotImplementedError

    def timeline(self, about: Any, may: May, before: str) -> Timeline:
        raise NotImplementedError

    def money(self, about: Any, may: May) -> Money | None:
        raise NotImplementedError

    def facts(self, about: Any, may: May) -> Sequence[tuple[str, Cell]]:
        raise NotImplementedError

    def elsewhere(self, about: Any, may: May) -> Sequence[tuple[str, str]]:
        raise NotImplementedError


class JobEverything(EverythingPage):
    model = Job
    permission_required = "jobs.view_job"

    def about(self) -> Any:
        return Job.objects.select_related("client", "industry").defer("search")

    def timeline(self, about: Job, may: May, before: str) -> Timeline:
        return timeline_of_job(job_id=about.pk, may=may, before=before)

    def money(self, about: Job, may: May) -> Money | None:
        return money_of_job(about, may)

    def facts(self, about: Job, may: May) -> Sequence[tuple[str, Cell]]:
        return (
            ("State", Cell(about.get_status_display())),
            ("Client", to_person(may, about.client)),
            ("Trade", Cell(about.industry.name)),
            ("Place", Cell(about.location)),
            ("Begins", Cell(in_lagos(about.starts_at))),
            ("Ends", Cell(in_lagos(about.ends_at))),
            ("Workers", Cell(f"{about.accepted_count} of {about.applicants_needed}")),
        )

    def elsewhere(self, about: Job, may: May) -> Sequence[tuple[str, str]]:
        return (
            ("Applications", to_list(may, Application, q=about.pk)),
            ("Assignments", to_list(may, ShiftAssignment, q=about.pk)),
            ("Reports", to_list(may, Report, q=about.pk)),
        )


class PersonEverything(EverythingPage):
    model = CustomUser
    permission_required = "accounts.view_customuser"

    def about(self) -> Any:
        return CustomUser.objects.select_related("profile")

    def timeline(self, about: CustomUser, may: May, before: str) -> Timeline:
        return timeline_of_person(user_id=about.pk, may=may, before=before)

    def money(self, about: CustomUser, may: May) -> Money | None:
        return money_of_person(about, may)

    def facts(self, about: CustomUser, may: May) -> Sequence[tuple[str, Cell]]:
        profile = about.profile
        return (
            ("Name", Cell(about.name)),
            ("E-mail", Cell(about.email)),
            ("Phone", Cell(profile.phone)),
            ("Role", Cell(about.get_role_display())),
            ("Standing", Cell("banned" if about.banned_at else "active" if about.is_active else "closed")),
            ("Joined", Cell(in_lagos(profile.joined_at))),
            ("Rating", Cell("-" if profile.rating is None else f"{profile.rating} ({profile.reviews_count})")),
            ("Shifts worked", Cell(str(profile.approved_count))),
            ("No-shows", Cell(str(profile.no_show_count))),
        )

    def elsewhere(self, about: CustomUser, may: May) -> Sequence[tuple[str, str]]:
        models: dict[str, type[Model]] = {
            "Jobs": Job,
            "Applications": Application,
            "Assignments": ShiftAssignment,
            "Reviews": Review,
            "Reports": Report,
            "Devices": Device,
            "Bank account": BankAccount,
            "Notifications": Notification,
        }
        statements = statements_of(about) if may(RIGHTS[DocumentKind.STATEMENT]) else []
        return [*((name, to_list(may, model, q=about.email)) for name, model in models.items()), *statements]


def _cells(event: Event, may: May) -> tuple[str, str, Cell, Cell]:
    """When, the link, whom it is about, and who did it, where that is somebody else."""
    by = event.by if event.by != event.about else None
    return in_lagos(event.at), to_row(may, event.opens, event.opens_id), to_person(may, event.about), to_person(may, by)
