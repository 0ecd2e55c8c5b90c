from typing import Any

from django.core.management.base import BaseCommand

from core.web_push.vapid import new_private_key


class Command(BaseCommand):
    help = "Make a key for VAPID_PRIVATE_KEY. It is printed and kept nowhere."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_private_key())
