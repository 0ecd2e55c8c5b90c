"""Where staff are, in the words of the side bar: a screen has one name."""

from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.db.models.options import Options
from django.template.context import Context
from django.urls import reverse

from accounts.row_names import named
from payshift.operations.look import GROUPS

register = template.Library()

PLACES: dict[str, tuple[str, str]] = {
    model: (group, screen) for group, screens in GROUPS for screen, model, _ in screens
}


@register.inclusion_tag("operations/path.html", takes_context=True)
def screen_path(context: Context) -> dict[str, Any]:
    """Group, list and row; on pages of our own their title."""
    parts: list[tuple[str, str]] = []
    opts, row = context.get("opts"), context.get("original") or context.get("object")
    if isinstance(opts, Options) and opts.label_lower in PLACES:
        group, screen = PLACES[opts.label_lower]
        # Not to the list, where one is there.
        is_here = isinstance(context.get("cl"), ChangeList)
        address = f"admin:{opts.app_label}_{opts.model_name}"
        parts += [(group, ""), (screen, "" if is_here else reverse(f"{address}_changelist"))]
        if isinstance(row, Model):
            parts.append((named(row), reverse(f"{address}_change", args=[row.pk])))
        elif not is_here:
            parts.append((str(context.get("title") or ""), ""))
    else:
        parts.append((str(context.get("title") or ""), ""))
    return {"parts": parts}


@register.simple_tag(takes_context=True)
def screen_title(context: Context) -> str:
    """Of the window: the list's name, or the row's."""
    cl, row = context.get("cl"), context.get("original")
    if isinstance(cl, ChangeList) and cl.opts.label_lower in PLACES:
        return PLACES[cl.opts.label_lower][1]
    return named(row) if isinstance(row, Model) else str(context.get("title") or "")
