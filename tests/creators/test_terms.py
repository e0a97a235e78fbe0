"""The schedule and the history follow what organizations' plans and settings ask for."""

from datetime import timedelta
from typing import Any

import pytest

from creators.models import OrganizationTerms
from creators.services import schedule_account
from creators.terms import AFTER_DOWNGRADE, KEPT_AFTER, Kept, apply_retention, follow_changed_terms, kept_now
from orgs.limits import Tier
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import Account, Post, PostSnapshot, ScrapeTarget
from tests.conftest import NOW
from videos.services.retention import forget_unreadable

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def change(person: Any, **values: Any) -> None:
    with organization_scope(person.org.id):
        Organization.objects.filter(id=person.org.id).update(**values)


def hours(account_id: int) -> dict[str, float]:
    targets = ScrapeTarget.objects.filter(account_id=account_id)
    return {target.kind: target.interval_seconds / 3600 for target in targets}


def test_an_account_is_read_at_the_shortest_interval_of_all_never_below_a_plans_floor(
    admin: Any, outsider: Any, make_creator: Any
) -> None:
    account = make_creator(admin.project).account_id
    make_creator(outsider.project, account_id=account)
    change(admin, tier=Tier.ULTRA, discover_videos_hours=3, video_stats_hours=1, creator_profiles_hours=1)
    change(outsider, tier=Tier.FREE, discover_videos_hours=1, video_stats_hours=1)
    schedule_account(account, NOW)
    assert hours(account) == {"creator_profiles": 6, "discover_videos": 3, "video_stats": 1}


def test_changed_settings_plans_and_expiries_are_followed_and_unchanged_ones_left_alone(
    admin: Any, make_creator: Any
) -> None:
    account = make_creator(admin.project).account_id
    follow_changed_terms(NOW)
    assert follow_changed_terms(NOW) == 0
    change(admin, discover_videos_hours=2, video_expiry_days=7)
    assert follow_changed_terms(NOW) == 1
    listing = ScrapeTarget.objects.get(account_id=account, kind="discover_videos")
    assert (listing.interval_seconds, listing.expiry_seconds) == (2 * 3600, 7 * 86_400)
    change(admin, tier=Tier.FREE, video_expiry_days=None)
    assert follow_changed_terms(NOW) == 1
    listing.refresh_from_db()
    assert (listing.interval_seconds, listing.expiry_seconds) == (24 * 3600, None)


def test_a_downgrade_shortens_the_kept_time_thirty_days_later_and_an_upgrade_stops_that() -> None:
    downgraded = kept_now(Kept(None, None), 30, NOW)
    assert downgraded == Kept(None, NOW + AFTER_DOWNGRADE)
    assert kept_now(downgraded, 30, NOW + timedelta(days=29)) == downgraded
    assert kept_now(downgraded, 365, NOW + timedelta(days=29)) == downgraded
    assert kept_now(downgraded, None, NOW + timedelta(days=29)) == Kept(None, None)
    assert kept_now(downgraded, 30, NOW + AFTER_DOWNGRADE) == Kept(30, None)
    assert kept_now(Kept(30, None), 365, NOW) == Kept(365, None)


@pytest.fixture
def account(admin: Any, make_creator: Any) -> int:
    """A tracked account with a post that was read every ten days of the last two hundred."""
    account_id = make_creator(admin.project).account_id
    Account.objects.create(id=account_id, handle="mara", first_seen_at=NOW)
    Post.objects.create(
        id=1, account_id=account_id, posted_at=NOW - timedelta(days=200), kind="video", first_seen_at=NOW, seen_at=NOW
    )
    for days in range(0, 200, 10):
        at = NOW - timedelta(days=days)
        PostSnapshot.objects.create(post_id=1, captured_at=at, view_count=days, source="web", precision="exact")
    return account_id


def oldest_but_first() -> int:
    times = list(PostSnapshot.objects.order_by("captured_at").values_list("captured_at", flat=True))
    return (NOW - times[1]).days


def test_what_somebody_may_read_or_might_until_lately_is_never_forgotten(
    account: int, admin: Any, outsider: Any, make_creator: Any
) -> None:
    change(admin, tier=Tier.FREE)
    follow_changed_terms(NOW)
    unlimited = make_creator(outsider.project, account_id=account, removed_at=NOW)
    assert forget_unreadable(NOW) == (0, None), "an organization without terms yet"
    change(outsider, tier=Tier.ULTRA)
    follow_changed_terms(NOW)
    assert forget_unreadable(NOW) == (0, None), "a removed creator may come back with its history"
    with organization_scope(outsider.org.id):
        unlimited.delete()
    gone, _ = forget_unreadable(NOW)
    assert gone > 0
    # The last one before the horizon stays, so that no value after it changes.
    assert oldest_but_first() == (timedelta(days=30) + KEPT_AFTER).days + 10


def test_after_a_downgrade_nothing_is_forgotten_for_thirty_days(account: int, admin: Any) -> None:
    change(admin, tier=Tier.ULTRA)
    follow_changed_terms(NOW)
    change(admin, tier=Tier.FREE)
    for day in range(30):
        apply_retention(NOW + timedelta(days=day))
        assert forget_unreadable(NOW + timedelta(days=day))[0] == 0
    apply_retention(NOW + AFTER_DOWNGRADE)
    with organization_scope(admin.org.id):
        assert OrganizationTerms.objects.get().retention_days == 30
    assert forget_unreadable(NOW + AFTER_DOWNGRADE)[0] > 0
