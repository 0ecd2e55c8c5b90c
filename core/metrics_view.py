"""`/metrics`: in production with `Authorization: Bearer <METRICS_TOKEN>`, and not there at all without that setting."""

import hmac
from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from core.metrics import counted_families
from core.metrics_gauges import database_gauges


class Everything(Collector):
    def collect(self) -> Iterable[Metric]:
        yield from counted_families()
        yield from database_gauges.collect()


registry = CollectorRegistry()
registry.register(Everything())


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Money totals are in there: whoever may not see them learns nothing."""
    if not settings.DEBUG and not settings.METRICS_TOKEN:
        raise Http404
    if settings.METRICS_TOKEN and not _token_is_right(request.headers.get("Authorization", "")):
        return HttpResponse("A bearer token is needed.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


def _token_is_right(authorization: str) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(authorization.encode(), expected.encode())
