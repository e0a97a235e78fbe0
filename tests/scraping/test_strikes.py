"""When failed looks are enough to believe that something is gone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraping.models import Account, Post, Strike
from scraping.outcomes import Outcome, ScrapeFailure, Strikes, UnavailableReason
from scraping.services.failures import note_missing_posts
from scraping.strikes import KEPT, forget_old, missing_long, missing_since, strikes_of

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ACCOUNT = 7_000_000_000_000_000_123
POST = 7_100_000_000_000_000_123
FIVE_OVER_THREE_DAYS = strikes_of(Outcome.NOT_FOUND)


def at(*hours: float) -> list[datetime]:
    return [NOW + timedelta(hours=hour) for hour in hours]


@pytest.mark.parametrize(
    ("hours", "enough"),
    [
        ((0, 18, 36, 54, 72), True),
        ((0, 18, 36, 54, 71.9), False),
        ((0, 24, 48, 72), False),
        ((0, 0.1, 0.2, 0.3, 72), False),
        ((0, 6, 12, 18, 72), True),
        ((0, 5.9, 12, 18, 72), False),
        ((72, 0, 36, 54, 18), True),
        ((), False),
    ],
)
def test_five_looks_over_three_days_are_enough_and_less_is_not(hours: Sequence[float], enough: bool) -> None:
    assert FIVE_OVER_THREE_DAYS.reached(at(*hours)) is enough


@given(st.lists(st.integers(0, 200 * 3600), max_size=12))
def test_more_looks_never_make_something_less_gone(seconds: list[int]) -> None:
    looks = [NOW + timedelta(seconds=second) for second in seconds]
    needed = Strikes(count=3, apart_seconds=6 * 3600, over_seconds=12 * 3600)
    if needed.reached(looks):
        assert needed.reached([*looks, NOW + timedelta(seconds=201 * 3600)])
        assert len(looks) >= 3
        assert max(looks) - min(looks) >= timedelta(hours=12)


def strike(struck_at: datetime, **subject: object) -> None:
    Strike.objects.create(outcome=Outcome.NOT_FOUND, provider="web", struck_at=struck_at, **subject)


def account(**fields: object) -> Account:
    values = {"id": ACCOUNT, "handle": "x", "first_seen_at": NOW, "seen_at": NOW} | fields
    return Account.objects.create(**values)


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_any_data_makes_earlier_looks_evidence_no_longer() -> None:
    account(posts_seen_at=NOW + timedelta(hours=10))
    for look in at(-5, 5, 10, 11, 20):
        strike(look, account_id=ACCOUNT)
    strike(NOW, handle="x")
    strike(NOW, handle="somebody.else")
    found = missing_since(account_ids=[ACCOUNT, 1], handles=["x"])
    assert found == {ACCOUNT: tuple(at(11, 20)), "x": (NOW,)}


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_a_sweep_finds_those_with_looks_enough_and_old_looks_are_forgotten() -> None:
    for look in at(-73, -54, -36, -18, 0):
        strike(look, account_id=ACCOUNT)
        strike(look, handle="gone.handle")
    strike(NOW, account_id=5)
    strike(NOW - KEPT, handle="gone.handle")
    assert missing_long(NOW) == ({ACCOUNT}, {"gone.handle"})
    assert forget_old(NOW) == 1
    assert missing_long(NOW + KEPT) == (set(), set())


def post(**fields: object) -> Post:
    values = {"id": POST, "account_id": ACCOUNT, "posted_at": NOW - timedelta(days=9), "kind": "video"}
    values |= {"first_seen_at": NOW, "seen_at": NOW, "view_count": 4_321} | fields
    return Post.objects.create(**values)


def look(hours: float, reason: UnavailableReason | None, *, confirmed: bool = False) -> set[int]:
    failure = ScrapeFailure(Outcome.POST_UNAVAILABLE, reason=reason, confirmed=confirmed)
    return note_missing_posts({POST: failure}, provider="web", now=NOW + timedelta(hours=hours))


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_a_private_post_is_believed_after_three_looks_and_keeps_its_numbers() -> None:
    account(ingested_seq=4)
    post(seq=4)
    looks = [look(hours, UnavailableReason.PRIVATE) for hours in (1, 2, 7, 12, 13, 20)]
    assert looks == [set(), set(), set(), set(), {POST}, set()]
    gone = Post.objects.get()
    assert (gone.availability, gone.unavailable_reason, gone.view_count) == ("unavailable", "private", 4_321)
    assert gone.seq == Account.objects.get().ingested_seq == 5, "a mirror that follows the sequence copies it, once"


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_an_absence_that_may_be_ours_alone_needs_a_second_source() -> None:
    account()
    post()
    assert [look(hours, UnavailableReason.DELETED) for hours in (1, 8, 15, 22)] == [set()] * 4
    assert Post.objects.get().availability == "available"
    assert look(29, UnavailableReason.DELETED, confirmed=True) == {POST}
    assert Post.objects.get().unavailable_reason == "deleted"


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_a_post_that_was_read_in_between_is_not_gone() -> None:
    account()
    post(seen_at=NOW + timedelta(hours=10))
    assert [look(hours, UnavailableReason.AGE) for hours in (1, 8, 15, 22)] == [set()] * 4
    assert look(29, UnavailableReason.AGE) == {POST}


@pytest.mark.canonical
@pytest.mark.django_db(databases="__all__")
def test_a_source_that_only_refuses_says_nothing_about_a_post() -> None:
    post()
    for hours in (1, 8, 15, 22):
        failure = ScrapeFailure(Outcome.BLOCKED)
        assert note_missing_posts({POST: failure}, provider="web", now=NOW + timedelta(hours=hours)) == set()
    assert not Strike.objects.exists()
    assert Post.objects.get().availability == "available"
