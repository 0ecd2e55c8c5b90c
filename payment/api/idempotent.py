"""M9 for operations: `@idempotent(201)` below `@router.post` turns the function's schema into an answer given once."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpResponse
from ninja import Header
from pydantic_core import from_json

from core.actor import ApiRequest
from core.schemas import Out
from core.throttling import Throttle
from payment.services.idempotency import Answer, Claim, answer_once

MONEY_PER_PERSON = Throttle("money", limit=120, period_seconds=60)
HEADER = inspect.Parameter(
    "idempotency_key", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Header[str | None]
)

type Operation[**P] = Callable[Concatenate[ApiRequest, Claim, P], Out]


def idempotent[**P](status: int) -> Callable[[Operation[P]], Callable[..., HttpResponse]]:
    """The operation gets the claim on its key as its second argument and returns a schema.

    The header is declared for the OpenAPI document as optional, because a missing one is 400 and not 422.
    """

    def decorate(operation: Operation[P]) -> Callable[..., HttpResponse]:
        name = operation.__name__

        @wraps(operation)
        def answered(request: ApiRequest, *, idempotency_key: str | None = None, **values: P.kwargs) -> HttpResponse:
            MONEY_PER_PERSON.hit(str(request.auth.user_id))
            answer = answer_once(
                user_id=request.auth.user_id,
                operation=name,
                key=idempotency_key or "",
                body=[request.path, from_json(request.body or b"null")],
                act=lambda claim: Answer(
                    status=status, body=operation(request, claim, **values).model_dump_json().encode()
                ),
            )
            response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
            if answer.replayed:
                response["Idempotent-Replayed"] = "true"
            return response

        request_, _, *others = inspect.signature(operation).parameters.values()
        answered.__signature__ = inspect.Signature([request_, *others, HEADER])  # type: ignore[attr-defined]
        return answered

    return decorate
