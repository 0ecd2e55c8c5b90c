"""Where people are logged in, and which codes they were sent. Hashes stay hidden."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import OTP, Device
from accounts.services.banning import end_devices


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "name", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "name")
    ordering = ("-id",)
    fields = (
        "user",
        "name",
        "created_at",
        "last_used_at",
        "rotated_at",
        "generation",
        "access_expires_at",
        "refresh_expires_at",
        "expires_at",
        "revoked_at",
    )
    actions = ("end",)

    @admin.action(description="Log out on selected devices", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        ended = end_devices(device_ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"{ended} devices were logged out.")

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_device")


@admin.register(OTP)
class OTPAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "purpose", "sent_to", "created_at", "expires_at", "tries", "is_verified", "is_live")
    list_filter = ("purpose", "is_verified", "is_live", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "sent_to")
    ordering = ("-created_at", "-id")
    fields = ("user", "purpose", "sent_to", "created_at", "expires_at", "tries", "is_verified", "is_live")
