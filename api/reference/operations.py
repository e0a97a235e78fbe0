"""The OpenAPI document as the reference's pages show it: operations with parameters, fields, errors and an example."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from json import dumps
from typing import Any

from api.components import is_nullable, kind_of, targets
from api.contract import TAGS
from api.enumerations import MEANINGS
from api.errors import ERRORS
from api.examples import asked_example, recorded
from api.openapi import document

Schema = dict[str, Any]
TYPES = {"string": "text", "array": "list", "uuid": "id", "date": "day", "date-time": "time"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may stand in the address. `asked` is what the example says."""

    name: str
    place: str
    type: str
    is_required: bool
    default: str
    choices: list[str]
    description: str
    asked: str


@dataclass(frozen=True, slots=True)
class Field:
    """A row of an answer's table; `depth` is how far inside it stands."""

    name: str
    depth: int
    type: str
    unit: str
    description: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """An error that is possible."""

    status: int
    code: str
    meaning: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked."""

    path: str
    schema: Schema

    @property
    def id(self) -> str:
        return str(self.schema["operationId"])

    @property
    def summary(self) -> str:
        return str(self.schema["summary"])

    @property
    def description(self) -> str:
        return str(self.schema["description"])

    @property
    def tag(self) -> str:
        return str(self.schema["tags"][0])

    @property
    def short_path(self) -> str:
        return self.path.removeprefix("/api/v1")

    @property
    def asked(self) -> str:
        """The path of the example, below /api/v1."""
        return str(recorded(self.id)["path"])

    @cached_property
    def example(self) -> str:
        return dumps(recorded(self.id)["answer"], indent=2, ensure_ascii=False)

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Those in the path first, then what must be given."""
        found = [_parameter(one, asked_example(self.id)) for one in self.schema.get("parameters", [])]
        return sorted(found, key=lambda one: (one.place != "path", not one.is_required))

    @cached_property
    def fields(self) -> list[Field]:
        answer = self.schema["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
        return [*_fields("data", answer["data"], 0), *_fields("meta", answer["meta"], 0)]

    @cached_property
    def problems(self) -> list[Problem]:
        shared = document()["components"]["responses"]
        responses = self.schema["responses"].values()
        told = " ".join(
            (shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one)["description"] for one in responses
        )
        return [Problem(error.status, error.code, error.meaning) for error in ERRORS if f"`{error.code}`" in told]

    def mentions(self, words: list[str]) -> bool:
        """Whether all of some lower-case words stand anywhere in what is said of the operation."""
        return all(word in self._text for word in words)

    @cached_property
    def _text(self) -> str:
        names = [parameter.name for parameter in self.parameters] + [field.name for field in self.fields]
        return " ".join([self.id, self.path, self.summary, self.description, *names]).lower()


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one thing."""

    name: str
    description: str
    operations: list[Operation]


@cache
def operations() -> dict[str, Operation]:
    """Every operation by its id, in the document's order."""
    found = [Operation(path, methods["get"]) for path, methods in document()["paths"].items()]
    return {operation.id: operation for operation in found}


def groups(search: str = "") -> list[Group]:
    """The operations that mention every word of a search, by what they are about; groups without any are left out."""
    words = search.lower().split()
    fitting = [operation for operation in operations().values() if operation.mentions(words)]
    found = [Group(tag, text, [one for one in fitting if one.tag == tag]) for tag, text in TAGS.items()]
    return [group for group in found if group.operations]


def _parameter(schema: Schema, asked: dict[str, str]) -> Parameter:
    kind = schema["schema"]
    return Parameter(
        schema["name"],
        schema["in"],
        _type(kind),
        schema.get("required", False),
        str(kind.get("default", "")),
        [str(value) for value in kind.get("enum", [])],
        schema["description"],
        asked.get(schema["name"], ""),
    )


def _fields(name: str, schema: Schema, depth: int) -> Iterator[Field]:
    """A field and what stands inside it; of several kinds that a list may hold, the first is shown."""
    if schema.get("type") == "null":
        return
    target = next(iter(targets(schema)), "")
    resolved: Schema = document()["components"]["schemas"].get(target, schema.get("items", schema))
    words = MEANINGS.get(target, {})
    said = schema.get("description") or ("" if words else resolved.get("description", ""))
    yield Field(name, depth, _field_type(schema, resolved), schema.get("x-unit", ""), said, words)
    for field, part in resolved.get("properties", {}).items():
        yield from _fields(field, part, depth + 1)


def _field_type(schema: Schema, resolved: Schema) -> str:
    null = " or null" if is_nullable(schema) else ""
    if "items" in schema:
        return f"list{null}"
    return f"{'object' if 'properties' in resolved else _type(resolved)}{null}"


def _type(schema: Schema) -> str:
    kind = kind_of(schema) or "json"
    kind = schema.get("format", kind) if kind == "string" else kind
    return TYPES.get(kind, kind)
