"""Reading JSON whose shape is somebody else's business."""

import json

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.values import Node, parse_json


def _path_of_failure(read) -> str | None:
    with pytest.raises(ScrapeFailure) as caught:
        read()
    assert caught.value.outcome is Outcome.SCHEMA_CHANGED
    return caught.value.path


@pytest.mark.parametrize("value", [7, "7", 0, "0", 2**63 - 1, "9223372036854775807"])
def test_whole_numbers_come_as_numbers_or_digits(value: int | str) -> None:
    assert Node(value).integer() == int(value)


@pytest.mark.parametrize(
    "value", [None, "", "x", "1.5", "1e3", " 1", "١", 1.0, True, [], {}, 2**63, str(2**63), 10**400]
)
def test_anything_else_is_no_whole_number_of_64_bits(value: object) -> None:
    assert _path_of_failure(Node({"a": value})["a"].integer) == "a"


def test_an_overflowed_count_is_unknown() -> None:
    assert Node(-1_614_092_016).count() is None
    assert Node("-5").count() is None
    assert Node(0).count() == 0


@pytest.mark.parametrize("value", [0, -1, "0"])
def test_an_id_is_positive(value: object) -> None:
    assert _path_of_failure(Node({"id": value})["id"].identifier) == "id"


def test_a_path_leads_through_objects_and_lists() -> None:
    node = Node({"list": [{}, {"stats": {"playCount": []}}]})
    second = list(node["list"].items())[1]
    assert _path_of_failure(second["stats"]["playCount"].integer) == "list[1].stats.playCount"
    assert _path_of_failure(second["absent"]["deeper"].text) == "list[1].absent.deeper"


def test_text_loses_only_what_a_database_cannot_hold() -> None:
    text = json.loads('"a\\u0000b \\ud83c\\udf72 \\ud83c \\u202e\\u0634\\n\\u2028"')
    assert Node(text).text() == "ab 🍲 \ufffd \u202eش\n\u2028"
    Node(text).text().encode()


def test_an_absent_text_is_its_default_or_a_failure() -> None:
    assert Node(None).text(default="") == ""
    assert _path_of_failure(Node({"desc": None})["desc"].text) == "desc"
    assert _path_of_failure(lambda: Node({"desc": 5})["desc"].text(default="")) == "desc"


@pytest.mark.parametrize(("value", "flag"), [(True, True), (False, False), (None, False), (0, False), (4, True)])
def test_flags_come_as_truth_values_or_numbers(value: object, flag: bool) -> None:
    assert Node(value).flag() is flag


def test_a_flag_of_another_type_is_a_failure() -> None:
    assert _path_of_failure(Node({"secret": "no"})["secret"].flag) == "secret"


def test_a_list_of_another_type_is_a_failure_and_an_absent_one_is_empty() -> None:
    assert _path_of_failure(Node({"itemList": {}})["itemList"].items) == "itemList"
    assert list(Node(None).items()) == []


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://cdn.example.invalid/a.jpeg", "https://cdn.example.invalid/a.jpeg"),
        ("//cdn.example.invalid/a.jpeg", "https://cdn.example.invalid/a.jpeg"),
        ("", ""),
        (None, ""),
        (["https://cdn.example.invalid/a.jpeg"], ""),
        ("javascript:alert(1)", ""),
        ("data:image/png;base64,AA", ""),
        ("https://cdn.example.invalid/" + "a" * 2_000, ""),
    ],
)
def test_only_web_addresses_of_bearable_length_are_taken(value: object, address: str) -> None:
    assert Node(value).address() == address


@pytest.mark.parametrize("text", ["", "<html>", "{", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000, b"\xff\xfe{"])
def test_what_is_no_json_is_a_failure_of_the_whole_document(text: str | bytes) -> None:
    assert _path_of_failure(lambda: parse_json(text, "")) == "$"
