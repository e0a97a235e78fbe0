"""The edge cases of TikTok's data, asked of every provider through the simulator in the shape that it reads."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scraping.counts import tiktok_round
from scraping.outcomes import Outcome, Refusal, ScrapeFailure, UnavailableReason
from scraping.providers.interface import AccountData, AccountRef, Capability, PostData
from scraping.providers.shape import LONGEST_SAMPLE
from tests.scraping.providers.harness import NOON, RETRY_AFTER, TARGETS, Simulated, able

PROFILE = able(Capability.PROFILE, simulated=True)
LISTING = able(Capability.LISTING, simulated=True)
POSTS = able(Capability.POSTS, simulated=True)
REQUESTS = [(name, capability) for capability in TARGETS for name in able(capability, simulated=True)]
# Whose pages anybody may read: they hold what strangers are shown.
PUBLIC_PROFILE = able(Capability.PROFILE, simulated=True, of_anybody=True)
PUBLIC_LISTING = able(Capability.LISTING, simulated=True, of_anybody=True)
PUBLIC_POSTS = able(Capability.POSTS, simulated=True, of_anybody=True)
EXACT = {"vendor", "official"}


@pytest.fixture
def harness(request: pytest.FixtureRequest) -> Iterator[Simulated]:
    made = Simulated(request.param, request.getfixturevalue("running"), request.getfixturevalue("pool"))
    yield made
    made.provider.close()


def profile(harness: Simulated, handle: str) -> AccountData:
    return harness.provider_of(handle).fetch_profile(AccountRef(handle))


def walk(harness: Simulated, handle: str, *, days: int = 90, pages: int = 40) -> dict[int, PostData]:
    """An account's posts of so many days, page by page, as a caller reads them."""
    found: dict[int, PostData] = {}
    account, cursor, empty = harness.reference(handle), None, 0
    provider = harness.provider_of(handle)
    for _ in range(pages):
        page = provider.list_posts(account, cursor)
        empty = 0 if {post.post_id for post in page.posts} - found.keys() else empty + 1
        found.update((post.post_id, post) for post in page.posts)
        cursor = page.next_cursor
        unpinned = [post.posted_at for post in page.posts if not post.pinned]
        if cursor is None or empty == 3 or (unpinned and min(unpinned) < NOON - timedelta(days=days)):
            break
    return found


def read(harness: Simulated, post_id: int) -> PostData | ScrapeFailure:
    author = harness.simulator.post(post_id)["handle"]
    return harness.provider_of(author).fetch_posts([post_id])[post_id]


def shown(harness: Simulated, exact: int) -> int:
    """A count as the harness's source shows it."""
    return exact if harness.provider.name in EXACT else tiktok_round(exact)


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_counts_are_what_the_source_shows_and_its_precision_is_said(harness: Simulated) -> None:
    truth = {int(post["id"]): post for post in harness.simulator.posts("dogsof.elmstreet")}
    found = walk(harness, "dogsof.elmstreet", pages=2)
    assert len(found) >= 15
    for post_id in found.keys() & truth.keys():
        post, exact = found[post_id], truth[post_id]
        for name in ("view_count", "like_count", "comment_count", "share_count", "save_count"):
            told = None if (harness.name, name) == ("official", "save_count") else shown(harness, exact[name])
            assert getattr(post, name) == told, name
        assert post.source_rounds is (harness.provider.name not in EXACT)


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_captions_arrive_whole_with_emoji_rtl_newlines_and_at_full_length(harness: Simulated) -> None:
    for handle in ("zahra.kitchen", "mara.cooks"):
        truth = {int(post["id"]): post for post in harness.simulator.posts(handle)}
        found = walk(harness, handle, pages=3)
        assert found.keys() & truth.keys()
        for post_id in found.keys() & truth.keys():
            assert found[post_id].caption == truth[post_id]["caption"]
            assert (
                set(found[post_id].hashtags) == {tag.lower() for tag in truth[post_id]["hashtags"]}
                or not found[post_id].caption
            )


@pytest.mark.parametrize("harness", POSTS, indirect=True)
def test_a_post_beyond_a_billion_views_is_counted_whole(harness: Simulated) -> None:
    harness.simulator.set_clock(NOON)
    giant = max(
        harness.simulator.posts("giga.moment", after=NOON - timedelta(days=900)), key=lambda post: post["view_count"]
    )
    assert giant["view_count"] > 10**9
    post = read(harness, int(giant["id"]))
    assert isinstance(post, PostData)
    assert post.view_count == shown(harness, giant["view_count"])


@pytest.mark.parametrize("harness", PROFILE, indirect=True)
def test_likes_that_overflow_are_exact_or_unknown_and_never_negative(harness: Simulated) -> None:
    exact = harness.simulator.account("giga.moment")["total_likes"]
    assert exact > 2**31
    assert profile(harness, "giga.moment").total_likes == exact


