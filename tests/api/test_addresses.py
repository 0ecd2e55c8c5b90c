"""An address is what it is: with an end of line behind it, it is another one, which does not exist."""

import pytest

from accounts.models import CustomUser
from core.problems import CONTENT_TYPE
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.world import build_world
from tests.support.api_client import ApiClient


@pytest.mark.django_db
def test_no_route_takes_an_end_of_line_behind_its_path(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    world = build_world(chidi=chidi, wale=wale, ada=ada)
    callers = {name: ApiClient(getattr(world, name)) for name in ("chidi", "wale", "ada")}
    taken = []
    for route in routes():
        row = MATRIX[route.name]
        caller, path = callers[row.owner], row.path.format(**world.ids)
        if route.method == "GET" and not row.network:
            # What is cached is answered in front of the routes.
            caller.get(path)
        answer = caller._send(route.method, f"{path.partition('?')[0]}%0A", headers={})
        # What is to be a month, and is none, is 422.
        if answer.status_code not in (404, 422) or answer.headers["Content-Type"] != CONTENT_TYPE:
            taken.append((str(route), answer.status_code))

    assert taken == []
