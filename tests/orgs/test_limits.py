"""Plans and their limits: the table, and that a cap holds when many ask at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from orgs.limits import PLAN, LimitReached, Tier, limit, require_room, room, usage
from orgs.models import ApiKey, Membership, Organization, User
from orgs.scope import organization_scope
from orgs.services import api_key_create, organization_create

# Limit key, then free, starter and ultra, as the product promises them.
PROMISED = """
max_creators_per_org                 5   50    300
max_tracked_videos_per_org         500 10000 100000
max_projects_per_org                 1    3     10
max_members_per_org                  2    5     50
max_campaigns_per_project            3   25    200
max_campaign_items_per_campaign     25  250   2000
max_api_keys_per_org                 1    5     25
max_api_requests_per_day             0 1000  50000
max_manual_scrape_triggers_per_day   1   10    100
max_payout_methods_per_org           6   10   null
max_payout_structures_per_project    2   10   null
min_video_stats_hours               24    6      1
min_discover_videos_hours           24    6      1
min_creator_profiles_hours          24   12      6
stats_history_retention_days        30  365   null
"""
ROWS = [line.split() for line in PROMISED.strip().splitlines()]


def test_the_table_has_these_keys_and_no_others() -> None:
    assert [key for key, *_ in ROWS] == list(PLAN)
    assert len(PLAN) == 15


@pytest.mark.parametrize(("key", "free", "starter", "ultra"), ROWS, ids=[row[0] for row in ROWS])
def test_every_tier_has_the_promised_limit(key: str, free: str, starter: str, ultra: str) -> None:
    for tier, promised in zip(Tier, (free, starter, ultra), strict=True):
        assert limit(Organization(tier=tier), key) == (None if promised == "null" else int(promised))


def test_tiers_are_ordered_from_the_cheapest() -> None:
    assert [tier.value for tier in Tier] == ["free", "starter", "ultra"]


def test_an_unknown_key_or_tier_is_an_error() -> None:
    with pytest.raises(KeyError):
        limit(Organization(tier="free"), "max_wishes")
    with pytest.raises(ValueError, match="gold"):
        limit(Organization(tier="gold"), "max_projects_per_org")


def test_a_reached_limit_says_what_is_used_and_allowed() -> None:
    words = str(LimitReached("max_tracked_videos_per_org", 10_000, 10_000))
    assert words == "Your plan allows 10,000 (max_tracked_videos_per_org); 10,000 are in use."


@pytest.fixture
def on_starter(admin: Any) -> Any:
    """The admin's organization on the starter plan: five API keys, five members."""
    with organization_scope(admin.org.id):
        Organization.objects.update(tier=Tier.STARTER)
    return admin


@pytest.mark.django_db
class TestRoom:
    def test_there_is_room_up_to_the_cap(self, on_starter: Any) -> None:
        with organization_scope(on_starter.org.id):
            assert room(on_starter.org.id, "max_members_per_org") == 4
            require_room(on_starter.org.id, "max_members_per_org", adding=4)
            with pytest.raises(LimitReached) as reached:
                require_room(on_starter.org.id, "max_members_per_org", adding=5)
        assert reached.value == LimitReached("max_members_per_org", current=1, max=5)

    def test_there_is_no_room_beyond_a_cap_that_a_downgrade_has_passed(self, on_starter: Any, member: Any) -> None:
        key = "max_members_per_org"
        with organization_scope(on_starter.org.id):
            for number in range(3):
                user = User.objects.create_user(f"more.{number}@northwind.example")
                Membership.objects.create(org=on_starter.org, user=user, role=Membership.Role.MEMBER)
            Organization.objects.update(tier=Tier.FREE)
            assert room(on_starter.org.id, key) == 0
            with pytest.raises(LimitReached) as reached:
                require_room(on_starter.org.id, key)
        assert reached.value == LimitReached(key, current=5, max=2)

    def test_what_another_organization_uses_does_not_count(self, on_starter: Any, outsider: Any) -> None:
        with organization_scope(on_starter.org.id):
            assert usage("max_creators_per_org") == 0
        with organization_scope(outsider.org.id):
            assert usage("max_creators_per_org") == 1

    def test_an_unlimited_count_always_has_room(self, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(PLAN, "max_members_per_org", (2, 5, None))
        with organization_scope(admin.org.id):
            assert room(admin.org.id, "max_members_per_org") is None
            require_room(admin.org.id, "max_members_per_org", adding=1_000_000)

    def test_the_cap_of_another_organization_cannot_be_asked_for(self, admin: Any, outsider: Any) -> None:
        with organization_scope(admin.org.id), pytest.raises(Organization.DoesNotExist):
            room(outsider.org.id, "max_members_per_org")


AT_ONCE = 20


def at_once(action: Callable[[], object]) -> list[object]:
    """Run an action in threads with connections of their own, all released together; what each returned or raised."""
    start = Barrier(AT_ONCE)

    def run(_: int) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return action()
        except LimitReached as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_twenty_requests_at_once_never_pass_a_cap_of_five(self, on_starter: Any) -> None:
        def make_key() -> ApiKey:
            with organization_scope(on_starter.org.id):
                return api_key_create(by=on_starter.membership, name="at once")[0]

        results = at_once(make_key)
        made = {result.id for result in results if isinstance(result, ApiKey)}
        refused = [result for result in results if isinstance(result, LimitReached)]
        assert (len(made), len(refused)) == (5, 15)
        assert refused == [LimitReached("max_api_keys_per_org", current=5, max=5)] * 15
        with organization_scope(on_starter.org.id):
            assert set(ApiKey.objects.values_list("id", flat=True)) == made

    def test_organizations_do_not_wait_for_each_other(self, on_starter: Any) -> None:
        neighbour = organization_create(owner=on_starter.user, name="Neighbour")

        def look() -> int | None:
            with organization_scope(neighbour.id):
                return room(neighbour.id, "max_members_per_org")

        with organization_scope(on_starter.org.id):
            room(on_starter.org.id, "max_members_per_org")
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(_closing(look)).result(timeout=20) == 49


def _closing(action: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        try:
            return action()
        finally:
            connection.close()

    return run
