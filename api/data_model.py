"""/schema: the data model for agents, made of what the OpenAPI document says of the serializers and of the metrics."""

import re
from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.analytics import MetricSerializer, metrics
from api.components import is_nullable, kind_of, targets
from api.enumerations import FIELD_TYPES, MEANINGS, ROLES
from api.envelope import success
from api.openapi import document
from api.views import ApiView
from api.vocabulary import UNITS

Schema = dict[str, Any]
CONVENTIONS = (
    "Every answer is {data, error, meta}; error is null on success.",
    "null means unknown or undefined and is never 0; 0 means 0.",
    "Ids are UUID strings; TikTok's own ids are strings of digits.",
    "Times are ISO 8601 in UTC with Z; days are calendar days of the organization's time zone unless tz says another.",
    "Lists come newest first, `limit` rows a page; meta.nextCursor goes into `cursor` until it is null.",
    "Only counting videos are part of numbers: auto_tracked, included and direct_add, not switched off, of creators "
    "that were not removed.",
    "`new` is what was gained in a bucket; `cumulative` is the value at its end. The buckets of a range add up to its "
    "total.",
    "The API only reads. Changes to it are additive: ignore fields and values that you do not know.",
)


class FieldSerializer(serializers.Serializer[Any]):
    """One field of an entity."""

    name = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(
        read_only=True, choices=list(FIELD_TYPES), help_text="What a value of it is in JSON."
    )
    nullable = serializers.BooleanField(read_only=True, help_text="Whether it can be null: unknown or undefined.")
    of = serializers.CharField(
        read_only=True, allow_null=True, help_text="The entity of an `object`, the entity or type of a `list`."
    )
    unit = serializers.CharField(read_only=True, allow_null=True, help_text="See `units`; null for what is no number.")
    enumeration = serializers.CharField(read_only=True, allow_null=True, help_text="See `enumerations`.")
    references = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The entities that its id may be of."
    )
    description = serializers.CharField(read_only=True)


class ReadWithSerializer(serializers.Serializer[Any]):
    """An operation of the API."""

    operation_id = serializers.CharField(read_only=True, help_text="See /openapi.json.")
    path = serializers.CharField(read_only=True, help_text="Where it is asked.")


class EntitySerializer(serializers.Serializer[Any]):
    """One kind of thing."""

    name = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(read_only=True, choices=list(ROLES), help_text="How it is read.")
    description = serializers.CharField(read_only=True)
    read_with = ReadWithSerializer(many=True, read_only=True, help_text="The operations that answer with it.")
    fields_ = FieldSerializer(many=True, read_only=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields.pop("fields_")
        return {**fields, "fields": FieldSerializer(many=True, read_only=True, help_text="In the answer's order.")}


class RelationSerializer(serializers.Serializer[Any]):
    """Rows of `entity` name one row of `to` each."""

    entity = serializers.CharField(read_only=True, help_text="Whose field it is.")
    field = serializers.CharField(read_only=True, help_text="The field that holds the id.")
    to = serializers.CharField(read_only=True, help_text="The entity that is named.")
    optional = serializers.BooleanField(read_only=True, help_text="Whether the field can be null.")


class ValueSerializer(serializers.Serializer[Any]):
    """One word that a field may hold."""

    value = serializers.CharField(read_only=True, help_text="The word.")
    meaning = serializers.CharField(read_only=True, help_text="What it means.")


class EnumerationSerializer(serializers.Serializer[Any]):
    """The words that a field may hold."""

    name = serializers.CharField(read_only=True)
    values = ValueSerializer(many=True, read_only=True, help_text="All of them.")


class UnitSerializer(serializers.Serializer[Any]):
    """What numbers of a field count."""

    unit = serializers.CharField(read_only=True, help_text="As fields name it.")
    meaning = serializers.CharField(read_only=True, help_text="What it means.")


class DataModelSerializer(serializers.Serializer[Any]):
    """The data model."""

    conventions = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="What holds for every answer."
    )
    entities = EntitySerializer(many=True, read_only=True, help_text="Everything that answers are made of.")
    relations = RelationSerializer(many=True, read_only=True, help_text="Which ids name rows of which entity.")
    enumerations = EnumerationSerializer(many=True, read_only=True, help_text="Words and what they mean.")
    units = UnitSerializer(many=True, read_only=True, help_text="What numbers count.")
    metrics = MetricSerializer(many=True, read_only=True, help_text="What /analytics can be asked.")


