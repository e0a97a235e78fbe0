"""Post pages in their three forms, and what is shown instead of a post."""

import pytest

from scraping.outcomes import Outcome, ScrapeFailure, UnavailableReason
from scraping.providers.values import Node
from scraping.providers.web.items import parse_item
from scraping.providers.web.video import parse_video

BASE = "__DEFAULT_SCOPE__.webapp.video-detail"


def _failure(page: bytes, post_id: int) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        parse_video(page, post_id)
    return caught.value


def test_every_form_of_the_page_shows_the_same_post(shapes) -> None:
    post = parse_item(Node(shapes.item()))
    current = shapes.video_page()
    shared = shapes.scope("webapp.reflow.video.detail", shapes.video_detail())
    legacy = shapes.page({"ItemModule": {str(shapes.post_id): shapes.item()}}, script="SIGI_STATE")
    assert [parse_video(page, shapes.post_id) for page in (current, shared, legacy)] == [post, post, post]


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (10204, Outcome.POST_UNAVAILABLE, UnavailableReason.DELETED),
        (10213, Outcome.POST_UNAVAILABLE, UnavailableReason.AGE),
        (10214, Outcome.POST_UNAVAILABLE, UnavailableReason.AGE),
        (10215, Outcome.POST_UNAVAILABLE, None),
        (10216, Outcome.POST_UNAVAILABLE, UnavailableReason.PRIVATE),
        (10217, Outcome.POST_UNAVAILABLE, UnavailableReason.IN_REVIEW),
        (10231, Outcome.POST_UNAVAILABLE, UnavailableReason.REGION),
        (10222, Outcome.PRIVATE_ACCOUNT, None),
        (10223, Outcome.PRIVATE_ACCOUNT, None),
        (10202, Outcome.NOT_FOUND, None),
        (10221, Outcome.NOT_FOUND, None),
        (10000, Outcome.BLOCKED, None),
        (10102, Outcome.BLOCKED, None),
        (10101, Outcome.PROVIDER_DOWN, None),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_every_status_code_has_its_outcome(
    shapes, code: int, outcome: Outcome, reason: UnavailableReason | None, as_text: bool
) -> None:
    detail = {"statusCode": str(code) if as_text else code, "itemInfo": {}}
    failure = _failure(shapes.scope("webapp.video-detail", detail), shapes.post_id)
    assert (failure.outcome, failure.reason, failure.path) == (outcome, reason, None)
    assert str(code) in failure.detail


@pytest.mark.parametrize("code", [10201, 10999, -1])
def test_a_code_that_nobody_explained_is_a_changed_schema(shapes, code: int) -> None:
    failure = _failure(shapes.scope("webapp.video-detail", {"statusCode": code}), shapes.post_id)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.statusCode")


@pytest.mark.parametrize("info", [{}, {"itemStruct": {}}])
def test_an_empty_post_that_explains_nothing_is_a_refusal(shapes, info: dict) -> None:
    page = shapes.scope("webapp.video-detail", {"statusCode": 0, "itemInfo": info})
    assert _failure(page, shapes.post_id).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("detail", "path"),
    [
        ({"statusCode": 0}, "itemInfo"),
        ({"statusCode": 0, "itemInfo": {"item": {"id": "1"}}}, "itemInfo.itemStruct"),
        ({"statusCode": "fine"}, "statusCode"),
    ],
)
def test_a_post_in_another_place_is_a_changed_schema(shapes, detail: dict, path: str) -> None:
    failure = _failure(shapes.scope("webapp.video-detail", detail), shapes.post_id)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.{path}")


def test_a_page_that_lost_the_post_scope_is_a_changed_schema(shapes) -> None:
    failure = _failure(shapes.scope("webapp.something-else", {}), shapes.post_id)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, BASE)


def test_a_page_of_another_post_is_not_taken_for_this_one(shapes) -> None:
    failure = _failure(shapes.video_page(), shapes.post_id + 1)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.itemInfo.itemStruct.id")


def test_an_item_marked_private_is_unavailable(shapes) -> None:
    failure = _failure(shapes.video_page(privateItem=True), shapes.post_id)
    assert (failure.outcome, failure.reason) == (Outcome.POST_UNAVAILABLE, UnavailableReason.PRIVATE)


def test_a_post_for_grown_ups_is_unavailable_only_where_its_numbers_are_withheld(shapes) -> None:
    withheld = _failure(shapes.video_page(isContentClassified=True, stats=None), shapes.post_id)
    assert (withheld.outcome, withheld.reason) == (Outcome.POST_UNAVAILABLE, UnavailableReason.AGE)
    assert parse_video(shapes.video_page(isContentClassified=True, video=None), shapes.post_id).view_count == 38_900


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ({"ItemModule": {}, "VideoPage": {"statusCode": 10204}}, Outcome.POST_UNAVAILABLE),
        ({"ItemModule": {}, "VideoPage": {"statusCode": 0}}, Outcome.BLOCKED),
        ({"ItemModule": {"1": {"id": "1"}}}, Outcome.SCHEMA_CHANGED),
        ({"Other": {}}, Outcome.SCHEMA_CHANGED),
    ],
)
def test_the_legacy_state_explains_what_it_does_not_hold(shapes, state: dict, outcome: Outcome) -> None:
    assert _failure(shapes.page(state, script="SIGI_STATE"), shapes.post_id).outcome is outcome
