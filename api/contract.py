"""What drf-spectacular cannot know of the OpenAPI document: nullable words, what they mean, which answers lead on."""

from typing import Any

from api.enumerations import MEANINGS

Schema = dict[str, Any]
NULL_ENUM = {"$ref": "#/components/schemas/NullEnum"}


def complete(result: Schema, generator: Any, **_: Any) -> Schema:
    """A post-processing hook of drf-spectacular (POSTPROCESSING_HOOKS), after the one that names enumerations."""
    schemas: Schema = result["components"]["schemas"]
    schemas.pop("NullEnum", None)
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            schema["properties"][name] = _plain_null(field)
    for name, meanings in MEANINGS.items():
        if name in schemas:
            schemas[name]["description"] = "\n".join(f"- `{value}`: {text}" for value, text in meanings.items())
    return result


def _plain_null(field: Schema) -> Schema:
    """Null as a type of its own rather than as an enumeration of nothing else."""
    if NULL_ENUM not in field.get("oneOf", []):
        return field
    return field | {"oneOf": [{"type": "null"} if one == NULL_ENUM else one for one in field["oneOf"]]}
