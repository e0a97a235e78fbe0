"""What drf-spectacular cannot know of the OpenAPI document: nullable words, what they mean, examples, and which answer
leads on to which question."""

from collections.abc import Iterator
from typing import Any

from api.enumerations import MEANINGS
from api.examples import answer_example, asked_example, error_examples

Schema = dict[str, Any]
NULL_ENUM = {"$ref": "#/components/schemas/NullEnum"}
TAGS = {
    "me": "Whose key this is, and how far the plan's limits are used.",
    "projects": "Programs and periods that an organization divides its work into.",
    "creators": "The TikTok accounts that are tracked, each in one project.",
    "videos": "The posts that are tracked.",
    "campaigns": "Named groups of creators, videos and other campaigns.",
    "analytics": "Any metric over any range, and reports over a project.",
    "schema": "The data model, for agents.",
}


def complete(result: Schema, generator: Any, **_: Any) -> Schema:
    """A post-processing hook of drf-spectacular (POSTPROCESSING_HOOKS), after the one that names enumerations."""
    components: Schema = result["components"]
    _explain_words(components["schemas"])
    operations = [(path, methods["get"]) for path, methods in result["paths"].items()]
    for _path, operation in operations:
        _give_examples(operation)
    _lead_on(operations)
    _share_errors(operations, components)
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    return result


def _explain_words(schemas: Schema) -> None:
    schemas.pop("NullEnum", None)
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            schema["properties"][name] = _plain_null(field)
    for name, meanings in MEANINGS.items():
        if name in schemas:
            schemas[name]["description"] = "\n".join(f"- `{value}`: {text}" for value, text in meanings.items())


def _plain_null(field: Schema) -> Schema:
    """Null as a type of its own rather than as an enumeration of nothing else."""
    if NULL_ENUM not in field.get("oneOf", []):
        return field
    return field | {"oneOf": [{"type": "null"} if one == NULL_ENUM else one for one in field["oneOf"]]}


def _give_examples(operation: Schema) -> None:
    """A real answer of the demo for success with what was asked, and one of each error that is possible."""
    asked = asked_example(operation["operationId"])
    for parameter in operation.get("parameters", []):
        if parameter["name"] in asked:
            value = asked[parameter["name"]]
            parameter["example"] = int(value) if parameter["schema"].get("type") == "integer" else value
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        if content is None:
            continue
        if status != "200":
            content["examples"] = error_examples(int(status), response["description"])
        elif (example := answer_example(operation["operationId"])) is not None:
            content["example"] = example


def _lead_on(operations: list[tuple[str, Schema]]) -> None:
    """Links from a list to whatever the id of one of its rows can be asked for."""
    for path, operation in operations:
        entity = path.rpartition("/")[2].removesuffix("s")
        links = dict(_questions_about(entity, operations)) if path == f"/api/v1/{entity}s" else {}
        if links:
            operation["responses"]["200"]["links"] = links


def _questions_about(entity: str, operations: list[tuple[str, Schema]]) -> Iterator[tuple[str, Schema]]:
    for path, operation in operations:
        in_path = path.startswith(f"/api/v1/{entity}s/{{id}}")
        in_query = any(parameter["name"] == f"{entity}_id" for parameter in operation.get("parameters", []))
        if in_path or in_query:
            name = "id" if in_path else f"{entity}_id"
            yield (
                operation["operationId"],
                {
                    "operationId": operation["operationId"],
                    "parameters": {name: "$response.body#/data/0/id"},
                    "description": f"{operation['summary']}, of the first {entity}.",
                },
            )


def _share_errors(operations: list[tuple[str, Schema]], components: Schema) -> None:
    """Headers and errors that are the same everywhere stand in the components once."""
    shared: Schema = components.setdefault("responses", {})
    headers: Schema = components.setdefault("headers", {})
    for _path, operation in operations:
        for status, response in operation["responses"].items():
            for name, header in response.get("headers", {}).items():
                headers[name] = header
                response["headers"][name] = {"$ref": f"#/components/headers/{name}"}
            if status != "200" and shared.setdefault(f"Error{status}", response) == response:
                operation["responses"][status] = {"$ref": f"#/components/responses/Error{status}"}
