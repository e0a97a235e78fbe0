"""What may be read before an organization is known, and that it stays at reading."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_rls_tenants.rls.constraints import RLSConstraint
from uuid_utils.compat import uuid7

from orgs.identity import api_key_for, membership_of, memberships_of
from orgs.models import IDENTITY_FLAG, ApiKey, Invitation, Membership
from orgs.scope import organization_scope
from orgs.services import api_key_create, api_key_revoke, organization_create
from tests.orgs.conftest import Neighbours
from tests.orgs.rows import TENANT_MODELS, raw, raw_count, stored

pytestmark = pytest.mark.django_db
READABLE = (Membership, ApiKey, Invitation)


@pytest.fixture
def flagged(neighbours: Neighbours) -> Neighbours:
    """Two organizations with rows, and the identity flag raised for the rest of the test's transaction."""
    raise_flag()
    return neighbours


def raise_flag() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'true', true)", [IDENTITY_FLAG])


def test_only_memberships_invitations_and_api_keys_say_that_they_accept_the_flag() -> None:
    accepting = {
        model
        for model in TENANT_MODELS
        for constraint in model._meta.constraints
        if isinstance(constraint, RLSConstraint) and constraint.extra_bypass_flags
    }
    assert accepting == set(READABLE)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_the_flag_opens_its_tables_and_no_other_one(model: Any, flagged: Neighbours) -> None:
    seen = {org_id for (org_id,) in raw(f"SELECT DISTINCT org_id FROM {model._meta.db_table}")}
    assert seen == ({flagged.ours.id, flagged.theirs.id} if model in READABLE else set())


def test_the_flag_opens_organizations(flagged: Neighbours) -> None:
    assert {org_id for (org_id,) in raw("SELECT id FROM orgs_organization")} == {flagged.ours.id, flagged.theirs.id}


WALLED = [*((model._meta.db_table, "org_id") for model in READABLE), ("orgs_organization", "id")]


@pytest.mark.parametrize(("table", "column"), WALLED)
@pytest.mark.parametrize("inside_a_scope", [False, True])
def test_the_flag_lets_nothing_be_updated_taken_over_or_deleted(
    table: str, column: str, inside_a_scope: bool, flagged: Neighbours
) -> None:
    before = raw(f"SELECT * FROM {table} ORDER BY id")
    ours, theirs = flagged.ours.id, flagged.theirs.id
    attempts = (
        (f"UPDATE {table} SET {column} = {column} WHERE {column} = %s", theirs),
        (f"UPDATE {table} SET {column} = %s WHERE {column} = %s", ours, theirs),
        (f"DELETE FROM {table} WHERE {column} = %s", theirs),
    )
    for statement, *parameters in attempts:
        if inside_a_scope:
            with organization_scope(ours):
                raise_flag()
                assert written(statement, *parameters) == 0
            raise_flag()
        else:
            assert written(statement, *parameters) == 0
    assert raw(f"SELECT * FROM {table} ORDER BY id") == before


@pytest.mark.parametrize(("table", "column"), WALLED)
def test_the_flag_lets_no_row_be_locked(table: str, column: str, flagged: Neighbours) -> None:
    assert raw(f"SELECT id FROM {table} FOR UPDATE") == []


def written(statement: str, *parameters: Any) -> int:
    """How many rows a statement wrote; 0 also where the policy refused it."""
    try:
        with transaction.atomic():
            return raw_count(statement, *parameters)
    except DatabaseError as error:
        if "row-level security" not in str(error):
            raise
        return 0


def test_a_membership_cannot_be_made_under_the_flag(flagged: Neighbours, admin: Any) -> None:
    before = stored(Membership, flagged.theirs)
    raise_flag()
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Membership(org=flagged.theirs, user=admin.user, role="admin").save(force_insert=True)
    assert stored(Membership, flagged.theirs) == before


def test_the_flag_is_lowered_after_reading(admin: Any) -> None:
    assert memberships_of(admin.user) == [admin.membership]
    assert raw("SELECT id FROM orgs_membership") == []
    assert raw("SELECT id FROM orgs_organization") == []


def test_a_user_finds_every_organization_they_belong_to_oldest_first(admin: Any, outsider: Any) -> None:
    second = organization_create(owner=admin.user, name="Another brand")
    assert [membership.org for membership in memberships_of(admin.user)] == [admin.org, second]
    assert [membership.org for membership in memberships_of(outsider.user)] == [outsider.org]


def test_a_user_finds_their_other_organizations_from_inside_of_one(admin: Any, outsider: Any) -> None:
    second = organization_create(owner=admin.user, name="Another brand")
    with organization_scope(admin.org.id):
        assert [membership.org for membership in memberships_of(admin.user)] == [admin.org, second]
        assert Membership.objects.count() == 1


def test_a_membership_is_found_by_user_and_organization(admin: Any, member: Any) -> None:
    found = membership_of(member.user, admin.org.id)
    assert found == member.membership
    assert found.org == admin.org


def test_a_foreign_and_an_absent_organization_look_the_same(admin: Any, outsider: Any) -> None:
    assert membership_of(admin.user, outsider.org.id) is None
    assert membership_of(admin.user, uuid7()) is None


def test_nobody_signed_in_has_no_membership(admin: Any) -> None:
    assert membership_of(AnonymousUser(), admin.org.id) is None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_live_key_leads_to_its_organization(api_key: Any, admin: Any, outsider: Any, scheme: str) -> None:
    row, secret = api_key
    found = api_key_for(f"{scheme} {secret}")
    assert found == row
    assert found.org == admin.org


def test_a_key_is_found_among_those_of_all_organizations(api_key: Any, outsider: Any) -> None:
    with organization_scope(outsider.org.id):
        theirs, secret = api_key_create(by=outsider.membership, name="theirs")
    assert api_key_for(f"Bearer {secret}") == theirs
    assert api_key_for(f"Bearer {api_key[1]}") == api_key[0]


def test_an_unknown_key_leads_nowhere(api_key: Any) -> None:
    assert api_key_for(f"Bearer tga_{'0' * 64}") is None


def test_a_revoked_key_leads_nowhere(api_key: Any, admin: Any) -> None:
    row, secret = api_key
    with organization_scope(admin.org.id):
        api_key_revoke(by=admin.membership, key_id=row.id)
    assert api_key_for(f"Bearer {secret}") is None


def test_a_key_works_until_it_expires(admin: Any) -> None:
    end = timezone.now() + timedelta(days=30)
    with organization_scope(admin.org.id):
        row, secret = api_key_create(by=admin.membership, name="for a month", expires_at=end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert api_key_for(f"Bearer {secret}") == row
    with time_machine.travel(end, tick=False):
        assert api_key_for(f"Bearer {secret}") is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "{secret}",
        "Basic {secret}",
        "Token {secret}",
        "Bearer  {secret}",
        " Bearer {secret}",
        "Bearer {secret} ",
        "Bearer {secret}\n",
        "Bearer {secret},Bearer {secret}",
        "Bearer {upper}",
        "Bearer {short}",
        "Bearer {secret}0",
        "Bearer {digest}",
        "Bearer tga_{digest}",
        "Bearer tga_%",
        "Bearer tga_' OR 1=1 --",
        "Bearer \x00",
    ],
)
def test_a_malformed_header_leads_nowhere(header: str, api_key: Any) -> None:
    secret = api_key[1]
    digest = hashlib.sha256(secret.encode()).hexdigest()
    forms = {"secret": secret, "upper": secret.upper(), "short": secret[:-1], "digest": digest}
    assert api_key_for(header.format(**forms)) is None
