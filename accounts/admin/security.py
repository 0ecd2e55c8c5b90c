"""Where people are logged in, which codes they were sent, who has a second factor. Hashes and secrets stay hidden."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import OTP, CustomUser, Device, EarlierAccess, RecoveryCode, SecondFactor
from accounts.services.banning import end_devices
from accounts.services.second_factor_setup import remove_second_factor
from core.errors import Forbidden, InvalidState


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "name", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
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
    deeds = ("end",)

    @deed("Log out", done="logged out", permission="end", applies=lambda device: device.revoked_at is None)
    def end(self, device: Device, given: dict[str, Any], staff_id: int) -> None:
        if not end_devices(device_ids=[device.pk]):
            raise InvalidState("It is logged out already.")

    def has_end_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("accounts.change_device")


@admin.register(EarlierAccess)
class EarlierAccessAdmin(ReadOnlyAdmin):
    list_display = ("id", "person", "device", "expires_at")
    list_filter = ("expires_at",)
    list_select_related = ("device__user",)
    finds = Finds(people=("device__user_id",))
    ordering = ("-id",)
    fields = ("device", "expires_at")

    @admin.display(description="user")
    def person(self, access: EarlierAccess) -> str:
        return str(access.device.user)


@admin.register(OTP)
class OTPAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "purpose", "sent_to", "created_at", "expires_at", "tries", "is_verified", "is_live")
    list_filter = ("purpose", "is_verified", "is_live", "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-created_at", "-id")
    fields = ("user", "purpose", "sent_to", "created_at", "expires_at", "tries", "is_verified", "is_live")


@admin.register(SecondFactor)
class SecondFactorAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "created_at", "confirmed_at", "tries", "last_tried_at")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = ("user", "created_at", "confirmed_at", "tries", "last_tried_at")
    deeds = ("switch_off",)

    @deed("Switch off", done="switched off", permission="switch_off")
    def switch_off(self, factor: SecondFactor, given: dict[str, Any], staff_id: int) -> CustomUser:
        """For people who lost phone and recovery codes. Of staff, only a superuser's own hand: otherwise any staff
        could open the door to any other. In the history of the person as well, whose door it is."""
        if factor.user.is_staff and not CustomUser.objects.filter(pk=staff_id, is_superuser=True).exists():
            raise Forbidden("Of staff, only a superuser switches it off.")
        remove_second_factor(user_id=factor.user_id)
        return factor.user

    def has_switch_off_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("accounts.delete_secondfactor")


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(ReadOnlyAdmin):
    list_display = ("id", "person", "used_at")
    list_filter = (("used_at", admin.EmptyFieldListFilter),)
    list_select_related = ("factor__user",)
    finds = Finds(people=("factor__user_id",))
    ordering = ("-id",)
    fields = ("factor", "used_at")

    @admin.display(description="user")
    def person(self, code: RecoveryCode) -> str:
        return str(code.factor.user)
