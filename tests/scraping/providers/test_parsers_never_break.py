"""Whatever a source sends, a parser gives values or a named outcome, and never another error."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.http.transport import Answer
from scraping.providers.interface import AccountRef
from scraping.providers.oembed import _is_shown
from scraping.providers.official.answers import account_of, data_of, page_of
from scraping.providers.official.consent import granted
from scraping.providers.shape import LONGEST_SAMPLE, shape_of
from scraping.providers.values import Node
from scraping.providers.vendor.aweme import parse_aweme, parse_comment, require_shown
from scraping.providers.web.listing import parse_listing
from scraping.providers.web.profile import parse_profile
from scraping.providers.web.video import parse_video
from scraping.providers.ytdlp.entries import parse_entry
from tests.scraping.providers.conftest import ACCOUNT_ID, HANDLE, POST_ID, SEC_UID, Shapes

shapes = Shapes()
ACCOUNT = AccountRef(HANDLE, ACCOUNT_ID, SEC_UID)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "0", "-1", "1" * 25, "\ud800", "\0", "NaN", "https://", "MS4wLjABAAAA", []]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
AWEME = {
    "aweme_id": str(POST_ID),
    "desc": "Soup #soup",
    "create_time": 1653100000,
    "author": {"uid": str(ACCOUNT_ID), "unique_id": HANDLE, "sec_uid": SEC_UID},
    "statistics": dict.fromkeys(("play_count", "digg_count", "comment_count", "share_count", "collect_count"), 9),
    "status": {"is_delete": False, "private_status": 0, "in_reviewing": False},
    "video": {"duration": 34_000, "cover": {"url_list": ["https://cdn.example.invalid/c.jpeg"]}},
    "music": {"title": "sound"},
    "cha_list": [{"cha_name": "soup"}],
    "text_extra": [{"hashtag_name": "soup"}],
    "image_post_info": None,
    "is_top": 0,
}
COMMENT = {
    "cid": "7463276288959824682",
    "text": "yes",
    "create_time": 1737679448,
    "digg_count": 1,
    "reply_comment_total": 0,
    "reply_id": "0",
    "comment_language": "en",
    "user": {"uid": str(ACCOUNT_ID), "unique_id": HANDLE, "nickname": "Demo"},
}
ENTRY = {
    "id": str(POST_ID),
    "uploader": HANDLE,
    "uploader_id": str(ACCOUNT_ID),
    "channel_id": SEC_UID,
    "timestamp": 1653100000,
    "description": "Soup #soup",
    "duration": 34,
    "track": "sound",
    "covers": ["https://cdn.example.invalid/c.jpeg"],
    "view_count": 1,
    "like_count": 1,
    "comment_count": 1,
    "repost_count": 1,
    "save_count": 1,
}
VIDEO = {
    "id": str(POST_ID),
    "create_time": 1653100000,
    "video_description": "Soup #soup",
    "share_url": f"https://www.tiktok.com/@{HANDLE}/video/{POST_ID}",
    "cover_image_url": "https://cdn.example.invalid/c.jpeg",
    "duration": 34,
    "view_count": 9,
    "like_count": 9,
    "comment_count": 9,
    "share_count": 9,
}
USER = {
    "username": HANDLE,
    "display_name": "Demo",
    "bio_description": "soup",
    "avatar_large_url": "https://cdn.example.invalid/a.jpeg",
    "is_verified": False,
    "follower_count": 9,
    "following_count": 9,
    "likes_count": 9,
    "video_count": 9,
}
FINE = {"code": "ok", "message": "", "log_id": "1"}
GRANT = {
    "access_token": "act.1",
    "expires_in": 86_400,
    "open_id": "-1",
    "refresh_token": "rft.1",
    "refresh_expires_in": 31_536_000,
    "scope": "user.info.basic,video.list",
}


def api(read: Callable[[Node, AccountRef], object]) -> Callable[[Any], object]:
    return lambda value: read(data_of(Answer(200, encoded(value), None)), ACCOUNT)


def aweme(value: Any) -> object:
    require_shown(Node(value))
    return parse_aweme(Node(value))


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


PARSERS: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "profile": (
        shapes.user_detail(),
        lambda value: parse_profile(shapes.scope("webapp.user-detail", value), HANDLE),
    ),
    "legacy profile": (
        {
            "UserModule": {"users": {HANDLE: shapes.user()}, "stats": {HANDLE: shapes.stats()}},
            "UserPage": {"statusCode": 0},
        },
        lambda value: parse_profile(shapes.page(value, "SIGI_STATE"), HANDLE),
    ),
    "listing": (
        json.loads(shapes.listing(shapes.item(), shapes.item(id="7100000000000000002", isPinnedItem=True))),
        lambda value: parse_listing(encoded(value), ACCOUNT, 1_780_000_000_000),
    ),
    "post": (
        shapes.video_detail(),
        lambda value: parse_video(shapes.scope("webapp.video-detail", value), POST_ID),
    ),
    "aweme": (AWEME, aweme),
    "comment": (COMMENT, lambda value: parse_comment(Node(value), POST_ID)),
    "yt-dlp entry": (ENTRY, lambda value: parse_entry(Node(value))),
    "official account": ({"data": {"user": USER}, "error": FINE}, api(account_of)),
    "official page": (
        {
            "data": {"videos": [VIDEO, {**VIDEO, "id": "7100000000000000002"}], "cursor": 1, "has_more": True},
            "error": FINE,
        },
        api(page_of),
    ),
    "official grant": (
        GRANT,
        lambda value: granted(Answer(200, encoded(value), None), datetime(2026, 10, 1, tzinfo=UTC)),
    ),
    "oembed": ({"html": "<blockquote>", "title": "x"}, lambda value: _is_shown(Answer(200, encoded(value), None))),
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, member in members for place in places(member, (*path, key)))]


def changed(document: Any, path: tuple[Any, ...], junk: Any, drop: bool) -> Any:
    """The document with something else, or nothing, at a path."""
    if not path:
        return junk
    document = copy.deepcopy(document)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    if drop:
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    return document


@pytest.mark.parametrize("name", PARSERS)
def test_the_whole_document_is_read(name: str) -> None:
    document, parse = PARSERS[name]
    assert parse(document)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_change_gives_values_or_a_named_outcome(name: str, data: st.DataObject) -> None:
    document, parse = PARSERS[name]
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(places(document)))
        document = changed(document, path, data.draw(JUNK), data.draw(st.booleans()))
    failure = failure_of(parse, document)
    if failure is not None and failure.outcome is Outcome.SCHEMA_CHANGED:
        assert failure.path
        assert len(failure.sample or "") <= LONGEST_SAMPLE


def failure_of(parse: Callable[[Any], object], document: Any) -> ScrapeFailure | None:
    """The named failure that reading ends in, if it does; any other error is the test's."""
    try:
        parse(document)
    except ScrapeFailure as failure:
        return failure
    return None


