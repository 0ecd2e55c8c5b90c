"""Examples of answers for the API's document, made from their schemas: a field is filled by its name where that is
known, else by its form. What can be filled by neither has none."""

from collections.abc import Mapping
from types import NoneType
from typing import Any

type Json = dict[str, Any]

BY_FORMAT = {
    "date": "2031-03-03",
    "date-time": "2031-03-03T08:00:00Z",
    "time": "09:00:00",
    "uri": "https://payshift.example/",
}
KINDS: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "null": NoneType,
    "number": (int, float),
    "string": str,
}
BY_TYPE = {"boolean": False, "null": None, "number": 4.5, "string": "text"}
TELLING = ("pattern", "minLength", "multipleOf")


class NoExample(Exception):
    """Nothing is known that would fit."""


def example_of(schema: Json, *, schemas: Mapping[str, Json], names: Mapping[str, Any], name: str = "") -> Any:
    """A value that the schema takes. Raises `NoExample`."""

    def inner(part: Json, called: str = name) -> Any:
        return example_of(part, schemas=schemas, names=names, name=called)

    if reference := schema.get("$ref"):
        return inner(schemas[reference.rpartition("/")[2]])
    for kind in ("allOf", "anyOf", "oneOf"):
        if kind in schema:
            return inner(schema[kind][0])
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {field: inner(part, f"{name}.{field}") for field, part in schema["properties"].items()}
        case "object":
            return {}
        case "array":
            return [inner(schema["items"])]
    # A name is a trade's or a person's: the field above tells.
    for known in (".".join(name.split(".")[-2:]), name.split(".")[-1]):
        if known in names and isinstance(names[known], KINDS.get(schema.get("type", ""), ())):
            return names[known]
    return schema["examples"][0] if "examples" in schema else _by_form(schema)


def _by_form(schema: Json) -> Any:
    kind = schema.get("type")
    if kind == "string" and schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if kind not in {"integer", *BY_TYPE} or any(mark in schema for mark in TELLING):
        raise NoExample(schema)
    return max(1, schema.get("minimum", 1)) if kind == "integer" else BY_TYPE[kind]
