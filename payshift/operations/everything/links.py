"""Links from staff's own pages to admin's, for those who may follow them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job

type May = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, with a link or without."""

    text: str
    link: str = ""

    def __str__(self) -> str:
        return self.text


def may_view(may: May, model: type[Model]) -> bool:
    return may(f"{model._meta.app_label}.view_{model._meta.model_name}")


def to_row(may: May, model: type[Model] | None, pk: int | None) -> str:
    """The page of a row; nothing without one, or without the right."""
    if model is None or pk is None or not may_view(may, model):
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def to_list(may: May, model: type[Model], **filters: object) -> str:
    if not may_view(may, model):
        return ""
    return f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?{urlencode(filters)}"


def to_person(may: May, person: CustomUser | None) -> Cell:
    if person is None:
        return Cell("")
    link = reverse("admin:person_everything", args=[person.pk]) if may_view(may, CustomUser) else ""
    return Cell(person.name or person.email, link)


def to_job(may: May, job: Job) -> Cell:
    return Cell(job.title, reverse("admin:job_everything", args=[job.pk]) if may_view(may, Job) else "")