@pytest.mark.parametrize("harness", PUBLIC_PROFILE, indirect=True)
def test_a_profile_without_exact_numbers_says_that_they_are_rounded(harness: Simulated) -> None:
    exact = harness.simulator.account("dailydesk")["follower_count"]
    whole = profile(harness, "dailydesk")
    assert (whole.follower_count, whole.source_rounds) == (exact, False)
    harness.fault("no_exact", on="profile")
    rounded = profile(harness, "dailydesk")
    assert rounded.source_rounds
    assert rounded.follower_count == shown(harness, exact)


@pytest.mark.parametrize("harness", PUBLIC_LISTING, indirect=True)
def test_pinned_posts_older_than_the_page_do_not_end_the_walk(harness: Simulated) -> None:
    truth = {int(post["id"]) for post in harness.simulator.posts("pin.board.pia", after=NOON - timedelta(days=30))}
    found = walk(harness, "pin.board.pia", days=30)
    assert len(truth) > 15
    assert truth <= found.keys()
    if harness.provider.name != "ytdlp":
        pinned = [post for post in found.values() if post.pinned]
        assert len(pinned) == 3
        assert all(post.posted_at < NOON - timedelta(days=30) for post in pinned)


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_reposts_are_dropped(harness: Simulated) -> None:
    account = harness.reference("repost.rey")
    found = walk(harness, "repost.rey", pages=3)
    assert len(found) >= 15
    assert {post.account_id for post in found.values()} == {account.account_id}


@pytest.mark.parametrize("harness", PUBLIC_LISTING, indirect=True)
def test_an_item_that_does_not_say_whose_it_is_is_dropped_and_the_others_are_read(harness: Simulated) -> None:
    account = harness.reference("dailydesk")
    whole = [post.post_id for post in harness.provider.list_posts(account).posts]
    harness.fault("no_author", on="listing")
    left = [post.post_id for post in harness.provider.list_posts(account).posts]
    assert left == [whole[0], *whole[2:]]


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_an_account_without_posts_has_an_empty_list(harness: Simulated) -> None:
    assert walk(harness, "not.yet.posting", pages=3) == {}


@pytest.mark.parametrize("harness", PROFILE, indirect=True)
def test_an_account_without_posts_has_a_profile_that_says_zero(harness: Simulated) -> None:
    account = profile(harness, "not.yet.posting")
    assert (account.private, account.video_count) == (False, 0)


@pytest.mark.parametrize("harness", PUBLIC_LISTING, indirect=True)
def test_a_private_accounts_list_is_refused_as_private(harness: Simulated) -> None:
    with pytest.raises(ScrapeFailure) as caught:
        harness.provider.list_posts(harness.reference("locked.diary"))
    assert caught.value.outcome is Outcome.PRIVATE_ACCOUNT


@pytest.mark.parametrize("harness", PUBLIC_PROFILE, indirect=True)
def test_a_banned_account_is_not_found(harness: Simulated) -> None:
    with pytest.raises(ScrapeFailure) as caught:
        profile(harness, "gone.viral")
    assert caught.value.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("harness", PUBLIC_PROFILE, indirect=True)
def test_a_renamed_account_keeps_its_id_and_its_old_handle_is_nobodys(harness: Simulated) -> None:
    known = harness.simulator.account("ella.brandt")
    renamed = profile(harness, "ella.brandt")
    assert (renamed.account_id, renamed.handle) == (int(known["account_id"]), "ella.brandt")
    with pytest.raises(ScrapeFailure) as caught:
        profile(harness, "oldname.ella")
    assert caught.value.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("harness", PUBLIC_PROFILE, indirect=True)
def test_a_handle_that_passed_on_shows_the_account_that_bears_it_now(harness: Simulated) -> None:
    first = 100 + 2 * PUBLIC_PROFILE.index(harness.name)
    handle, other, away = f"sim.{first:06d}", f"sim.{first + 1:06d}", f"moved.away.{first}"
    former = profile(harness, handle).account_id
    harness.simulator.change(handle, rename=away)
    harness.simulator.change(other, rename=handle)
    assert profile(harness, away).account_id == former
    assert profile(harness, handle).account_id not in (None, former)


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_a_renamed_accounts_posts_carry_the_new_handle(harness: Simulated) -> None:
    known = harness.simulator.account("ella.brandt")
    account = AccountRef("oldname.ella", int(known["account_id"]), known["sec_uid"])
    handles = {post.author_handle for post in harness.provider_of("ella.brandt").list_posts(account).posts}
    assert handles == {"ella.brandt"}


@pytest.mark.parametrize("harness", PUBLIC_LISTING, indirect=True)
def test_a_truncated_listing_is_no_failure_and_says_nothing_of_the_rest(harness: Simulated) -> None:
    harness.simulator.change("byte.sized.ben", truncate=5)
    found = walk(harness, "byte.sized.ben", pages=4)
    harness.simulator.change("byte.sized.ben", truncate=None)
    assert 0 < len(found) <= 5
    assert len(walk(harness, "byte.sized.ben", pages=2)) > 15


