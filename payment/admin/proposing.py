"""Forms that propose money to be moved by somebody else's approval."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse

from payment.admin.asking import OnceForm, ask
from payment.models import StaffMoveKind
from payment.services.staff_moves import propose_move


def propose(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    title: str,
    form: type[OnceForm],
    kind: StaffMoveKind | None = None,
    **about: int,
) -> HttpResponse:
    """Ask for it with `form`, or the kind that it asks for. `about`: which row, as the move names it."""
    return ask(
        admin,
        request,
        title=title,
        form=form,
        act=lambda given, staff_id: propose_move(
            staff_id=staff_id,
            kind=kind or given["kind"],
            amount_kobo=given["amount_kobo"],
            reason=given["reason"],
            reference=given["reference"],
            user_id=given.get("user_id"),
            provider=given.get("provider", ""),
            **about,
        ),
        back="admin:payment_staffmove_changelist",
        done="proposed",
    )
