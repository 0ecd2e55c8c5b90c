from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import checks, grants  # noqa: F401  (registers the system checks)
        from core.cache import lineage
        from core.postgresql.base import ON_NEW_CONNECTION

        ON_NEW_CONNECTION.append(lineage.look_at)

        if not settings.TIME_TRAVEL:
            # What may move the clock may also date a posting (payment's migration `recorded_at`).
            grants.no_direct_writes("core_clockoffset")

        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from core import tracing

            tracing.start()
