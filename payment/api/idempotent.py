"""M9 for operations: `@idempotent(201)` below `@router.post` turns the function's schema into an answer given once."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Concatenate

from django.http import HttpResponse
from ninja import Status
from ninja.params.functions import Header as header_parameter
from pydantic import WithJsonSchema
from pydantic_core import from_json

from core.actor import ApiRequest
from core.openapi import REQUIRED
from core.schemas import Out
from core.throttling import Throttle
from payment.services.idempotency import MAX_KEY_LENGTH, Answer, Claim, answer_once

MONEY_PER_PERSON = Throttle("money", limit=120, period_seconds=60)
# Published, but not validated here: a missing or malformed key is 400, and not 422.
Key = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, REQUIRED: True})]
HEADER = inspect.Parameter(
    "idempotency_key",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Key | None,
        header_parameter(
            # Without an alias the document would name it with an underscore, which proxies drop.
            alias="Idempotency-Key",
            description="A new random value for each intended payment, the same one for each retry.",
        ),
    ],
)


def idempotent[**P, O: Out](
    status: int,
) -> Callable[[Callable[Concatenate[ApiRequest, Claim, P], O | Status[O]]], Callable[..., HttpResponse]]:
    """The operation gets the claim on its key as its second argument and returns a schema, with another status if any.

    Missing or malformed, the key is 400.
    """

    def decorate(
        operation: Callable[Concatenate[ApiRequest, Claim, P], O | Status[O]],
    ) -> Callable[..., HttpResponse]:
        @wraps(operation)
        def answered(request: ApiRequest, *args: P.args, **values: P.kwargs) -> HttpResponse:
            key = str(values.pop(HEADER.name) or "")
            MONEY_PER_PERSON.hit(str(request.auth.user_id))

            def act(claim: Claim) -> Answer:
                given = operation(request, claim, *args, **values)
                told = given if isinstance(given, Status) else Status(status, given)
                return Answer(told.status_code, told.value.model_dump_json().encode())

            answer = answer_once(
                user_id=request.auth.user_id,
                operation=operation.__name__,
                key=key,
                body=[request.path, from_json(request.body or b"null")],
                act=act,
            )
            response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
            if answer.replayed:
                response["Idempotent-Replayed"] = "true"
            return response

        request_, _, *others = inspect.signature(operation).parameters.values()
        answered.__signature__ = inspect.Signature([request_, *others, HEADER])  # type: ignore[attr-defined]
        return answered

    return decorate
