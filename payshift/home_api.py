from django.http import HttpResponse
from ninja import Router

from core.actor import ApiRequest
from core.listings import json_response
from core.schemas import problems
from payshift.home_schemas import HomeOut
from payshift.selectors import home

router = Router(tags=["home"])


@router.get("/home", response={200: HomeOut, **problems(401)})
def get_home(request: ApiRequest) -> HttpResponse:
    """What waits for the caller, by role: for the first screen, in one answer."""
    return json_response(home.home_of(actor=request.auth))
