"""What every provider promises, asked of each of them over real HTTP: against hand-written pages, and against the
simulator in the shapes that the provider reads."""

from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise
from typing import Any

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import METHODS, AccountRef, Capability, Incapable, PostData, PostKind, Provider
from tests.scraping.providers.harness import (
    DECLARED,
    HAND_WRITTEN,
    RETRY_AFTER,
    SIMULATED,
    TARGETS,
    HandWritten,
    Harness,
    Simulated,
    able,
)

PROFILE, LISTING, POSTS = able(Capability.PROFILE), able(Capability.LISTING), able(Capability.POSTS)
RESOLVE, COMMENTS, EXISTS = able(Capability.RESOLVE), able(Capability.COMMENTS), able(Capability.EXISTS)
# Those that know whoever is asked for; the others know one account, and answer its owner even where it is private.
ANYBODYS_PROFILE = able(Capability.PROFILE, of_anybody=True)
LISTED_BY_SEC_UID = able(Capability.LISTING, of_anybody=True)
EVERYBODY = [*SIMULATED, *HAND_WRITTEN]
REQUESTS = [(name, capability) for capability in TARGETS for name in able(capability)]


@pytest.fixture
def harness(request: pytest.FixtureRequest, shapes: Any) -> Iterator[Harness]:
    name = request.param
    if name in SIMULATED:
        made: Harness = Simulated(name, request.getfixturevalue("running"), request.getfixturevalue("pool"))
    else:
        server, rerouted = request.getfixturevalue("server"), request.getfixturevalue("rerouted")
        made = HandWritten(name, server, shapes, rerouted)
    yield made
    made.provider.close()


def _failure(ask: Any) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        ask()
    return caught.value


def _walk(harness: Harness, pages: int) -> list[PostData]:
    found: dict[int, PostData] = {}
    cursor: str | None = None
    for _ in range(pages):
        page = harness.provider.list_posts(harness.account, cursor)
        found.update((post.post_id, post) for post in page.posts)
        assert page.next_cursor != cursor
        cursor = page.next_cursor
        if cursor is None:
            break
    return list(found.values())


@pytest.mark.parametrize("harness", EVERYBODY, indirect=True)
def test_a_provider_does_what_it_declares_and_refuses_the_rest(harness: Harness) -> None:
    provider = harness.provider
    assert provider.capabilities == DECLARED[provider.name]
    for capability, method in METHODS.items():
        is_own = any(method in vars(kind) for kind in type(provider).__mro__ if kind not in (Provider, object))
        assert is_own is (capability in provider.capabilities)
        if not is_own:
            with pytest.raises(Incapable):
                getattr(provider, method)(harness.account)


@pytest.mark.parametrize("harness", PROFILE, indirect=True)
def test_a_profile_is_the_account_that_was_asked_for(harness: Harness) -> None:
    account = harness.provider.fetch_profile(AccountRef(harness.account.handle))
    identity = (account.account_id, account.handle, account.sec_uid)
    assert identity == (harness.account.account_id, harness.account.handle, harness.account.sec_uid)
    assert account.follower_count is not None
    assert account.video_count is not None
    assert not account.private


@pytest.mark.parametrize("harness", PROFILE, indirect=True)
def test_an_unknown_handle_is_not_found(harness: Harness) -> None:
    failure = _failure(lambda: harness.provider.fetch_profile(AccountRef(harness.missing_handle)))
    assert failure.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("harness", ANYBODYS_PROFILE, indirect=True)
def test_a_private_account_comes_without_numbers(harness: Harness) -> None:
    account = harness.provider.fetch_profile(AccountRef(harness.private_handle))
    numbers = (account.follower_count, account.following_count, account.total_likes, account.video_count)
    assert (account.private, numbers) == (True, (None,) * 4)


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_a_listing_walks_back_in_time_through_the_accounts_own_posts(harness: Harness) -> None:
    posts = _walk(harness, pages=3)
    unpinned = [post.posted_at for post in posts if not post.pinned]
    assert len(posts) >= 16
    # A source that knows no pins lists them, older than what follows, among the others.
    turns = sum(earlier > later for later, earlier in pairwise(unpinned))
    assert turns <= (3 if harness.provider.name == "ytdlp" else 0)
    assert {post.account_id for post in posts} == {harness.account.account_id}


