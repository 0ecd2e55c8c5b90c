"""Ctrl+K: screens by their names; people, jobs and rows of money by what somebody says on the phone, for those who may
look at their lists."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from accounts.admin.finding import find
from accounts.admin.reading import StaffAdmin
from accounts.admin.terms import Term, read_term
from accounts.models import CustomUser
from jobs.models import Job

# In this order. People by all that names them; the others by what is their own, and their lists find the rest.
LISTS = (
    "accounts.customuser",
    "jobs.job",
    "jobs.shiftassignment",
    "payment.payment",
    "payment.paymentattempt",
    "payment.refund",
    "payment.withdrawal",
    "payment.receipt",
    "payment.deposit",
    "payment.virtualaccount",
    "payment.chargeback",
    "payment.dispute",
    "payment.staffmove",
    "payment.ledgertransaction",
    "payment.webhookevent",
    "rating.review",
)
FEW = 8


def find_screens(side_bar: list[dict[str, Any]], typed: str) -> list[SearchResult]:
    """By a part of the name that the side bar has for them, where that offers them."""
    return [
        SearchResult(
            title=screen["title"], description=group["title"] or "First page", link=screen["link"], icon=screen["icon"]
        )
        for group in side_bar
        for screen in group["items"]
        if screen["has_permission"] and typed.casefold() in screen["title"].casefold()
    ]


def find_anything(request: HttpRequest, typed: str) -> list[SearchResult]:
    term = read_term(typed)
    return [] if term is None else list(_found(request, term))


def _found(request: HttpRequest, term: Term) -> Iterator[SearchResult]:
    for label in LISTS:
        screen = admin.site._registry[apps.get_model(label)]
        if not isinstance(screen, StaffAdmin) or not screen.has_view_permission(request):
            continue
        finds = screen.finds if label == CustomUser._meta.label_lower else screen.finds.own()
        for row in find(screen.get_queryset(request), finds, term).rows.order_by("-pk")[:FEW]:
            yield _shown(row)


def _shown(row: Model) -> SearchResult:
    if isinstance(row, CustomUser):
        person = reverse("admin:person_everything", args=[row.pk])
        return SearchResult(title=row.name or row.email, description=row.email, link=person, icon="person")
    kind = str(row._meta.verbose_name)
    if isinstance(row, Job):
        job = reverse("admin:job_everything", args=[row.pk])
        return SearchResult(title=f"{row.title}, number {row.pk}", description=kind, link=job, icon="work")
    change = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return SearchResult(title=str(row), description=kind, link=reverse(change, args=[row.pk]), icon="data_object")