class DataModel(ApiView):
    """The data model: every entity with its fields, types, units and relations, what words mean, and the metrics.

    Made of the same declarations as the answers themselves. Read it once, then ask.
    """

    operation_id, summary = "getSchema", "Get the data model"
    serializer_class = DataModelSerializer

    def get(self, request: Request) -> Response:
        return success(data_model())


@cache
def data_model() -> dict[str, Any]:
    """The data model, made once per process."""
    entities = [_entity(name, schema) for name, schema in _objects().items()]
    model = {
        "conventions": CONVENTIONS,
        "entities": entities,
        "relations": [relation for entity in entities for relation in _relations(entity)],
        "enumerations": [
            {"name": _words(name), "values": [{"value": value, "meaning": text} for value, text in values.items()]}
            for name, values in MEANINGS.items()
        ],
        "units": [{"unit": unit, "meaning": text} for unit, text in UNITS.items()],
        "metrics": metrics(),
    }
    return dict(DataModelSerializer(model).data)


def _objects() -> Schema:
    """What the answers of all other operations are made of, by component."""
    schemas: Schema = document()["components"]["schemas"]
    found: Schema = {}
    operations = (methods["get"] for methods in document()["paths"].values())
    waiting = {
        name for one in operations if one["operationId"] != DataModel.operation_id for name in _answered_with(one)
    }
    while waiting:
        name = waiting.pop()
        if name not in found and "properties" in schemas[name]:
            found[name] = schemas[name]
            waiting |= {target for field in schemas[name]["properties"].values() for target in targets(field)}
    return dict(sorted(found.items()))


def _entity(name: str, schema: Schema) -> Schema:
    read_with = _read_with(name)
    is_resource = bool(read_with) and "id" in schema["properties"]
    return {
        "name": _words(name),
        "role": "resource" if is_resource else "answer" if read_with else "part",
        "description": schema["description"],
        "read_with": read_with,
        "fields": [_field(field, of) for field, of in schema["properties"].items()],
    }


def _read_with(name: str) -> list[Schema]:
    return [
        {"operation_id": methods["get"]["operationId"], "path": path}
        for path, methods in document()["paths"].items()
        if name in _answered_with(methods["get"])
    ]


def _answered_with(operation: Schema) -> list[str]:
    """The components that an operation's data is, or is a list of."""
    return targets(operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"])


def _field(name: str, schema: Schema) -> Schema:
    target = next(iter(targets(schema)), None)
    enumeration = target if target in MEANINGS else None
    kind = _type(schema, is_enumeration=enumeration is not None)
    of = None if enumeration or target is None else _words(target)
    if kind == "list" and of is None:
        of = _type(schema["items"], is_enumeration=enumeration is not None)
    return {
        "name": name,
        "type": kind,
        "nullable": kind == "json" or is_nullable(schema),
        "of": of,
        "unit": schema.get("x-unit"),
        "enumeration": _words(enumeration) if enumeration else None,
        "references": schema.get("x-references", []),
        "description": schema["description"],
    }


def _type(schema: Schema, *, is_enumeration: bool = False) -> str:
    """The one of FIELD_TYPES that a schema stands for."""
    kind = kind_of(schema)
    if kind == "array":
        return "list"
    if not kind:
        return "text" if is_enumeration else "object" if targets(schema) else "json"
    texts = {"uuid": "id", "date": "day", "date-time": "time"}
    return texts.get(schema.get("format", ""), "text") if kind == "string" else kind


def _relations(entity: Schema) -> list[Schema]:
    return [
        {"entity": entity["name"], "field": field["name"], "to": to, "optional": field["nullable"]}
        for field in entity["fields"]
        for to in field["references"]
    ]


def _words(component: str) -> str:
    """The name of a component in the spelling of fields: CampaignItem → campaign_item."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", component).lower()