@pytest.mark.parametrize("harness", LISTING, indirect=True)
def test_times_are_whole_seconds_of_utc(harness: Harness) -> None:
    times = [post.posted_at for post in harness.provider.list_posts(harness.account).posts]
    assert times
    assert all(time.tzinfo is UTC and time.microsecond == 0 for time in times)


@pytest.mark.parametrize("harness", LISTED_BY_SEC_UID, indirect=True)
def test_a_listing_needs_the_accounts_internal_id(harness: Harness) -> None:
    with pytest.raises(ValueError, match="secUid"):
        harness.provider.list_posts(AccountRef(harness.account.handle))
    assert harness.watch.calls == []


@pytest.mark.parametrize("harness", POSTS, indirect=True)
def test_a_post_is_the_same_in_the_listing_and_on_its_own_page(harness: Harness) -> None:
    listed = {post.post_id: post for post in _walk(harness, pages=3)}
    read = harness.provider.fetch_posts(list(listed)[:4])
    assert len(read) == 4
    for post_id, post in read.items():
        assert isinstance(post, PostData)
        same = listed[post_id]
        for name in ("account_id", "author_handle", "posted_at", "caption", "kind", "view_count", "save_count"):
            assert getattr(post, name) == getattr(same, name)


@pytest.mark.parametrize("harness", POSTS, indirect=True)
def test_a_carousel_is_a_photo_post_or_of_unknown_kind(harness: Harness) -> None:
    post = harness.provider.fetch_posts([harness.photo_id])[harness.photo_id]
    assert isinstance(post, PostData)
    if harness.provider.name == "ytdlp":
        assert post.kind is None
    else:
        assert (post.kind, post.duration_seconds) == (PostKind.PHOTO, None)


@pytest.mark.parametrize("harness", POSTS, indirect=True)
def test_each_post_gets_its_data_or_its_own_failure(harness: Harness) -> None:
    read = harness.provider.fetch_posts([harness.missing_post_id, harness.photo_id])
    assert list(read) == [harness.missing_post_id, harness.photo_id]
    missing, post = read.values()
    assert isinstance(missing, ScrapeFailure)
    assert missing.outcome is Outcome.POST_UNAVAILABLE
    assert missing.needs_second_source
    assert isinstance(post, PostData)
    assert harness.provider.fetch_posts([]) == {}


@pytest.mark.parametrize(("harness", "capability"), REQUESTS, indirect=["harness"])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("http_429", Outcome.RATE_LIMITED),
        ("http_500", Outcome.PROVIDER_DOWN),
        ("slow", Outcome.PROVIDER_DOWN),
        ("empty", Outcome.BLOCKED),
        ("challenge", Outcome.BLOCKED),
        ("login_redirect", Outcome.BLOCKED),
        ("schema_drift", Outcome.SCHEMA_CHANGED),
    ],
)
def test_every_refusal_is_named_and_the_next_request_works(
    harness: Harness, fault: str, outcome: Outcome, capability: Capability
) -> None:
    harness.fault(fault, on=TARGETS[capability])
    failure = _failure(lambda: harness.ask(capability))
    assert failure.outcome is outcome
    assert failure.retry_after == (RETRY_AFTER if fault == "http_429" else None)
    assert bool(failure.path) is (fault == "schema_drift")
    assert harness.watch.reports[-1] in (outcome, Outcome.OK)
    assert harness.ask(capability)


@pytest.mark.parametrize("harness", POSTS, indirect=True)
def test_once_refused_the_remaining_posts_are_not_asked_for(harness: Harness) -> None:
    harness.fault("http_429", on="video")
    read = harness.provider.fetch_posts([harness.photo_id, harness.missing_post_id])
    outcomes = [failure.outcome for failure in read.values() if isinstance(failure, ScrapeFailure)]
    assert outcomes == [Outcome.RATE_LIMITED] * 2
    assert harness.watch.calls == [harness.provider.name]


