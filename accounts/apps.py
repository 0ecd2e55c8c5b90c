from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import cached
        from accounts.models import Notification
        from accounts.staff_proof import note_log_in
        from core.retention import forget

        cached.declare()
        user_logged_in.connect(note_log_in)

        forget("notifications", rows=Notification.objects.all, made="created_at", days="KEPT_NOTIFICATIONS_DAYS")
