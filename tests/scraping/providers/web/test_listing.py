"""Pages of posts: whose they are, and where the next page starts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import AccountRef
from scraping.providers.paging import FIRST_DAY_MS, WEEK_MS, next_cursor
from scraping.providers.web.listing import parse_listing

NOW_MS = 1_700_000_000_000


@pytest.fixture
def account(shapes) -> AccountRef:
    return AccountRef(shapes.handle, shapes.account_id, shapes.sec_uid)


def _failure(body: bytes, account: AccountRef) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        parse_listing(body, account, NOW_MS)
    return caught.value


def _item(shapes, number: int, created: int, **changes) -> dict:
    return shapes.item(id=str(shapes.post_id + number), createTime=created, **changes)


def test_a_page_keeps_tiktoks_order_and_leads_to_its_oldest_post(shapes, account: AccountRef) -> None:
    items = [_item(shapes, 0, 1_690_000_300), _item(shapes, 1, 1_690_000_100), _item(shapes, 2, 1_690_000_200)]
    page = parse_listing(shapes.listing(*items), account, NOW_MS)
    assert [post.post_id for post in page.posts] == [shapes.post_id, shapes.post_id + 1, shapes.post_id + 2]
    assert page.next_cursor == "1690000100000"


def test_a_pin_older_than_the_page_does_not_move_the_cursor(shapes, account: AccountRef) -> None:
    pin = _item(shapes, 0, 1_600_000_000, isPinnedItem=True)
    page = parse_listing(shapes.listing(pin, _item(shapes, 1, 1_690_000_000)), account, NOW_MS)
    assert [post.pinned for post in page.posts] == [True, False]
    assert page.next_cursor == "1690000000000"


def test_a_page_of_pins_alone_steps_back_by_a_week(shapes, account: AccountRef) -> None:
    pin = _item(shapes, 0, 1_600_000_000, isPinnedItem=True)
    assert parse_listing(shapes.listing(pin), account, NOW_MS).next_cursor == str(NOW_MS - WEEK_MS)


@pytest.mark.parametrize("has_more", [True, False])
def test_an_empty_page_steps_back_by_a_week_whatever_it_says_of_more(
    shapes, account: AccountRef, has_more: bool
) -> None:
    page = parse_listing(shapes.listing(hasMorePrevious=has_more), account, NOW_MS)
    assert (page.posts, page.next_cursor) == ((), str(NOW_MS - WEEK_MS))


@pytest.mark.parametrize("answer", [{"hasMorePrevious": False, "statusCode": 0}, {"itemList": None, "statusCode": 0}])
def test_an_empty_page_may_leave_its_list_out(account: AccountRef, answer: dict) -> None:
    assert parse_listing(json.dumps(answer).encode(), account, NOW_MS).posts == ()


def test_a_repeated_page_steps_back_by_a_week(shapes, account: AccountRef) -> None:
    newest = _item(shapes, 0, 1_690_000_000)
    page = parse_listing(shapes.listing(newest), account, 1_690_000_000_000)
    assert page.next_cursor == str(1_690_000_000_000 - WEEK_MS)


def test_the_listing_ends_before_tiktok_existed(shapes, account: AccountRef) -> None:
    page = parse_listing(shapes.listing(), account, FIRST_DAY_MS + WEEK_MS - 1)
    assert page.next_cursor is None
    assert parse_listing(shapes.listing(), account, FIRST_DAY_MS + WEEK_MS).next_cursor == str(FIRST_DAY_MS)


@given(st.integers(FIRST_DAY_MS, 2 * NOW_MS))
def test_empty_pages_always_lead_back_to_an_end(cursor: int) -> None:
    following = next_cursor((), cursor)
    assert following is None or FIRST_DAY_MS <= following < cursor


def test_a_repost_is_left_out_and_does_not_move_the_cursor(shapes, account: AccountRef) -> None:
    other = shapes.author(id="7000000000000000002", uniqueId="other", secUid="MS4wLjABAAAA" + "x" * 64)
    repost = _item(shapes, 0, 1_500_000_000, author=other)
    page = parse_listing(shapes.listing(repost, _item(shapes, 1, 1_690_000_000)), account, NOW_MS)
    assert [post.post_id for post in page.posts] == [shapes.post_id + 1]
    assert page.next_cursor == "1690000000000"


def test_a_renamed_author_is_the_same_author(shapes, account: AccountRef) -> None:
    item = shapes.item(author=shapes.author(uniqueId="new.name"))
    page = parse_listing(shapes.listing(item), account, NOW_MS)
    assert [post.author_handle for post in page.posts] == ["new.name"]


def test_an_account_without_a_known_id_is_told_by_its_sec_uid(shapes) -> None:
    unknown = AccountRef(shapes.handle, None, shapes.sec_uid)
    other = shapes.author(id="7000000000000000002", secUid="MS4wLjABAAAA" + "x" * 64)
    page = parse_listing(shapes.listing(shapes.item(), shapes.item(author=other)), unknown, NOW_MS)
    assert [post.account_id for post in page.posts] == [shapes.account_id]


def test_an_item_that_does_not_say_whose_it_is_is_left_out(shapes, account: AccountRef) -> None:
    nobodys = _item(shapes, 0, 1_690_000_000, author=None)
    page = parse_listing(shapes.listing(nobodys, _item(shapes, 1, 1_690_000_100)), account, NOW_MS)
    assert [post.post_id for post in page.posts] == [shapes.post_id + 1]


def test_a_page_on_which_no_item_names_an_author_is_a_changed_schema(shapes, account: AccountRef) -> None:
    failure = _failure(shapes.listing(shapes.item(author=None), shapes.item(author={})), account)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, "itemList[0].author")


def test_a_truncated_page_is_a_page(shapes, account: AccountRef) -> None:
    page = parse_listing(shapes.listing(shapes.item(), hasMorePrevious=False), account, NOW_MS)
    assert (len(page.posts), page.next_cursor) == (1, "1653100000000")


def test_a_broken_item_names_its_place(shapes, account: AccountRef) -> None:
    broken = shapes.item(stats={"views": 5})
    failure = _failure(shapes.listing(shapes.item(), broken), account)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, "itemList[1].stats.playCount")


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({}, "itemList"),
        ({"items": [{"id": "1"}], "statusCode": 0, "hasMorePrevious": True}, "itemList"),
        ({"itemList": {}, "statusCode": 0}, "itemList"),
        ({"itemList": [5], "statusCode": 0}, "itemList[0]"),
        ([], "$"),
        ("{", "$"),
    ],
)
def test_an_answer_of_another_shape_is_a_changed_schema(account: AccountRef, answer: object, path: str) -> None:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    failure = _failure(body.encode(), account)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, path)


@pytest.mark.parametrize("body", [b"", b"  ", b"<html>Please wait...</html>"])
def test_an_empty_answer_or_a_page_is_a_refusal(account: AccountRef, body: bytes) -> None:
    assert _failure(body, account).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"statusCode": 10000}, Outcome.BLOCKED),
        ({"status_code": 10101}, Outcome.PROVIDER_DOWN),
        ({"statusCode": 10222, "itemList": []}, Outcome.PRIVATE_ACCOUNT),
    ],
)
def test_a_listing_states_its_own_failure(account: AccountRef, answer: dict, outcome: Outcome) -> None:
    assert _failure(json.dumps(answer).encode(), account).outcome is outcome
