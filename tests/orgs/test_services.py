"""What people do with organizations and API keys."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.identity import api_key_for, memberships_of
from orgs.limits import LimitReached, Tier
from orgs.models import ApiKey, Membership, Organization, User
from orgs.scope import organization_scope
from orgs.services import api_key_create, api_key_revoke, api_key_touch, organization_create
from tests.orgs.rows import stored

pytestmark = pytest.mark.django_db


def set_tier(org: Organization, tier: Tier) -> None:
    with organization_scope(org.id):
        Organization.objects.update(tier=tier)


class TestOrganizations:
    def test_a_new_organization_has_its_maker_as_admin_and_the_default_tier(self) -> None:
        owner = User.objects.create_user("owner@brand.example")
        org = organization_create(owner=owner, name="Brand")
        (membership,) = memberships_of(owner)
        assert (membership.org, membership.role, membership.is_admin) == (org, "admin", True)
        assert (org.name, org.tier, org.timezone, org.week_start) == ("Brand", "ultra", "UTC", "monday")

    def test_the_default_tier_is_a_setting(self, settings: Any) -> None:
        settings.DEFAULT_TIER = "starter"
        owner = User.objects.create_user("owner@brand.example")
        assert organization_create(owner=owner, name="Brand").tier == "starter"

    def test_tier_and_time_zone_can_be_given(self) -> None:
        owner = User.objects.create_user("owner@brand.example")
        org = organization_create(owner=owner, name="Brand", tier=Tier.FREE, time_zone="Asia/Kathmandu")
        assert (org.tier, org.timezone) == ("free", "Asia/Kathmandu")

    def test_an_organization_can_be_made_from_inside_of_another(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            org = organization_create(owner=admin.user, name="Second brand")
            assert list(Organization.objects.all()) == [admin.org]
        assert [membership.org for membership in memberships_of(admin.user)] == [admin.org, org]

    def test_nobody_is_twice_in_an_organization(self, admin: Any) -> None:
        before = stored(Membership, admin.org)
        with organization_scope(admin.org.id), pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(org=admin.org, user=admin.user, role=Membership.Role.MEMBER)
        assert stored(Membership, admin.org) == before


class TestUsers:
    def test_an_address_belongs_to_one_user_whatever_its_case(self) -> None:
        User.objects.create_user("Somebody@Brand.Example")
        assert User.objects.get().email == "somebody@brand.example"
        with pytest.raises(IntegrityError), transaction.atomic():
            User(email="SOMEBODY@brand.example").save()
        assert User.objects.count() == 1

    def test_only_a_superuser_is_staff(self) -> None:
        assert not User.objects.create_user("user@brand.example").is_staff
        root = User.objects.create_superuser("root@brand.example", "a long password")
        assert (root.is_staff, root.is_superuser, root.check_password("a long password")) == (True, True, True)


class TestMakingKeys:
    def test_the_key_is_shown_once_and_only_its_digest_is_kept(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            key, secret = api_key_create(by=admin.membership, name="Reports")
        (columns,) = stored(ApiKey, admin.org)
        assert key.digest == hashlib.sha256(secret.encode()).hexdigest()
        assert secret[12:] not in " ".join(str(value) for value in columns)
        assert key.prefix == secret[:12]
        assert (key.name, key.created_by, key.expires_at, key.revoked_at) == ("Reports", admin.user, None, None)

    def test_no_two_keys_are_alike(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            secrets = {api_key_create(by=admin.membership, name="Reports")[1] for _ in range(5)}
        assert len(secrets) == 5

    def test_a_member_makes_no_key(self, member: Any) -> None:
        with organization_scope(member.org.id), pytest.raises(PermissionDenied):
            api_key_create(by=member.membership, name="Reports")
        assert stored(ApiKey, member.org) == []

    def test_the_plan_caps_live_keys(self, admin: Any) -> None:
        set_tier(admin.org, Tier.FREE)
        with organization_scope(admin.org.id):
            api_key_create(by=admin.membership, name="first")
            before = stored(ApiKey, admin.org)
            with pytest.raises(LimitReached) as reached:
                api_key_create(by=admin.membership, name="second")
            assert (reached.value.limit_key, reached.value.current, reached.value.max) == ("max_api_keys_per_org", 1, 1)
            assert stored(ApiKey, admin.org) == before

    def test_a_revoked_or_expired_key_frees_its_place(self, admin: Any) -> None:
        set_tier(admin.org, Tier.FREE)
        end = timezone.now() + timedelta(days=1)
        with organization_scope(admin.org.id):
            first, _ = api_key_create(by=admin.membership, name="first")
            api_key_revoke(by=admin.membership, key_id=first.id)
            api_key_create(by=admin.membership, name="second", expires_at=end)
            with time_machine.travel(end, tick=False):
                third, _ = api_key_create(by=admin.membership, name="third")
        assert third.name == "third"

    def test_an_end_in_the_past_is_refused_by_validation(self, admin: Any) -> None:
        key = ApiKey(name="old", expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(ValidationError, match="Choose a time in the future"):
            key.clean()
        key.expires_at = timezone.now() + timedelta(hours=1)
        key.clean()


class TestRevokingKeys:
    def test_a_revoked_key_is_useless_at_once(self, api_key: Any, admin: Any) -> None:
        row, secret = api_key
        with organization_scope(admin.org.id):
            api_key_revoke(by=admin.membership, key_id=row.id)
        assert api_key_for(f"Bearer {secret}") is None

    def test_revoking_twice_changes_nothing(self, api_key: Any, admin: Any) -> None:
        with organization_scope(admin.org.id):
            api_key_revoke(by=admin.membership, key_id=api_key[0].id)
            before = stored(ApiKey, admin.org)
            api_key_revoke(by=admin.membership, key_id=api_key[0].id)
        assert stored(ApiKey, admin.org) == before

    def test_a_member_revokes_no_key(self, api_key: Any, member: Any) -> None:
        before = stored(ApiKey, member.org)
        with organization_scope(member.org.id), pytest.raises(PermissionDenied):
            api_key_revoke(by=member.membership, key_id=api_key[0].id)
        assert stored(ApiKey, member.org) == before

    def test_a_foreign_key_does_not_exist(self, api_key: Any, admin: Any, outsider: Any) -> None:
        before = stored(ApiKey, admin.org)
        with organization_scope(outsider.org.id), pytest.raises(ApiKey.DoesNotExist):
            api_key_revoke(by=outsider.membership, key_id=api_key[0].id)
        assert stored(ApiKey, admin.org) == before


class TestUsingKeys:
    def test_the_last_use_is_noted_at_most_once_a_minute(self, api_key: Any, admin: Any) -> None:
        start = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
        noted = []
        for seconds in (0, 59, 60):
            with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
                api_key_touch(api_key[0], start + timedelta(seconds=seconds))
                with organization_scope(admin.org.id):
                    noted.append((ApiKey.objects.get().last_used_at - start).total_seconds())
        assert noted == [0, 0, 60]
