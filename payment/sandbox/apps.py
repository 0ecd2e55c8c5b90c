from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SandboxConfig(AppConfig):
    name = "payment.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox gateway"

    def ready(self) -> None:
        # A gateway that says "paid" to whoever presses Pay must not exist where money is real.
        if not settings.DEBUG:
            raise ImproperlyConfigured(
                "The sandbox gateway is for development and tests: it does not start with DEBUG off."
            )
