"""/schema: everything that answers are made of, with words that an agent can act on."""

from typing import Any

from analytics.metrics import METRICS
from api.data_model import data_model
from api.enumerations import FIELD_TYPES, MEANINGS
from api.openapi import document
from api.urls import urlpatterns
from api.vocabulary import UNITS, WORDS

MODEL = data_model()
ENTITIES = {entity["name"]: entity for entity in MODEL["entities"]}
FIELDS = [(entity["name"], field) for entity in MODEL["entities"] for field in entity["fields"]]
SCHEMAS = document()["components"]["schemas"]


def test_the_model_is_answered_to_a_key(ask: Any) -> None:
    answer = ask("/schema")
    assert answer.status == 200
    assert answer.body["data"]["entities"] == MODEL["entities"]
    assert ask("/schema", key=None).status == 401


def test_a_row_is_described_as_it_is_answered(ask: Any, admin: Any, make_creator: Any, make_video: Any) -> None:
    make_video(make_creator(admin.project))
    kinds = {"integer": int, "boolean": bool, "json": dict, "number": (int, float)}
    for name in ("project", "creator", "video"):
        row = ask(f"/{name}s").body["data"][0]
        fields = {field["name"]: field for field in ENTITIES[name]["fields"]}
        assert list(row) == list(fields)
        for field, value in row.items():
            if value is None:
                assert fields[field]["nullable"], field
            else:
                assert isinstance(value, kinds.get(fields[field]["type"], str)), field


def test_every_answer_is_made_of_entities_that_stand_there() -> None:
    operations = {read["operation_id"] for entity in MODEL["entities"] for read in entity["read_with"]}
    views = [route.callback.view_class for route in urlpatterns[:-1]]
    expected = {view.operation_id for view in views if hasattr(view, "operation_id")}
    assert operations == expected - {"getSchema"}


def test_a_field_says_what_it_is() -> None:
    for entity, field in FIELDS:
        assert field["description"], (entity, field)
        assert field["type"] in FIELD_TYPES, (entity, field)
        is_number = field["type"] in {"integer", "number"}
        assert (field["unit"] in UNITS) if is_number else field["unit"] is None, (entity, field)
        assert set(field["references"]) <= set(ENTITIES), (entity, field)
        assert field["of"] is None or field["of"] in {*ENTITIES, *FIELD_TYPES}, (entity, field)
        assert (field["of"] is not None) == (field["type"] in {"object", "list"}), (entity, field)


def test_relations_are_the_ids_of_other_rows() -> None:
    relations = {(one["entity"], one["field"], one["to"], one["optional"]) for one in MODEL["relations"]}
    assert {
        ("creator", "project_id", "project", False),
        ("video", "creator_id", "creator", True),
        ("project", "org_id", "organization", False),
        ("campaign_item", "item_id", "campaign", False),
    } <= relations
    assert not [
        field
        for _, field in FIELDS
        if field["name"].endswith("_id") and field["type"] == "id" and not field["references"]
    ]


def test_every_word_that_a_field_may_hold_is_explained() -> None:
    """A new enumeration: name it in ENUM_NAME_OVERRIDES (settings) and say in api/enumerations.py what it means."""
    documented = {name: schema["enum"] for name, schema in SCHEMAS.items() if "enum" in schema}
    explained = {name: list(values) for name, values in MEANINGS.items()}
    assert documented == explained


def test_every_metric_stands_there_with_its_unit() -> None:
    assert {metric["id"]: metric["unit"] for metric in MODEL["metrics"]} == {
        name: metric.unit for name, metric in METRICS.items()
    }
    assert {metric.unit for metric in METRICS.values()} <= set(UNITS)


def test_no_word_is_kept_that_no_field_uses() -> None:
    used = {name for schema in SCHEMAS.values() for name in schema.get("properties", {})}
    assert set(WORDS) <= used
    assert set(UNITS) <= {field["unit"] for _, field in FIELDS} | {"hours"}
