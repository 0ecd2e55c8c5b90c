from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from core.cache.reads import entity_tag
from core.errors import NotFound, TooManyRequests
from core.throttling import AddressThrottle, client_address
from jobs.selectors.public import PublicJob, next_jobs, public_job, similar_jobs
from payshift.branding import brand
from payshift.public.posting import address_of, for_a_script, posting_of
from payshift.public.sitemaps import ROBOTS, SITEMAPS
from payshift.public.words import facts_of, summary_of

PAGES_PER_ADDRESS = AddressThrottle("public-pages", limit="PUBLIC_PAGES_PER_ADDRESS_MINUTE", period_seconds=60)


def public_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Read by anybody, so often from one address; kept by anybody, who asks each time whether it is still so."""

    @require_safe
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            PAGES_PER_ADDRESS.hit(client_address(request))
        except TooManyRequests as refusal:
            headers = {**refusal.headers, "Cache-Control": "no-store"}
            return HttpResponse(refusal.detail, status=refusal.status, content_type="text/plain", headers=headers)
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            response.render()
        response["Cache-Control"] = "public, no-cache"
        if response.status_code != 200:
            return response
        tag = response["ETag"] = entity_tag(response.content)
        return get_conditional_response(request, etag=tag, response=response) or response

    return page


@public_page
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """A job that is open; 410 with others of its trade once it is not. At most three queries, none while it is kept."""
    try:
        found = public_job(job_id)
    except NotFound as error:
        raise Http404 from error
    context = {"brand": brand(), "app": settings.APP_URL}
    if not found.is_open:
        return render(request, "public/gone.html", {**context, "jobs": _in_short(similar_jobs(found))}, status=410)
    shown = {
        "job": found,
        "facts": facts_of(found),
        "summary": summary_of(found),
        "address": address_of(found.id),
        "posting": for_a_script(posting_of(found, brand())),
    }
    return render(request, "public/job.html", {**context, **shown})


@public_page
def jobs(request: HttpRequest) -> HttpResponse:
    """What work there is, for whoever has no account yet. One query."""
    context = {"brand": brand(), "app": settings.APP_URL, "address": f"{settings.PUBLIC_URL}/j"}
    return render(request, "public/jobs.html", {**context, "jobs": _in_short(next_jobs())})


def _in_short(jobs: list[PublicJob]) -> list[tuple[int, str, str]]:
    return [(job.id, job.title, summary_of(job)) for job in jobs]


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS.format(public_url=settings.PUBLIC_URL), content_type="text/plain")


@public_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return sitemap_views.index(request, SITEMAPS, sitemap_url_name="sitemap")


@public_page
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap_views.sitemap(request, SITEMAPS, section=section)
