from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import cached
        from accounts.models import Notification
        from core.retention import forget

        cached.declare()

        forget("notifications", rows=Notification.objects.all, made="created_at", days="KEPT_NOTIFICATIONS_DAYS")