@pytest.mark.parametrize("harness", [name for name in PUBLIC_LISTING if name != "ytdlp"], indirect=True)
def test_a_page_that_repeats_itself_ends_and_brings_each_post_once(harness: Simulated) -> None:
    harness.simulator.change("lina.lifts", repeat=True)
    found = walk(harness, "lina.lifts", pages=12)
    harness.simulator.change("lina.lifts", repeat=None)
    assert len(found) == 15


@pytest.mark.parametrize("harness", ["ytdlp"], indirect=True)
def test_yt_dlp_gives_a_page_that_repeats_itself_up(harness: Simulated) -> None:
    harness.simulator.change("lina.lifts", repeat=True)
    with pytest.raises(ScrapeFailure) as caught:
        walk(harness, "lina.lifts", pages=12)
    harness.simulator.change("lina.lifts", repeat=None)
    assert caught.value.outcome is Outcome.SCHEMA_CHANGED


@pytest.mark.parametrize("harness", PUBLIC_LISTING, indirect=True)
def test_zeros_of_a_post_that_was_taken_down_are_not_numbers(harness: Simulated) -> None:
    post_id = harness.simulator.posts("kiki.thrift")[2]["id"]
    harness.simulator.change("kiki.thrift", posts={post_id: "taken_down"})
    post = walk(harness, "kiki.thrift", pages=1)[int(post_id)]
    harness.simulator.change("kiki.thrift", posts={post_id: None})
    assert (post.view_count, post.like_count, post.comment_count, post.share_count) == (None,) * 4


@pytest.mark.parametrize("harness", PUBLIC_POSTS, indirect=True)
@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("deleted", UnavailableReason.DELETED),
        ("private", UnavailableReason.PRIVATE),
        ("in_review", UnavailableReason.IN_REVIEW),
        ("region", UnavailableReason.REGION),
        ("age", UnavailableReason.AGE),
    ],
)
def test_a_post_that_is_not_shown_says_why(harness: Simulated, state: str, reason: UnavailableReason) -> None:
    post_id = harness.simulator.posts("night.sky.nils")[1]["id"]
    harness.simulator.change("night.sky.nils", posts={post_id: state})
    gone = read(harness, int(post_id))
    harness.simulator.change("night.sky.nils", posts={post_id: None})
    assert isinstance(gone, ScrapeFailure)
    assert (gone.outcome, gone.reason) == (Outcome.POST_UNAVAILABLE, reason)
    assert isinstance(read(harness, int(post_id)), PostData)


@pytest.mark.parametrize(("harness", "capability"), REQUESTS, indirect=["harness"])
def test_a_captcha_is_told_from_other_refusals(harness: Simulated, capability: Capability) -> None:
    harness.fault("captcha", on=TARGETS[capability])
    with pytest.raises(ScrapeFailure) as caught:
        harness.ask(capability)
    assert (caught.value.outcome, caught.value.refusal) == (Outcome.BLOCKED, Refusal.CAPTCHA)


@pytest.mark.parametrize(("harness", "capability"), REQUESTS, indirect=["harness"])
def test_an_answer_that_is_too_large_or_ends_too_early_is_named(harness: Simulated, capability: Capability) -> None:
    harness.fault("huge", on=TARGETS[capability])
    with pytest.raises(ScrapeFailure) as large:
        harness.ask(capability)
    assert large.value.outcome is Outcome.SCHEMA_CHANGED
    harness.fault("broken_off", on=TARGETS[capability])
    with pytest.raises(ScrapeFailure) as half:
        harness.ask(capability)
    assert half.value.outcome is Outcome.SCHEMA_CHANGED
    assert harness.ask(capability)


@pytest.mark.parametrize(("harness", "capability"), REQUESTS, indirect=["harness"])
def test_a_changed_shape_is_kept_as_keys_and_types_without_anybodys_data(
    harness: Simulated, capability: Capability
) -> None:
    harness.fault("schema_drift", on=TARGETS[capability])
    with pytest.raises(ScrapeFailure) as caught:
        harness.ask(capability)
    sample = caught.value.sample
    assert caught.value.path
    assert sample is not None
    assert 0 < len(sample) <= LONGEST_SAMPLE
    for secret in (harness.account.handle, harness.account.sec_uid, str(harness.account.account_id), "Sofia"):
        assert secret not in sample


@pytest.mark.parametrize("harness", ["vendor"], indirect=True)
def test_used_up_credits_are_named(harness: Simulated) -> None:
    harness.fault("quota", on="profile")
    with pytest.raises(ScrapeFailure) as caught:
        profile(harness, "dailydesk")
    assert caught.value.outcome is Outcome.QUOTA_EXHAUSTED
    assert caught.value.retry_after != RETRY_AFTER
