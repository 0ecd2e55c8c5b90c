"""The ground of all schemas: strict inputs, explicit outputs, declared problems.

Strict means: an unknown field is refused, `true` is not the integer 1, "5" is not 5, and text holds no NUL (which
PostgreSQL cannot store). Lengths and bounds belong to each app.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, cast

from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

BIGINT_MAX = 2**63 - 1

Kobo = Annotated[int, Field(ge=0, le=BIGINT_MAX, description="An amount in kobo (1 NGN = 100 kobo).")]
Currency = Literal["NGN"]
Id = Annotated[int, Field(ge=1, le=BIGINT_MAX)]


def refuse_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("Text must not contain the NUL character.")
    return value


# For query parameters, which are declared as plain arguments and not in a StrictIn.
Text = Annotated[str, AfterValidator(refuse_nul)]


def _contains_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_contains_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_contains_nul(part) for part in value)
    return False


STRICT_TYPES = {"int", "bool", "float", "str"}
TEXT_TYPES = {"date", "datetime", "time", "timedelta", "enum"}
# Not schemas: a default may look like one.
OPAQUE_KEYS = {"metadata", "default", "config", "cls", "serialization"}


def _strict(schema: Any) -> Any:
    """A copy of a pydantic core schema in which the basic types accept their own JSON type only."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if isinstance(schema, tuple):
        return tuple(_strict(part) for part in schema)
    if not isinstance(schema, Mapping):
        return schema
    copy = {key: part if key in OPAQUE_KEYS else _strict(part) for key, part in schema.items()}
    if copy.get("type") in STRICT_TYPES:
        copy["strict"] = True
    elif copy.get("type") in TEXT_TYPES and copy.get("sub_type") != "int":
        return core_schema.no_info_before_validator_function(_refuse_number, cast(CoreSchema, copy))
    return copy


def _refuse_number(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, Enum):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    return value


class StrictIn(BaseModel):
    """A request body.

    pydantic's own strict mode would refuse a date or an enum in its JSON text form, because Ninja hands over parsed
    JSON. So the basic types alone are strict here, and times are read from text only, not from a number of seconds.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, _strict(handler(source)))

    @model_validator(mode="before")
    @classmethod
    def _refuse_nul(cls, values: Any) -> Any:
        for field, value in values.items() if isinstance(values, dict) else ():
            if _contains_nul(value):
                raise ValueError(f"{field} must not contain the NUL character.")
        return values


class Out(Schema):
    """An answer: lists its fields, whatever the object has besides."""


class FieldProblemOut(Out):
    field: str
    code: str
    message: str


class Problem(Out):
    """RFC 9457 application/problem+json."""

    type: str = Field(description="A URI that names the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What went wrong and what to do about it.")
    code: str = Field(description="The stable name of the problem: switch on this.")
    errors: list[FieldProblemOut] = []
    request_id: str | None = Field(description="Also in X-Request-ID; name it to support.")


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """The errors that an operation declares: `response={201: JobOut, **problems(401, 404, 422)}`."""
    return dict.fromkeys(statuses, Problem)
