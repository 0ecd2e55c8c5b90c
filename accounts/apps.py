from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import cached
        from accounts.services import forgetting

        cached.declare()
        forgetting.declare()
