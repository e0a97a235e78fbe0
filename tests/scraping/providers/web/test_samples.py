"""The parsers against pages and answers that TikTok really gave, where a folder of recorded ones stands beside the
checkout. Captions, handles and numbers here were read off those files by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraping.counts import tiktok_round
from scraping.grammar import parse_handle, posted_at_from_id
from scraping.outcomes import Outcome, ScrapeFailure, UnavailableReason
from scraping.providers.interface import AccountData, AccountRef, PostData, PostKind, PostPage
from scraping.providers.web.listing import parse_listing
from scraping.providers.web.profile import parse_profile
from scraping.providers.web.video import parse_video

SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "samples"
NOW_MS = 1_790_000_000_000

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no recorded pages in {SAMPLES}")


def _bytes(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _json(name: str) -> Any:
    return json.loads(_bytes(name))


@pytest.fixture
def page(shapes: Any) -> Any:
    """Puts a recorded scope, with or without its frame, into a page again."""

    def build(name: str, script: str = "__UNIVERSAL_DATA_FOR_REHYDRATION__") -> bytes:
        data = _json(name)
        framed = "__DEFAULT_SCOPE__" in data or script == "SIGI_STATE"
        return shapes.page(data if framed else {"__DEFAULT_SCOPE__": data}, script)

    return build


def _counts(account: AccountData) -> tuple[int | None, ...]:
    return (account.follower_count, account.following_count, account.total_likes, account.video_count)


def _post_counts(post: PostData) -> tuple[int | None, ...]:
    return (post.view_count, post.like_count, post.comment_count, post.share_count, post.save_count)


def _failure(parse: Any, *arguments: Any) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        parse(*arguments)
    return caught.value


def test_a_whole_profile_page_of_an_institution() -> None:
    account = parse_profile(_bytes("profile_page_1.html"), "alcaldiasa")
    assert (account.account_id, account.handle) == (7065499344158344198, "alcaldiasa")
    assert (account.nickname, account.verified, account.private) == ("Alcaldía de Santa Ana", True, False)
    assert _counts(account) == (38_490, 24, 593_024, 927)
    assert not account.source_rounds
    assert account.sec_uid.startswith("MS4wLjABAAAA512y-9TTmvycymky4Xc0ekQnz2cj6OC4LVgfZEtOlW78Jgx")
    assert account.avatar_url.startswith("https://")


def test_a_whole_profile_page_with_emoji_and_newlines() -> None:
    account = parse_profile(_bytes("profile_page_4.html"), "jelly.here10")
    assert (account.account_id, account.handle) == (7520738649269765127, "jelly.here10")
    assert account.nickname == "Jelly.here۶ৎ"
    assert account.bio.splitlines()[1:] == ["✎ᝰTạm Ngưng Nhận Job📒", "📩Contact here📩"]
    assert _counts(account) == (3_666, 1_255, 272_628, 543)


def test_a_profile_without_exact_numbers(page: Any) -> None:
    account = parse_profile(page("user_detail_2.json"), "webstoremd")
    assert (account.account_id, account.handle) == (6910304068566041606, "webstoremd")
    assert _counts(account) == (211_900, 28, 2_900_000, 2_074)
    assert account.source_rounds


def test_a_profile_whose_likes_overflowed(page: Any) -> None:
    account = parse_profile(page("user_detail_7.json"), "khaby.lame")
    assert (account.account_id, account.handle) == (127905465618821121, "khaby.lame")
    assert _counts(account) == (162_986_107, 81, 2_680_875_280, 1_353)
    assert not account.source_rounds


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (38_490, 38_500),
        (593_024, 593_000),
        (272_628, 272_600),
        (162_986_107, 163_000_000),
        (2_680_875_280, 2_700_000_000),
    ],
)
def test_the_rounding_is_the_one_between_the_two_forms_of_these_profiles(exact: int, shown: int) -> None:
    assert tiktok_round(exact) == shown


def test_a_listing_of_thirty_four_posts(shapes: Any) -> None:
    items = _json("item_list_3.json")
    author = items[0]["author"]
    account = AccountRef("corinnakopf", 6717482175229199365, author["secUid"])
    page = parse_listing(shapes.listing(*items), account, NOW_MS)
    assert len(page.posts) == 34
    assert {(post.account_id, post.author_handle) for post in page.posts} == {(6717482175229199365, "corinnakopf")}
    first = page.posts[0]
    assert (first.post_id, first.caption, first.duration_seconds) == (7173362850713455918, "he’s kinda cute ", 7)
    assert first.posted_at == datetime.fromtimestamp(1670178707, UTC)
    assert _post_counts(first) == (1_600_000, 158_700, 1_538, 949, None)
    assert first.music_title == "Originalton"
    assert sum(post.view_count or 0 for post in page.posts) == sum(item["stats"]["playCount"] for item in items)
    assert page.next_cursor == "1571935026000"


def test_a_pinned_post_alone_on_a_page(shapes: Any) -> None:
    items = _json("item_list_5.json")["data"]["itemList"]
    account = AccountRef("zg.520", 6799838955094836230, items[0]["author"]["secUid"])
    page = parse_listing(shapes.listing(*items), account, NOW_MS)
    (post,) = page.posts
    assert (post.post_id, post.pinned, post.duration_seconds) == (7498337886933191943, True, 30)
    assert _post_counts(post) == (14_200_000, 866_000, 18_900, 34_700, 59_149)
    assert post.caption == "新中国第一条运河太震撼了#china #大国基建 "
    assert post.hashtags == ("china", "大国基建")
    assert page.next_cursor == str(NOW_MS - 604_800_000)


def test_somebody_elses_listing_holds_none_of_an_accounts_posts(shapes: Any) -> None:
    other = AccountRef("zg.520", 6799838955094836230, "MS4wLjABAAAAother")
    page = parse_listing(shapes.listing(*_json("item_list_3.json")), other, NOW_MS)
    assert page == PostPage((), str(NOW_MS - 604_800_000))


def test_a_whole_post_page() -> None:
    post = parse_video(_bytes("video_page_1.html"), 7608826249200356630)
    assert (post.account_id, post.author_handle) == (6813808072638399493, "emthenutritionist")
    assert post.posted_at == datetime.fromtimestamp(1771567930, UTC)
    assert (post.kind, post.duration_seconds, post.music_title) == (PostKind.VIDEO, 54, "original sound")
    assert post.caption.startswith(
        "15 MINUTE CREAMY THAI COCONUT COD CURRY \u2028Creamy, fragrant and properly speedy."
    )
    assert post.hashtags == ("healthyrecipes", "quickrecipes")
    assert _post_counts(post) == (2_900_000, 105_200, 499, 42_400, 124_842)
    assert post.source_rounds
    assert post.cover_url.startswith("https://")


def test_a_carousel(page: Any) -> None:
    post = parse_video(page("video_detail_2.json"), 7681723633164717325)
    assert (post.account_id, post.author_handle) == (7664638705177150477, "nasa")
    assert (post.kind, post.duration_seconds, post.hashtags) == (PostKind.PHOTO, None, ())
    assert _post_counts(post) == (254_100, 13_200, 264, 385, 940)
    assert post.posted_at == datetime.fromtimestamp(1788540697, UTC)
    assert post.cover_url.startswith("https://")


def test_a_profile_in_the_legacy_state(page: Any) -> None:
    account = parse_profile(page("sigi_state_1.json", "SIGI_STATE"), "dylanlemay")
    assert (account.account_id, account.nickname, account.verified) == (6798608364106204165, "Dylan Lemay", True)
    assert _counts(account) == (11_200_000, 1_204, 587_500_000, 1_526)
    assert account.source_rounds


def test_all_posts_in_the_legacy_state(page: Any) -> None:
    items = _json("sigi_state_1.json")["ItemModule"]
    posts = [parse_video(page("sigi_state_1.json", "SIGI_STATE"), int(post_id)) for post_id in items]
    assert len(posts) == 16
    assert {(post.account_id, post.author_handle) for post in posts} == {(6798608364106204165, "dylanlemay")}
    first = posts[0]
    assert _post_counts(first) == (101_500, 15_500, 64, 16, None)
    assert first.hashtags[:2] == ("catchnicecream", "icecream")


@pytest.mark.parametrize("name", ["item_list_3.json", "sigi_state_1.json"])
def test_every_recorded_post_was_made_within_minutes_after_its_id(name: str) -> None:
    data = _json(name)
    items = data if isinstance(data, list) else list(data["ItemModule"].values())
    late = [int(item["createTime"]) - posted_at_from_id(int(item["id"])).timestamp() for item in items]
    assert min(late) >= 0
    assert max(late) <= 600


@pytest.mark.parametrize("name", ["profile_page_1.html", "profile_page_4.html"])
def test_recorded_handles_are_handles(name: str) -> None:
    account = parse_profile(_bytes(name), "")
    assert parse_handle(account.handle) == account.handle


def test_a_banned_account(page: Any) -> None:
    failure = _failure(parse_profile, page("error_user_detail_1.json"), "demo")
    assert (failure.outcome, failure.detail[:5]) == (Outcome.NOT_FOUND, "10221")


def test_a_post_that_does_not_exist(page: Any) -> None:
    failure = _failure(parse_video, page("error_video_detail_1.json"), 7100000000000000001)
    assert (failure.outcome, failure.reason) == (Outcome.POST_UNAVAILABLE, UnavailableReason.DELETED)


@pytest.mark.parametrize(
    ("name", "detail"), [("waf_page_1.html", "challenge page"), ("empty_page_1.html", "page without data")]
)
def test_pages_without_data_are_refusals(name: str, detail: str) -> None:
    account = AccountRef("demo", 1, "MS4wLjABAAAAdemo")
    for parse, argument in ((parse_profile, "demo"), (parse_video, 1)):
        failure = _failure(parse, _bytes(name), argument)
        assert (failure.outcome, failure.detail) == (Outcome.BLOCKED, detail)
    assert _failure(parse_listing, _bytes(name), account, NOW_MS).outcome is Outcome.BLOCKED
