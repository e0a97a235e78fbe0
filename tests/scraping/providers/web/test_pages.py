"""Finding the data script in a page, and telling refusals from changes."""

import time

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.web.pages import page_data


def _failure(page: bytes) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        page_data(page)
    return caught.value


def test_the_scopes_of_the_data_script_are_found_by_name(shapes) -> None:
    assert page_data(shapes.scope("webapp.user-detail", {"a": 1}))["webapp.user-detail"]["a"].integer() == 1


@pytest.mark.parametrize(
    "tag",
    [
        '<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">',
        '<script type="application/json" id="__UNIVERSAL_DATA_FOR_REHYDRATION__">',
        "<script nonce='x' id='__UNIVERSAL_DATA_FOR_REHYDRATION__'\n type='application/json'>",
    ],
)
def test_the_script_is_known_by_its_id_however_the_tag_is_written(tag: str) -> None:
    page = f'<p>id="__UNIVERSAL_DATA_FOR_REHYDRATION__"</p>{tag} {{"__DEFAULT_SCOPE__": {{"x": 5}}}} </script>'
    assert page_data(page.encode())["x"].integer() == 5


@pytest.mark.parametrize("script", ["SIGI_STATE", "sigi-persisted-data"])
def test_the_legacy_state_is_found_where_the_new_script_is_absent(shapes, script: str) -> None:
    data = page_data(shapes.page({"ItemModule": {"1": {"id": "1"}}}, script=script))
    assert data["SIGI_STATE"]["ItemModule"]["1"]["id"].path == "SIGI_STATE.ItemModule.1.id"


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        (b"", "empty answer"),
        (b" \n", "empty answer"),
        (b"<html><body>Please wait...</body></html>", "challenge page"),
        (b'<html><div class="captcha_verify_container"></div></html>', "captcha page"),
        (b"<html><head></head><body></body></html>", "page without data"),
        (b'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__"></script>', "page without data"),
    ],
)
def test_a_page_without_data_is_a_refusal(page: bytes, detail: str) -> None:
    failure = _failure(page)
    assert (failure.outcome, failure.detail) == (Outcome.BLOCKED, detail)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("{", "$"),
        ({}, "__DEFAULT_SCOPE__"),
        ({"__DEFAULT_SCOPE__": []}, "__DEFAULT_SCOPE__"),
        ([], "$"),
    ],
)
def test_a_script_that_holds_something_else_is_a_changed_schema(shapes, data: object, path: str) -> None:
    failure = _failure(shapes.page(data))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, path)


def test_a_hostile_page_of_many_open_tags_costs_one_pass() -> None:
    page = b"<script " * 250_000
    began = time.perf_counter()
    assert _failure(page).outcome is Outcome.BLOCKED
    assert time.perf_counter() - began < 3
