"""One post in every form in which TikTok shows it."""

from datetime import UTC, datetime

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import PostData, PostKind
from scraping.providers.values import Node
from scraping.providers.web.items import parse_item

# The upper half of the hand-written id, which is a minute or so before its createTime in real posts.
UPLOADED_AT = datetime.fromtimestamp(7100000000000000001 >> 32, UTC)


def _failure(item: dict) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        parse_item(Node(item))
    return caught.value


def test_a_post_is_read_whole(shapes) -> None:
    assert parse_item(Node(shapes.item())) == PostData(
        post_id=shapes.post_id,
        account_id=shapes.account_id,
        author_handle="demo.creator",
        posted_at=datetime(2022, 5, 21, 2, 26, 40, tzinfo=UTC),
        caption="Soup in five minutes #soup",
        kind=PostKind.VIDEO,
        duration_seconds=34,
        cover_url="https://cdn.example.invalid/cover.jpeg",
        hashtags=("soup",),
        music_title="original sound",
        pinned=False,
        view_count=38_900,
        like_count=4_100,
        comment_count=57,
        share_count=9,
        save_count=120,
        source_rounds=True,
    )


@pytest.mark.parametrize("create_time", [1653100000, "1653100000"])
def test_the_time_comes_as_a_number_or_as_digits(shapes, create_time: int | str) -> None:
    posted_at = parse_item(Node(shapes.item(createTime=create_time))).posted_at
    assert posted_at == datetime(2022, 5, 21, 2, 26, 40, tzinfo=UTC)


@pytest.mark.parametrize("create_time", [None, 0, "0", ""])
def test_without_a_time_the_id_tells_it(shapes, create_time: int | str | None) -> None:
    assert parse_item(Node(shapes.item(createTime=create_time))).posted_at == UPLOADED_AT


@pytest.mark.parametrize("create_time", [-1, 1653100000000, "yesterday", 1653100000.5, [1]])
def test_a_time_that_is_no_second_is_a_changed_schema(shapes, create_time: object) -> None:
    failure = _failure(shapes.item(createTime=create_time))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, "createTime")


def test_saves_come_as_a_number_or_as_digits_or_not_at_all(shapes) -> None:
    stats = shapes.item()["stats"]
    as_text = parse_item(Node(shapes.item(stats={**stats, "collectCount": "940"})))
    without = parse_item(Node(shapes.item(stats={key: stats[key] for key in stats if key != "collectCount"})))
    assert (as_text.save_count, without.save_count) == (940, None)


def test_the_second_form_of_the_numbers_is_preferred_one_by_one(shapes) -> None:
    exact = {"playCount": "1000000000", "collectCount": "59149", "repostCount": "0"}
    post = parse_item(Node(shapes.item(statsV2=exact)))
    assert (post.view_count, post.save_count, post.like_count) == (1_000_000_000, 59_149, 4_100)
    assert post.source_rounds


@pytest.mark.parametrize("take_down", [1, True, 4])
def test_zeros_of_a_post_that_was_taken_down_are_unknown(shapes, take_down: object) -> None:
    zeros = dict.fromkeys(["playCount", "diggCount", "commentCount", "shareCount", "collectCount"], 0)
    post = parse_item(Node(shapes.item(takeDown=take_down, stats=zeros)))
    counts = (post.view_count, post.like_count, post.comment_count, post.share_count, post.save_count)
    assert counts == (None, None, None, None, None)


def test_zeros_of_a_post_that_stands_are_zeros(shapes) -> None:
    stats = {**shapes.item()["stats"], "playCount": 0}
    assert parse_item(Node(shapes.item(takeDown=0, stats=stats))).view_count == 0


def test_an_overflowed_count_is_unknown(shapes) -> None:
    assert parse_item(Node(shapes.item(statsV2={"playCount": -5}))).view_count is None


