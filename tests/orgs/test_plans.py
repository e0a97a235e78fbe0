"""What staff do with plans: tiers, an organization's own limits, and what happens when either shrinks."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from orgs.limits import (
    DOWNGRADE_GRACE,
    PLAN,
    LimitReached,
    count_changed,
    first_day_shown,
    limit,
    require_room,
    retention_horizon,
    usage,
)
from orgs.models import AuditEntry, Organization, OutboxEvent
from orgs.scope import organization_scope
from orgs.services import (
    api_key_create,
    api_key_revoke,
    limit_override_clear,
    limit_override_set,
    organization_set_tier,
)
from orgs.services.plans import UnknownLimit, sweep_warnings

pytestmark = pytest.mark.django_db
KEYS = "max_api_keys_per_org"
RETENTION = "stats_history_retention_days"


def stored(org: Organization) -> Organization:
    with organization_scope(org.id):
        return Organization.objects.get(id=org.id)


def last_entry(org: Organization) -> tuple[str, Any, Any]:
    with organization_scope(org.id):
        entry = AuditEntry.objects.newest_first()[0]
    return entry.action, entry.before, entry.after


def warnings(org: Organization) -> list[tuple[str, int, int]]:
    with organization_scope(org.id):
        told = OutboxEvent.objects.filter(kind="limit_warning").order_by("id").values_list("data", flat=True)
        return [(data["limit_key"], data["current"], data["max"]) for data in told]


@pytest.fixture
def org(admin: Any) -> Any:
    return admin.org


class TestOverrides:
    def test_an_own_limit_holds_instead_of_the_tiers(self, org: Any) -> None:
        limit_override_set(org_id=org.id, limit_key=KEYS, value=7, reason="pilot")
        assert limit(stored(org), KEYS) == 7
        assert last_entry(org) == ("organization.limit_changed", {KEYS: 25}, {KEYS: 7, "reason": "pilot"})
        limit_override_set(org_id=org.id, limit_key=KEYS, value=None)
        assert limit(stored(org), KEYS) is None
        limit_override_clear(org_id=org.id, limit_key=KEYS)
        assert limit(stored(org), KEYS) == 25
        assert last_entry(org) == ("organization.limit_changed", {KEYS: None}, {KEYS: 25})

    def test_it_is_enforced(self, admin: Any) -> None:
        limit_override_set(org_id=admin.org.id, limit_key=KEYS, value=1)
        with organization_scope(admin.org.id):
            api_key_create(by=admin.membership, name="one")
            with pytest.raises(LimitReached) as reached:
                api_key_create(by=admin.membership, name="two")
        assert reached.value == LimitReached(KEYS, 1, 1)

    def test_it_stays_when_the_tier_changes_and_is_nobody_elses(self, org: Any, outsider: Any) -> None:
        limit_override_set(org_id=org.id, limit_key=KEYS, value=7)
        organization_set_tier(org_id=org.id, tier="free")
        assert limit(stored(org), KEYS) == 7
        assert limit(stored(outsider.org), KEYS) == 25

    def test_what_changes_nothing_is_not_recorded(self, org: Any) -> None:
        limit_override_set(org_id=org.id, limit_key=KEYS, value=7)
        before = last_entry(org)
        limit_override_set(org_id=org.id, limit_key=KEYS, value=7)
        limit_override_clear(org_id=org.id, limit_key=RETENTION)
        organization_set_tier(org_id=org.id, tier=org.tier)
        assert last_entry(org) == before

    def test_an_unknown_key_or_tier_changes_nothing(self, org: Any) -> None:
        with pytest.raises(UnknownLimit):
            limit_override_set(org_id=org.id, limit_key="max_wishes", value=1)
        with pytest.raises(ValueError, match="gold"):
            organization_set_tier(org_id=org.id, tier="gold")
        assert (stored(org).limit_overrides, stored(org).tier) == ({}, org.tier)


class TestDowngrade:
    def test_nothing_is_deleted_and_adding_waits_for_room(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            keys = [api_key_create(by=admin.membership, name=f"key {number}")[0] for number in range(3)]
        organization_set_tier(org_id=admin.org.id, tier="free")
        assert stored(admin.org).tier_changed_at is not None
        assert last_entry(admin.org) == ("organization.tier_changed", {"tier": "ultra"}, {"tier": "free"})
        with organization_scope(admin.org.id):
            assert usage(KEYS) == 3
            with pytest.raises(LimitReached):
                require_room(admin.org.id, KEYS)
            for key in keys:
                api_key_revoke(by=admin.membership, key_id=key.id)
            require_room(admin.org.id, KEYS)

    def test_history_is_shown_shorter_at_once_and_kept_for_the_grace(self, org: Any) -> None:
        with time_machine.travel("2026-11-24 12:00Z", tick=False):
            organization_set_tier(org_id=org.id, tier="starter")
        day = date(2026, 11, 24)
        org = stored(org)
        assert first_day_shown(org, day) == day - timedelta(days=365)
        for passed in (0, 30):
            assert retention_horizon(org, day + timedelta(days=passed)) is None
        after = day + DOWNGRADE_GRACE + timedelta(days=1)
        assert retention_horizon(org, after) == after - timedelta(days=365)

    def test_two_downgrades_keep_the_longest_of_what_still_runs(self, org: Any) -> None:
        with time_machine.travel("2026-11-01 12:00Z", tick=False):
            organization_set_tier(org_id=org.id, tier="starter")
        with time_machine.travel("2026-11-20 12:00Z", tick=False):
            organization_set_tier(org_id=org.id, tier="free")
        org = stored(org)
        assert retention_horizon(org, date(2026, 12, 1)) is None
        assert retention_horizon(org, date(2026, 12, 2)) == date(2026, 12, 2) - timedelta(days=365)
        assert retention_horizon(org, date(2026, 12, 21)) == date(2026, 12, 21) - timedelta(days=30)

    def test_an_upgrade_needs_no_grace(self, org: Any) -> None:
        limit_override_set(org_id=org.id, limit_key=RETENTION, value=10)
        limit_override_set(org_id=org.id, limit_key=RETENTION, value=20)
        assert [grace["days"] for grace in stored(org).retention_graces] == [None]


class TestWarnings:
    @pytest.fixture
    def five_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(PLAN, KEYS, (5, 5, 5))

    def test_the_admins_are_warned_at_80_percent_once(self, admin: Any, five_keys: None) -> None:
        told = []
        with organization_scope(admin.org.id):
            for number in range(5):
                api_key_create(by=admin.membership, name=f"key {number}")
                told.append(warnings(admin.org))
        assert told == [[], [], [], [(KEYS, 4, 5)], [(KEYS, 4, 5)]]

    def test_they_are_warned_again_after_it_has_fallen_below(self, admin: Any, five_keys: None) -> None:
        with organization_scope(admin.org.id):
            keys = [api_key_create(by=admin.membership, name=f"key {number}")[0] for number in range(4)]
            api_key_revoke(by=admin.membership, key_id=keys[0].id)
            api_key_create(by=admin.membership, name="again")
        assert warnings(admin.org) == [(KEYS, 4, 5)] * 2

    def test_a_cap_that_sinks_below_what_is_used_is_told_by_the_sweep_once(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            for number in range(4):
                api_key_create(by=admin.membership, name=f"key {number}")
        limit_override_set(org_id=admin.org.id, limit_key=KEYS, value=5)
        sweep_warnings(admin.org.id)
        sweep_warnings(admin.org.id)
        assert warnings(admin.org) == [(KEYS, 4, 5)]
        limit_override_clear(org_id=admin.org.id, limit_key=KEYS)
        sweep_warnings(admin.org.id)
        limit_override_set(org_id=admin.org.id, limit_key=KEYS, value=5)
        sweep_warnings(admin.org.id)
        assert warnings(admin.org) == [(KEYS, 4, 5)] * 2

    def test_a_change_that_is_rolled_back_warns_nobody(self, admin: Any, five_keys: None) -> None:
        with organization_scope(admin.org.id):
            for number in range(3):
                api_key_create(by=admin.membership, name=f"key {number}")
        with pytest.raises(ZeroDivisionError):
            self._fail_after_a_fourth(admin)
        assert warnings(admin.org) == []
        assert stored(admin.org).limit_warnings == {}

    def _fail_after_a_fourth(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            api_key_create(by=admin.membership, name="fourth")
            raise ZeroDivisionError

    def test_no_cap_and_nothing_allowed_are_no_reason_to_warn(self, admin: Any) -> None:
        for value in (None, 0):
            limit_override_set(org_id=admin.org.id, limit_key=KEYS, value=value)
            with organization_scope(admin.org.id):
                count_changed(admin.org.id, KEYS)
        assert warnings(admin.org) == []
