"""The ground of all schemas: strict inputs, explicit outputs, declared problems.

Strict means: an unknown field is refused, `true` is not the integer 1, "5" is not 5, 1700000000 is no date in either
form, and text holds no NUL (which PostgreSQL cannot store) and nothing that deceives its readers. Lengths and bounds
belong to each app.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, cast

from ninja import Schema
from ninja.schema import DjangoGetter
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from core.errors import InvalidInput, PayshiftError
from core.problems import ERRORS_BY_STATUS
from core.texts import readable

BIGINT_MAX = 2**63 - 1

# What a status says by itself. Of conflicts none is plain.
PLAIN: dict[int, type[PayshiftError]] = {**ERRORS_BY_STATUS, InvalidInput.status: InvalidInput}
# Where the schema of a declared refusal carries its codes; they do not stay there in the document.
CODES = "x-codes"

Kobo = Annotated[int, Field(ge=0, le=BIGINT_MAX, description="An amount in kobo (1 NGN = 100 kobo).")]
Currency = Literal["NGN"]
Id = Annotated[int, Field(ge=1, le=BIGINT_MAX)]


def refuse_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("Text must not contain the NUL character.")
    return value


def to_utc(value: datetime) -> datetime:
    """PostgreSQL refuses offsets of sixteen hours, and moments before the year 1 or after 9999."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("There is no such moment.") from None


# A moment with an offset, whatever that is, as UTC.
Moment = Annotated[AwareDatetime, AfterValidator(to_utc)]

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


STRICT_TYPES = frozenset({"int", "bool", "float", "str"})
# What is written as text, and the form that it is refused without: pydantic also reads "0" as the first day of 1970.
TEXT_TYPES = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII),
    "datetime": re.compile(r"[0-9]{4}-.*", re.ASCII),
    "time": re.compile(r"[0-9]{2}:.*", re.ASCII),
    "enum": re.compile(r".*", re.DOTALL),
}
# Not schemas: a default may look like one.
OPAQUE_KEYS = {"metadata", "default", "config", "cls", "serialization"}


def _strict(schema: Any, *, types: frozenset[str], is_prose: bool) -> Any:
    """A copy of a pydantic core schema in which `types` accept their own JSON type only, times their text, and all text
    is readable if it `is_prose`."""
    strictly = partial(_strict, types=types, is_prose=is_prose)
    if isinstance(schema, list):
        return [strictly(part) for part in schema]
    if isinstance(schema, tuple):
        return tuple(strictly(part) for part in schema)
    if not isinstance(schema, Mapping):
        return schema
    copy = {key: part if key in OPAQUE_KEYS else strictly(part) for key, part in schema.items()}
    if copy.get("type") in types:
        copy["strict"] = True
        if is_prose and copy["type"] == "str":
            # Before its length is looked at, and its ends are stripped.
            return core_schema.no_info_before_validator_function(_readable, cast(CoreSchema, copy))
    elif copy.get("type") in TEXT_TYPES and copy.get("sub_type") != "int":
        read = partial(_require_form, copy["type"])
        return core_schema.no_info_before_validator_function(read, cast(CoreSchema, copy))
    return copy


def _readable(value: Any) -> Any:
    return readable(value) if isinstance(value, str) and not isinstance(value, Enum) else value


def _require_form(kind: str, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, Enum):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    if isinstance(value, str) and not isinstance(value, Enum) and not TEXT_TYPES[kind].fullmatch(value.strip()):
        example = {"date": "2026-03-01", "datetime": "2026-03-01T09:00:00Z", "time": "09:00"}[kind]
        raise PydanticCustomError(f"{kind}_form", "Write it like {example}.", {"example": example})
    return value


class StrictIn(BaseModel):
    """A request body.

    pydantic's own strict mode would refuse a date or an enum in its JSON text form, because Ninja hands over parsed
    JSON. So the basic types alone are strict here, and times are read from text only, not from a number of seconds.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=True)
    # All of its text is for others to read. Not so of a body with a password.
    is_prose: ClassVar[bool] = True

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, _strict(handler(source), types=STRICT_TYPES, is_prose=cls.is_prose))

    @model_validator(mode="before")
    @classmethod
    def _refuse_nul(cls, values: Any) -> Any:
        for field, value in values.items() if isinstance(values, dict) else ():
            if _contains_nul(value):
                raise ValueError(f"{field} must not contain the NUL character.")
        return values


def _drop_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)
        # There only so that a default could stand beside the reference.
        if list(field) == ["allOf"] and len(field["allOf"]) == 1:
            field.update(field.pop("allOf")[0])


class PatchIn(StrictIn):
    """A body of which only what is sent counts.

    Its defaults mark what was not sent and are never read. They are not published: a generated client would send them,
    and so erase what it was not asked to change.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=_drop_defaults)


def _filled_in(value: Any) -> Any:
    """None for a parameter that is empty in each of its repetitions."""
    if isinstance(value, list):
        return [one for one in value if one != ""] or None
    return None if value == "" else value


class QueryIn(Schema):
    """Query parameters: an unknown one is refused, and times are written as in bodies.

    One that is known and empty was not given: a form sends the fields that nobody filled in.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, values: Any) -> Any:
        given = values._obj if isinstance(values, DjangoGetter) else values
        if not isinstance(given, dict):
            return values
        known = {name: _filled_in(value) for name, value in given.items() if name in cls.model_fields}
        return {name: value for name, value in (given | known).items() if value is not None}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, _strict(handler(source), types=frozenset(), is_prose=False))


class Out(Schema):
    """An answer: lists its fields, whatever the object has besides, and leaves none of them out."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_serialization_defaults_required=True)


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


def problems(*errors: int | str | type[PayshiftError]) -> dict[int, Any]:
    """The errors that an operation declares: `response={201: JobOut, **problems(401, 404, JobFull)}`.

    A status stands for the error that says no more than it; a text for the code of an error of a higher app, which
    comes through a port. What any operation may answer is not declared: `core.openapi` adds it.
    """
    if vague := {error for error in errors if isinstance(error, int)} - PLAIN.keys():
        raise ValueError(f"{vague} says too little: name the errors by their classes.")
    classes = [PLAIN[error] if isinstance(error, int) else error for error in errors]
    codes = [error if isinstance(error, str) else error.code for error in classes]
    answer = Annotated[Problem, Field(json_schema_extra={CODES: [*codes]})]
    return dict.fromkeys((error.status for error in classes if not isinstance(error, str)), answer)
