"""The shape of a JSON value without its values: what staff may see of an answer that could not be read."""

import json
import re

LONGEST_SAMPLE = 4_000
_DEEPEST = 4
_MOST_KEYS = 60
# Keys that name a field; anything else may be somebody's name.
_FIELD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{0,60}(?:\.[a-z-]+){0,2}")
# Objects whose keys are handles or ids.
_MAPS = frozenset({"users", "ItemModule"})


def shape_of(value: object) -> str:
    """Keys and types of a value as JSON text of at most LONGEST_SAMPLE characters; no text or number of it is kept."""
    return json.dumps(_shape(value, "", 0))[:LONGEST_SAMPLE]


def _shape(value: object, key: str, depth: int) -> object:
    if isinstance(value, dict):
        if depth == _DEEPEST:
            return "object"
        if key in _MAPS or (key == "stats" and all(isinstance(member, dict) for member in value.values())):
            first = next(iter(value.values()), None)
            return {"*": _shape(first, "", depth + 1)}
        shown = list(value.items())[:_MOST_KEYS]
        return {_field(name): _shape(member, name, depth + 1) for name, member in shown}
    if isinstance(value, list):
        return [_shape(value[0], "", depth + 1), f"list of {len(value)}"] if value else []
    return "nothing" if value is None else type(value).__name__


def _field(name: str) -> str:
    return name if _FIELD.fullmatch(name) else "*"
