"""Operations, outside the API; in development also the mail box."""

from django.conf import settings
from django.urls import path

from core import health, mailbox, metrics_view

operations = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics_view.metrics, name="metrics"),
]

# One-time codes are in there: never mounted in production.
development = [
    path("dev/mailbox/", mailbox.mailbox, name="mailbox"),
    path("dev/mailbox.json", mailbox.mailbox_json, name="mailbox_json"),
    path("dev/mailbox/<str:message_id>/", mailbox.mailbox_message, name="mailbox_message"),
]

urlpatterns = operations + (development if settings.DEBUG else [])
