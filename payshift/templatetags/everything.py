"""From the record of a job or a person to the page with everything about it."""

from django import template
from django.db.models import Model
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job

register = template.Library()

PAGES: dict[type[Model], str] = {Job: "admin:job_everything", CustomUser: "admin:person_everything"}


@register.simple_tag
def everything_link(row: Model | None) -> str:
    """Empty for rows that have no such page. Whoever may look at the record may look at that page."""
    name = PAGES.get(type(row), "") if row is not None else ""
    return reverse(name, args=[row.pk]) if row is not None and name else ""
