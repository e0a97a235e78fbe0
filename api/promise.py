"""What v1 promises: every route, parameter, field and word that was ever there stays. docs/api.md says it to people.

The promise is a list of facts, one a line, in promise.txt. `manage.py promise` adds what is new and names what broke.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.components import is_nullable, targets

Schema = dict[str, Any]
PROMISED = Path(__file__).with_name("promise.txt")
REQUIRED = " required"


def facts(document: Schema) -> set[str]:
    """What an OpenAPI document of ours says that a client can rely on."""
    found: set[str] = set()
    schemas: Schema = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        route, operation = f"GET {path}", methods["get"]
        found |= {route, f"{route} is {operation['operationId']}"}
        for parameter in operation.get("parameters", []):
            found |= set(_parameter(f"{route} ?{parameter['name']}", parameter))
        found |= {f"{route} {status}" for status in operation["responses"]}
        answer = operation["responses"]["200"]
        found |= {f"{route} 200 header {name}" for name in answer.get("headers", {})}
        schema = answer["content"]["application/json"]["schema"]
        found |= {f"{route} 200 {fact}" for fact in _fields("", schema, schemas)}
    for name, schema in schemas.items():
        found |= {f"word {name} {value}" for value in schema.get("enum", [])}
    return found


def broken(promised: set[str], now: set[str]) -> set[str]:
    """Promised facts that no longer hold, and parameters that old requests could not know they need."""
    routes = {fact for fact in promised if fact.count(" ") == 1}
    demanded = {fact for fact in now - promised if fact.endswith(REQUIRED) and _route(fact) in routes}
    return (promised - now) | demanded


def read() -> set[str]:
    """The facts that are promised."""
    return set(PROMISED.read_text().splitlines()) if PROMISED.exists() else set()


def _route(fact: str) -> str:
    return " ".join(fact.split(" ")[:2])


def _parameter(name: str, parameter: Schema) -> Iterator[str]:
    schema = parameter["schema"]
    yield f"{name} {_type(schema)}{REQUIRED if parameter.get('required') else ''}"
    for value in schema.get("enum", []):
        yield f"{name} {value}"


def _fields(name: str, schema: Schema, schemas: Schema) -> Iterator[str]:
    """A field and what it holds, as `data[].creator.id text`."""
    null = "|null" if is_nullable(schema) else ""
    if "items" in schema:
        yield f"{name} list{null}"
        yield from _fields(f"{name}[]", schema["items"], schemas)
        return
    named = targets(schema)
    for target, resolved in [(target, schemas[target]) for target in named] or [("text", schema)]:
        if "enum" in resolved:
            yield f"{name} {target}{null}"
        elif "properties" in resolved:
            yield f"{name} object{null}".strip()
            for field, inner in resolved["properties"].items():
                yield from _fields(f"{name}.{field}" if name else field, inner, schemas)
        else:
            yield f"{name} {_type(resolved)}"


def _type(schema: Schema) -> str:
    types = schema.get("type", "json")
    kinds = [types] if isinstance(types, str) else list(types)
    return "|".join(f"{kind}:{schema['format']}" if kind == "string" and "format" in schema else kind for kind in kinds)