@pytest.mark.parametrize(("harness", "capability"), REQUESTS, indirect=["harness"])
def test_the_gate_is_asked_before_every_request_and_told_after_it(harness: Harness, capability: Capability) -> None:
    harness.ask(capability)
    calls = 2 if (harness.provider.name, capability) == ("ytdlp", Capability.LISTING) else 1
    assert harness.watch.calls == [harness.provider.name] * calls
    assert harness.watch.reports == [Outcome.OK] * calls
    assert harness.watch.spent == (1 if harness.provider.name == "vendor" else 0)


@pytest.mark.parametrize("harness", RESOLVE, indirect=True)
def test_short_links_lead_to_canonical_ones(harness: Harness) -> None:
    handle = harness.account.handle
    assert harness.provider.resolve_url(harness.account_link) == f"https://www.tiktok.com/@{handle}"
    resolved = harness.provider.resolve_url(harness.post_link)
    assert resolved.startswith(f"https://www.tiktok.com/@{handle}/")
    assert resolved.endswith(f"/{harness.linked_post_id}")


@pytest.mark.parametrize("harness", RESOLVE, indirect=True)
def test_a_dead_short_link_asks_for_the_full_one(harness: Harness) -> None:
    failure = _failure(lambda: harness.provider.resolve_url(harness.dead_link))
    assert failure.outcome is Outcome.NOT_FOUND
    assert "full link" in failure.detail


@pytest.mark.parametrize("harness", RESOLVE, indirect=True)
def test_a_full_link_is_answered_without_a_request_and_a_foreign_one_never_asked_for(harness: Harness) -> None:
    url = f"https://m.tiktok.com/v/{harness.photo_id}.html?lang=en"
    assert harness.provider.resolve_url(url) == f"https://www.tiktok.com/@_/video/{harness.photo_id}"
    for foreign in ("https://tiktok.com.evil.example/t/ZTpost/", "http://127.0.0.1/t/ZTpost/"):
        assert _failure(lambda url=foreign: harness.provider.resolve_url(url)).outcome is Outcome.NOT_FOUND
    assert harness.watch.calls == []


@pytest.mark.parametrize("harness", COMMENTS, indirect=True)
def test_comments_come_page_by_page_each_once(harness: Simulated) -> None:
    post = max(harness.simulator.posts("mara.cooks"), key=lambda post: post["comment_count"])
    found, cursor = {}, None
    for _ in range(3):
        page = harness.provider.fetch_comments(int(post["id"]), cursor)
        assert page.total == post["comment_count"]
        assert not found.keys() & {comment.comment_id for comment in page.comments}
        found.update((comment.comment_id, comment) for comment in page.comments)
        cursor = page.next_cursor
    assert len(found) == 60
    for comment in found.values():
        assert (comment.post_id, comment.parent_id) == (int(post["id"]), None)
        assert comment.text
        assert comment.author_id
        assert comment.posted_at.tzinfo is UTC


@pytest.mark.parametrize("harness", COMMENTS, indirect=True)
def test_a_missing_posts_comments_are_unavailable(harness: Harness) -> None:
    failure = _failure(lambda: harness.provider.fetch_comments(harness.missing_post_id))
    assert failure.outcome is Outcome.POST_UNAVAILABLE


@pytest.mark.parametrize("harness", EXISTS, indirect=True)
def test_what_is_shown_to_strangers_exists(harness: Harness) -> None:
    site = "https://www.tiktok.com"
    shown = [f"{site}/@_/video/{harness.photo_id}", f"{site}/@{harness.account.handle}"]
    hidden = [
        f"{site}/@_/video/{harness.missing_post_id}",
        f"{site}/@{harness.missing_handle}",
        f"{site}/@{harness.private_handle}",
    ]
    assert [harness.provider.exists(url) for url in shown] == [True, True]
    assert [harness.provider.exists(url) for url in hidden] == [False, False, False]
