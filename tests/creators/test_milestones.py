"""Follower milestones: each once, with the time of the reading that reached it, never for growth before our time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creators.milestones import milestones_between, note_milestones
from creators.models import CreatorChange
from scraping.models import Account, AccountSnapshot
from tests.conftest import NOW


def test_milestones_are_the_products_own_then_each_million() -> None:
    marks = milestones_between(0, 3_500_000)
    assert marks == [100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 2_000_000, 3_000_000]
    assert milestones_between(100, 500) == [500]
    assert milestones_between(500, 500) == []


@given(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=8))
def test_however_growth_is_cut_into_readings_each_milestone_is_passed_once(levels: list[int]) -> None:
    peak, passed = levels[0], []
    for level in levels[1:]:
        passed += milestones_between(peak, level)
        peak = max(peak, level)
    assert passed == milestones_between(levels[0], max(levels))


def hour(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def read(creator: Any, *readings: tuple[float, int | None]) -> None:
    """Readings of the creator's account, then what the mirror does."""
    for at, followers in readings:
        AccountSnapshot.objects.create(
            account_id=creator.account_id,
            captured_at=hour(at),
            follower_count=followers,
            source="web",
            precision="exact",
        )
    seen_at = hour(readings[-1][0])
    account = Account(id=creator.account_id, handle=creator.tiktok_handle, first_seen_at=NOW, seen_at=seen_at)
    note_milestones([(creator, account)])
    creator.save()


def logged() -> list[tuple[int, datetime]]:
    rows = CreatorChange.objects.filter(kind="follower_milestone").order_by("happened_at", "id")
    return [(row.after["milestone"], row.happened_at) for row in rows]


@pytest.mark.django_db
class TestNoting:
    @pytest.fixture(autouse=True)
    def scope(self, admin: Any, in_scope: Any) -> Any:
        with in_scope(admin.org):
            yield

    @pytest.fixture
    def creator(self, admin: Any, make_creator: Any) -> Any:
        return make_creator(admin.project)

    def test_what_was_reached_before_we_looked_is_not_noted(self, creator: Any) -> None:
        read(creator, (0, 12_000))
        assert logged() == []
        read(creator, (6, 51_000))
        assert logged() == [(50_000, hour(6))]

    def test_a_drop_and_a_rise_note_nothing_twice(self, creator: Any) -> None:
        read(creator, (0, 480))
        read(creator, (1, 510))
        read(creator, (2, 400))
        read(creator, (3, 520))
        read(creator, (4, 999), (5, 1_000))
        assert logged() == [(500, hour(1)), (1_000, hour(5))]

    def test_a_mark_passed_and_lost_between_two_mirrorings_is_noted_with_its_own_time(self, creator: Any) -> None:
        read(creator, (0, 990))
        read(creator, (1, 1_004), (2, 970))
        assert logged() == [(1_000, hour(1))]

    def test_running_again_from_stored_state_notes_nothing_more(self, creator: Any) -> None:
        read(creator, (0, 90), (1, 600))
        for profile_read_at, peak in ((None, None), (hour(0), 90)):
            creator.profile_read_at, creator.follower_peak = profile_read_at, peak
            account = Account(id=creator.account_id, handle="x", first_seen_at=NOW, seen_at=hour(1))
            note_milestones([(creator, account)])
        assert logged() == [(100, hour(1)), (500, hour(1))]

    def test_readings_from_before_the_organization_began_do_not_count(self, creator: Any) -> None:
        read(creator, (-9, 90), (-8, 600), (1, 700))
        assert logged() == []
        assert creator.follower_peak == 700

    def test_an_unknown_number_is_no_milestone(self, creator: Any) -> None:
        read(creator, (0, None), (1, 80), (2, None))
        assert (creator.follower_peak, logged()) == (80, [])
