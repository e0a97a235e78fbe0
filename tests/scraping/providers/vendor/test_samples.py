"""Recorded answers in the app shape are read with exactly their numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

from scraping.providers.http.transport import Answer
from scraping.providers.oembed import _is_shown
from scraping.providers.values import Node
from scraping.providers.vendor.aweme import parse_aweme, parse_comment
from scraping.providers.vendor.scrapecreators import ScrapeCreators
from scraping.providers.web.profile import account_of

SAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside this checkout")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


@pytest.mark.parametrize("name", ["aweme_list_1.json", "aweme_list_2.json"])
def test_a_recorded_list_is_read(name: str) -> None:
    recorded = sample(name)
    parts = ScrapeCreators().listing_parts(Node(recorded))
    posts = [parse_aweme(item) for item in parts.items.items()]
    assert len(posts) == len(recorded["aweme_list"]) > 0
    for post, item in zip(posts, recorded["aweme_list"], strict=True):
        stats = item["statistics"]
        shown = (post.view_count, post.like_count, post.comment_count, post.share_count, post.save_count)
        keys = ("play_count", "digg_count", "comment_count", "share_count", "collect_count")
        assert shown == tuple(stats[key] for key in keys)
        assert (str(post.post_id), post.caption, post.source_rounds) == (item["aweme_id"], item["desc"], False)


def test_a_recorded_post_is_read() -> None:
    (item,) = ScrapeCreators().post_items(Node(sample("aweme_detail_1.json")))
    post = parse_aweme(item)
    assert post.view_count == item["statistics"]["play_count"].value
    assert post.duration_seconds is not None
    assert 0 < post.duration_seconds < 3600


@pytest.mark.parametrize("name", ["comment_list_1.json", "comment_replies_1.json"])
def test_recorded_comments_are_read(name: str) -> None:
    recorded = sample(name)
    parts = ScrapeCreators().comment_parts(Node(recorded))
    comments = [parse_comment(item, 1) for item in parts.items.items()]
    assert [(str(one.comment_id), one.text, one.like_count) for one in comments] == [
        (item["cid"], item["text"], item["digg_count"]) for item in recorded["comments"]
    ]
    assert all((one.parent_id is not None) is ("replies" in name) for one in comments)


def test_a_recorded_profile_is_read_as_rounded_where_it_has_no_exact_numbers() -> None:
    recorded = sample("vendor_profile_1.json")
    parts = ScrapeCreators().profile_parts(Node(recorded))
    account = account_of(parts.user, parts.stats, parts.exact, hidden=False)
    assert (account.follower_count, account.source_rounds) == (recorded["stats"]["followerCount"], True)
    assert account.sec_uid == recorded["user"]["secUid"]


def test_recorded_embeds_are_shown_and_the_recorded_refusal_is_not() -> None:
    for name, status, shown in (
        ("oembed_3.json", 200, True),
        ("oembed_8.json", 200, True),
        ("error_oembed_1.json", 400, False),
    ):
        assert _is_shown(Answer(status, (SAMPLES / name).read_bytes(), None)) is shown