def test_a_carousel_is_a_photo_post_without_a_duration(shapes) -> None:
    images = {"images": [{"imageURL": {"urlList": ["https://cdn.example.invalid/1.jpeg"]}}]}
    cover = {"imageURL": {"urlList": ["https://cdn.example.invalid/cover-of-images.jpeg"]}}
    post = parse_item(Node(shapes.item(imagePost={**images, "cover": cover}, video={"duration": 0, "cover": ""})))
    assert (post.kind, post.duration_seconds) == (PostKind.PHOTO, None)
    assert post.cover_url == "https://cdn.example.invalid/cover-of-images.jpeg"


def test_a_pinned_post_says_so(shapes) -> None:
    assert parse_item(Node(shapes.item(isPinnedItem=True))).pinned


def test_an_item_without_an_author_is_still_a_post(shapes) -> None:
    post = parse_item(Node(shapes.item(author=None)))
    assert (post.account_id, post.author_handle, post.view_count) == (None, "", 38_900)


def test_the_legacy_form_names_its_author_beside_the_handle(shapes) -> None:
    item = shapes.item(author="Demo.Creator", authorId=str(shapes.account_id), authorSecId=shapes.sec_uid)
    post = parse_item(Node(item))
    assert (post.account_id, post.author_handle) == (shapes.account_id, "demo.creator")


def test_a_handle_that_no_account_can_have_is_left_out(shapes) -> None:
    post = parse_item(Node(shapes.item(author=shapes.author(uniqueId="a" * 31))))
    assert (post.account_id, post.author_handle) == (shapes.account_id, "")


@pytest.mark.parametrize(
    "caption",
    ["", "🍲" * 2_200, "مرحبا \u202eabc", "one\ntwo\r\n\u2028three", "x" * 2_200, "&amp; <b> </script >"],
)
def test_captions_pass_untouched(shapes, caption: str) -> None:
    assert parse_item(Node(shapes.item(desc=caption))).caption == caption


def test_a_caption_loses_its_nul_characters(shapes) -> None:
    assert parse_item(Node(shapes.item(desc="so\0up"))).caption == "soup"


def test_hashtags_are_lower_case_and_named_once_in_order(shapes) -> None:
    item = shapes.item(
        challenges=[{"title": "Soup"}, {"title": "суп"}],
        textExtra=[{"hashtagName": "soup"}, {"userUniqueId": "somebody"}, {"hashtagName": "FYP"}],
    )
    assert parse_item(Node(item)).hashtags == ("soup", "суп", "fyp")


def test_optional_parts_may_be_absent(shapes) -> None:
    post = parse_item(Node(shapes.item(video=None, music=None, challenges=None, textExtra=None)))
    assert (post.duration_seconds, post.cover_url, post.music_title, post.hashtags) == (None, "", "", ())


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "id"),
        ({"id": "0"}, "id"),
        ({"id": 7.1e18}, "id"),
        ({"desc": None}, "desc"),
        ({"desc": 5}, "desc"),
        ({"stats": None}, "stats.playCount"),
        ({"stats": "many"}, "stats.playCount"),
        ({"stats": {"playCount": "38.9K"}}, "stats.playCount"),
        ({"stats": {"playCount": 2**63}}, "stats.playCount"),
        ({"stats": {"playCount": 1}}, "stats.diggCount"),
        ({"statsV2": {"playCount": ""}}, "statsV2.playCount"),
        ({"author": {"id": "x"}}, "author.id"),
        ({"challenges": {}}, "challenges"),
        ({"isPinnedItem": "yes"}, "isPinnedItem"),
    ],
)
def test_a_part_that_is_missing_or_of_another_type_is_a_changed_schema(shapes, changes: dict, path: str) -> None:
    failure = _failure(shapes.item(**changes))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, path)


@pytest.mark.parametrize("item", [None, "7100000000000000001", []])
def test_what_is_no_object_is_no_post(item: object) -> None:
    assert _failure(item).outcome is Outcome.SCHEMA_CHANGED
