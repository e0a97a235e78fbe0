"""The examples of the document are what the product answers."""

from typing import Any

from api.examples import REQUESTS, SHOWN_ROWS, answer_example, shortened
from tests.api.contract.shapes import misfits


def test_an_example_is_as_the_product_answers(ask: Any, rows: dict[str, str]) -> None:
    for operation_id, request in REQUESTS.items():
        answer = ask(request.format(**rows))
        assert answer.status == 200, (operation_id, answer.body)
        assert misfits(answer_example(operation_id), answer.body) == [], operation_id


def test_an_example_shows_something() -> None:
    for operation_id in REQUESTS:
        assert answer_example(operation_id)["data"], operation_id


def test_long_lists_are_shown_by_their_beginning() -> None:
    assert shortened({"data": [{"series": [1, 2, 3, 4, 5]}] * 9}) == {"data": [{"series": [1, 2, 3]}] * SHOWN_ROWS}
