from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Status

from core.actor import ApiRequest
from core.cache.middleware import conditional
from core.openapi import answers_as
from core.schemas import problems
from jobs import calendar_file
from jobs.api.router import router
from jobs.schemas.calendar import CalendarLinkOut
from jobs.selectors.calendar import shared_calendar
from jobs.services import calendar_links


@router.post("/assignments/calendar-link", response={201: CalendarLinkOut, **problems(401)})
def make_calendar_link(request: ApiRequest) -> Status[calendar_links.NewCalendarLink]:
    """A secret address for a calendar program. A new one takes the place of the one before."""
    return Status(201, calendar_links.make_calendar_link(actor=request.auth))


@router.delete("/assignments/calendar-link", response={204: None, **problems(401, 404)})
def revoke_calendar_link(request: ApiRequest) -> Status[None]:
    """Close the secret address."""
    return Status(204, calendar_links.revoke_calendar_link(actor=request.auth))


@router.get(
    "/calendar/{token}.ics",
    response={200: str, **problems(404)},
    auth=None,
    openapi_extra=answers_as("text/calendar"),
)
def get_calendar(request: ApiRequest, token: str) -> HttpResponseBase:
    """The shifts of whose secret address this is, as iCalendar: all to come, and the last month."""
    content = calendar_file.render(shared_calendar(token=token))
    return conditional(request, HttpResponse(content, content_type=calendar_file.CONTENT_TYPE))