@given(st.binary(max_size=200))
def test_any_bytes_give_values_or_a_named_outcome(body: bytes) -> None:
    for parse in (
        lambda: parse_profile(body, HANDLE),
        lambda: parse_listing(body, ACCOUNT, 1_780_000_000_000),
        lambda: parse_video(body, POST_ID),
        lambda: _is_shown(Answer(200, body, None)),
        lambda: data_of(Answer(200, body, None)),
        lambda: granted(Answer(200, body, None), datetime(2026, 10, 1, tzinfo=UTC)),
    ):
        with pytest.raises(ScrapeFailure):
            parse()


@given(JUNK)
def test_a_shape_holds_no_value_and_has_a_bound(value: Any) -> None:
    assert len(shape_of(value)) <= LONGEST_SAMPLE


def test_a_shape_keeps_keys_and_types_and_hides_handles_and_texts() -> None:
    state = {"users": {"mara.cooks": {"id": "71", "bio": "call me at 555"}}, "items": [{"n": 1}, {"n": 2}], "x": None}
    assert json.loads(shape_of(state)) == {
        "users": {"*": {"id": "str", "bio": "str"}},
        "items": [{"n": "int"}, "list of 2"],
        "x": "nothing",
    }
    assert "secret handle" not in shape_of({"secret handle!": 1})
