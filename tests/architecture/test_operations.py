"""The surface of the API: its names, what is public, and which answers each operation declares."""

import re
from collections import Counter

from payshift.api import PUBLIC_OPERATIONS, api
from tests.architecture.routes import Route, routes

# The paths of the founding documents, verbatim.
FOUNDING_PATHS = {
    "GET /get-profile/{int:user_id}",
    "GET /get-account-details",
    "GET /jobs/{int:job_id}",
    "GET /clientjobs/{int:user_id}",
    "GET /client/jobs/{int:job_id}",
    "GET /jobs/{int:job_id}/best-applicants/",
    "POST /apply-jobs/",
    "GET /users/{int:user_id}/payments",
    "GET /reviews/{int:user_id}",
    "GET /ratings/reviewer_{int:user_id}/",
}


def test_founding_paths_are_there_verbatim() -> None:
    assert FOUNDING_PATHS - {str(route) for route in routes()} == set()


def test_operation_ids_are_function_names_and_unique() -> None:
    names = Counter(route.name for route in routes())
    schema = api.get_openapi_schema()
    documented = {operation["operationId"] for path in schema["paths"].values() for operation in path.values()}

    assert [name for name, times in names.items() if times > 1] == []
    assert documented == set(names)


def test_p2_public_operations_are_the_one_list() -> None:
    assert {route.name for route in routes() if route.is_public} == PUBLIC_OPERATIONS & {r.name for r in routes()}


def test_p2_no_listed_public_operation_is_missing() -> None:
    assert PUBLIC_OPERATIONS - {route.name for route in routes()} == set()


def test_operations_that_need_a_token_declare_401() -> None:
    assert undeclared(401, [route for route in routes() if not route.is_public]) == []


def test_operations_that_name_an_object_declare_404() -> None:
    assert undeclared(404, [route for route in routes() if route.path_parameters]) == []


def test_operations_that_take_input_declare_422() -> None:
    assert undeclared(422, [r for r in routes() if r.takes_input and "webhook" not in r.name]) == []


def test_ids_in_paths_are_integers() -> None:
    """Otherwise /jobs/matched is taken for the job called "matched"."""
    loose = [str(route) for route in routes() if re.search(r"{(?!int:)\w*_?id}", route.path)]

    assert loose == []


def test_every_operation_is_documented() -> None:
    documented = [operation for path in api.get_openapi_schema()["paths"].values() for operation in path.values()]

    assert [o["operationId"] for o in documented if not o.get("tags") or not o.get("description")] == []


def test_every_operation_declares_one_success() -> None:
    """Or two, where one says that what was asked for is still to be done."""
    successes = {str(route): sorted(s for s in route.declared_statuses if s < 400) for route in routes()}

    assert {name: s for name, s in successes.items() if len(s) != 1} == {"POST /payments": [201, 202]}


def undeclared(status: int, among: list[Route]) -> list[str]:
    assert among
    return [str(route) for route in among if status not in route.declared_statuses]
