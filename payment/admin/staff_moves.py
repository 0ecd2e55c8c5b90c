"""Money that staff propose and a second one approves: what waits, who said what, and two buttons."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from core.money import in_naira
from payment.admin.asking import ApproveForm, NoteForm, ask
from payment.models import StaffMove, StaffMoveStatus
from payment.services.staff_moves import approve_move, decline_move


@admin.register(StaffMove)
class StaffMoveAdmin(ReadOnlyAdmin):
    list_display = (
        "kind",
        "status",
        "amount_kobo",
        "user",
        "provider",
        "reason",
        "proposed_by",
        "decided_by",
        "proposed_at",
    )
    list_filter = ("status", "kind", "provider", "proposed_at")
    served = ("status__exact=proposed",)
    list_select_related = ("user", "proposed_by", "decided_by")
    finds = Finds(people=("user_id",), references=("reference",))
    ordering = ("-id",)
    fields = (
        *("kind", "status", "amount_kobo", "user", "provider", "came", "attempt", "chargeback"),
        *("job", "withdrawal", "refund", "reason", "reference"),
        *("proposed_by", "proposed_at", "decided_by", "decided_at", "note"),
    )
    actions_detail = ("approve", "decline")

    def has_approve_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """On what somebody else proposed and nobody decided."""
        waits = StaffMove.objects.filter(pk=object_id or 0, status=StaffMoveStatus.PROPOSED)
        others = waits.exclude(proposed_by_id=request.user.pk or 0)
        return request.user.has_perm("payment.approve_staffmove") and others.exists()

    def has_decline_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        waits = StaffMove.objects.filter(pk=object_id or 0, status=StaffMoveStatus.PROPOSED)
        is_own = waits.filter(proposed_by_id=request.user.pk or 0).exists()
        return is_own or (request.user.has_perm("payment.approve_staffmove") and waits.exists())

    @action(description="Approve", permissions=["approve"], url_path="approve")  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ask(
            self,
            request,
            title=f"Approve: {self._told(object_id)}",
            form=ApproveForm,
            act=lambda _, staff_id: approve_move(staff_id=staff_id, move_id=int(object_id)),
            back="admin:payment_staffmove_changelist",
            about=StaffMove.objects.get(pk=object_id),
            done="approved",
        )

    @action(description="Decline", permissions=["decline"], url_path="decline")  # type: ignore[untyped-decorator]
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ask(
            self,
            request,
            title=f"Decline: {self._told(object_id)}",
            form=NoteForm,
            act=lambda given, staff_id: decline_move(staff_id=staff_id, move_id=int(object_id), note=given["note"]),
            back="admin:payment_staffmove_changelist",
            about=StaffMove.objects.get(pk=object_id),
            done="declined",
        )

    def _told(self, object_id: str) -> str:
        """What the second person puts a name to, in the words of the first."""
        move = StaffMove.objects.select_related("user").get(pk=object_id)
        whose = f" to {move.user.email}" if move.user else ""
        at = f" at {move.provider}" if move.provider else ""
        return f"{move.get_kind_display()} of {in_naira(move.amount_kobo)}{whose}{at}: {move.reason}"
