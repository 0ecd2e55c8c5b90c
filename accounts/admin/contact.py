"""What people were told, and how they want to be told."""

from django.contrib import admin

from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import Notification, NotificationPreference, PushSubscription, QuietHours


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "kind", "title", "created_at", "read_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "kind", "in_app", "email", "push")
    list_filter = ("kind", "in_app", "email", "push")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnlyAdmin):
    """Where a device's messages go is nobody's business, and its keys are secret."""

    list_display = ("id", "person", "device", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("device__user",)
    finds = Finds(people=("device__user_id",))
    ordering = ("-id",)
    fields = ("device", "created_at")

    @admin.display(description="user")
    def person(self, subscription: PushSubscription) -> str:
        return str(subscription.device.user)


@admin.register(QuietHours)
class QuietHoursAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "start_time", "end_time", "time_zone")
    list_filter = ("time_zone",)
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
