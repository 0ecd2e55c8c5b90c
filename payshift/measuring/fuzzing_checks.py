"""What Schemathesis checks besides its own: loaded into its process by SCHEMATHESIS_HOOKS."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response


@schemathesis.check
def strangers_get_nothing(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Without a token no operation that asks for one does anything: it refuses, whatever else is wrong."""
    sent = {name.lower() for name in response.request.headers}
    asks = bool(case.operation.definition.raw.get("security"))
    if asks and "authorization" not in sent and response.status_code < 400:
        raise AssertionError(f"{response.status_code} without a token")
