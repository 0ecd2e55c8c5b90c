from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = "Reputation"

    def ready(self) -> None:
        from rating import cached

        cached.declare()
