"""Reading the OpenAPI document: what a schema refers to, and whether it allows null."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def targets(schema: Schema) -> list[str]:
    """The components that a schema, or what it lists, refers to; where there are several, any of them may stand."""
    return list(_targets(schema)) or list(_targets(schema.get("items", {})))


def _targets(schema: Schema) -> Iterator[str]:
    choices = (one for name in ("allOf", "oneOf", "anyOf") for one in schema.get(name, []))
    for one in (schema, *choices):
        if "$ref" in one:
            yield str(one["$ref"]).rpartition("/")[2]


def is_nullable(schema: Schema) -> bool:
    """Whether null is allowed by its type."""
    return "null" in schema.get("type", []) or {"type": "null"} in schema.get("oneOf", [])


def kind_of(schema: Schema) -> str:
    """The type beside null; empty where the schema says none."""
    types = schema.get("type", [])
    return next((str(one) for one in ([types] if isinstance(types, str) else types) if one != "null"), "")
