"""`response=list[Schema]` over a select_related queryset, nothing else. The token is checked as the product does it."""

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from accounts.auth import load_actor
from core.actor import Actor, ApiRequest
from core.cache.serving import look_up
from core.cache.tokens import actor_of
from core.pagination import DEFAULT_LIMIT
from jobs.models import Job
from jobs.schemas.job import FoundJobOut
from jobs.selectors.search import open_jobs
from payment.models import Payment
from payment.schemas.payments import PaymentOut
from payment.selectors.payments import party, shown


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        lookup = look_up(token, None)
        return actor_of(lookup) or load_actor(token, lookup)


api = NinjaAPI(urls_namespace="plain", auth=Bearer(), docs_url=None, openapi_url=None)


@api.get("/jobs", response=list[FoundJobOut])
def find_jobs(request: ApiRequest) -> QuerySet[Job]:
    jobs = open_jobs(viewer_id=request.auth.user_id).select_related("industry", "subcategory", "client__profile")
    return jobs.order_by("-created_at", "-id")[:DEFAULT_LIMIT]


@api.get("/users/{int:user_id}/payments", response=list[PaymentOut])
def list_payments(request: ApiRequest, user_id: int) -> QuerySet[Payment]:
    return shown(viewer_id=user_id).filter(party(user_id)).order_by("-created_at", "-id")[:DEFAULT_LIMIT]
