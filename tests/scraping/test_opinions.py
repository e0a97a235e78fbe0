"""What one provider says is weighed against what another one knows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from scraping.models import Post, ScrapeTarget
from scraping.outcomes import Outcome, ScrapeFailure, UnavailableReason
from scraping.providers import Providers
from scraping.providers.interface import Capability, PostData, PostKind, Provider
from scraping.services.attempts import Attempt
from scraping.services.ingest import PostsRead
from scraping.services.opinions import MOST_OPINIONS, completed, foremost, with_second_opinions
from scraping.services.targets import Claim

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
DELETED = ScrapeFailure(Outcome.POST_UNAVAILABLE, reason=UnavailableReason.DELETED)
PRIVATE = ScrapeFailure(Outcome.POST_UNAVAILABLE, reason=UnavailableReason.PRIVATE)
BLOCKED = ScrapeFailure(Outcome.BLOCKED)


class Embeds(Provider):
    """Knows which posts are shown, or cannot tell."""

    name = "oembed"
    capabilities = frozenset({Capability.EXISTS})

    def __init__(self, shown: Mapping[int, bool]) -> None:
        self.shown = shown
        self.asked: list[str] = []

    def exists(self, url: str) -> bool:
        self.asked.append(url)
        post_id = int(url.rsplit("/", 1)[1])
        if post_id not in self.shown:
            raise BLOCKED
        return self.shown[post_id]


class Reader(Provider):
    """Reads single posts: those it has, and the others with one failure."""

    capabilities = frozenset({Capability.POSTS})

    def __init__(self, name: str, failure: ScrapeFailure, *have: PostData) -> None:
        self.name = name
        self._failure = failure
        self._have = {post.post_id: post for post in have}

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        return {post_id: self._have.get(post_id, self._failure) for post_id in post_ids}


def post(post_id: int, *, kind: PostKind | None = PostKind.VIDEO) -> PostData:
    return PostData(post_id, 1, "demo", NOW, "", kind, 12, "", (), "", False, 1, 1, 1, 1, 1, source_rounds=True)


def reading(missing: Mapping[int, ScrapeFailure], *found: PostData) -> PostsRead:
    target = ScrapeTarget(id=uuid4(), kind=ScrapeTarget.Kind.VIDEO_STATS)
    attempt = Attempt(target, Claim(target.id, uuid4()), "web", NOW)
    return PostsRead(attempt, None, found, NOW, missing=missing)


def weighed(missing: Mapping[int, ScrapeFailure], *others: Provider) -> Mapping[int, ScrapeFailure]:
    result = with_second_opinions(reading(missing), Providers(others))
    assert isinstance(result, PostsRead)
    return result.missing


def test_an_absence_that_another_source_agrees_with_is_confirmed() -> None:
    missing = weighed({7: DELETED}, Embeds({7: False}))
    assert (missing[7].outcome, missing[7].reason, missing[7].confirmed) == (DELETED.outcome, DELETED.reason, True)
    assert not missing[7].needs_second_source


def test_a_post_that_another_source_shows_is_not_missing() -> None:
    assert weighed({7: DELETED, 8: PRIVATE}, Embeds({7: True})) == {8: PRIVATE}


def test_where_nobody_can_tell_it_stays_unconfirmed() -> None:
    assert weighed({7: DELETED}) == {7: DELETED}
    assert weighed({7: DELETED}, Embeds({})) == {7: DELETED}


def test_what_is_beyond_doubt_is_not_asked_about() -> None:
    other = Embeds({})
    assert weighed({8: PRIVATE}, other) == {8: PRIVATE}
    assert other.asked == []


def test_another_reader_of_posts_gives_its_opinion_where_no_embed_does_and_never_the_same_one() -> None:
    assert weighed({7: DELETED}, Embeds({}), Reader("vendor", DELETED))[7].confirmed
    assert weighed({7: DELETED}, Reader("vendor", BLOCKED, post(7))) == {}
    assert weighed({7: DELETED}, Reader("vendor", BLOCKED)) == {7: DELETED}
    assert weighed({7: DELETED}, Reader("web", DELETED)) == {7: DELETED}


def test_opinions_in_one_attempt_are_bounded() -> None:
    many = dict.fromkeys(range(100, 100 + MOST_OPINIONS + 5), DELETED)
    other = Embeds(dict.fromkeys(many, False))
    missing = weighed(many, other)
    assert len(other.asked) == MOST_OPINIONS
    assert sum(gone.confirmed for gone in missing.values()) == MOST_OPINIONS
    assert missing.keys() == many.keys()


def test_the_last_one_asked_speaks_and_else_the_one_that_may_be_asked_soonest() -> None:
    held = [ScrapeFailure(Outcome.BLOCKED, retry_after=wait, unasked=True) for wait in (900, 60)]
    assert foremost([("web", BLOCKED), ("vendor", held[0])]) == ("web", BLOCKED)
    assert foremost([("web", held[0]), ("vendor", held[1])]) == ("vendor", held[1])
    assert foremost([])[1].outcome is Outcome.PROVIDER_DOWN


@pytest.mark.django_db(databases="__all__")
def test_a_kind_that_the_source_does_not_tell_stays_as_it_is_known() -> None:
    Post.objects.create(
        id=7, account_id=1, posted_at=NOW, kind=PostKind.PHOTO, duration_seconds=None, first_seen_at=NOW, seen_at=NOW
    )
    read = completed(reading({}, post(7, kind=None), post(8, kind=None), post(9, kind=PostKind.PHOTO)))
    kinds = [(one.post_id, one.kind, one.duration_seconds) for one in read.posts]
    assert kinds == [(7, PostKind.PHOTO, None), (8, PostKind.VIDEO, 12), (9, PostKind.PHOTO, 12)]
