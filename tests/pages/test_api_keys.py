"""API keys in the dashboard: shown once, listed by prefix, for admins to make and revoke."""

import re
from typing import Any

import pytest

from orgs.identity import api_key_for
from orgs.models import ApiKey, Organization

pytestmark = pytest.mark.django_db


def _words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_new_key_is_shown_once_and_opens_the_api(admin: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "api_keys"), {"name": "Reporting script"})

    shown = re.search(r'<output id="secret">(tga_[0-9a-f]{64})</output>', response.content.decode())
    assert shown is not None
    assert "no-store" in response["Cache-Control"]
    key = api_key_for(f"Bearer {shown[1]}")
    assert key is not None
    assert key.name == "Reporting script"
    again = admin.client.get(page(admin, "api_keys")).content.decode()
    assert shown[1] not in again
    assert f"{shown[1][:12]}…" in again


def test_a_key_can_be_given_an_end(admin: Any, in_scope: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "api_keys"), {"name": "Short", "lifetime": "30"})

    assert "Active until" in _words(response)
    with in_scope(admin.org):
        key = ApiKey.objects.get()
    assert (key.expires_at - key.created_at).days in {29, 30}


def test_a_key_without_a_name_is_refused_beside_the_field(admin: Any, in_scope: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "api_keys"), {"name": ""})

    assert "Give the key a name" in _words(response)
    with in_scope(admin.org):
        assert not ApiKey.objects.exists()


def test_a_revoked_key_is_refused_from_then_on(admin: Any, api_key: Any, page: Any) -> None:
    key, secret = api_key

    response = admin.client.post(page(admin, "api_key_revoke", key_id=key.id), follow=True)

    assert "tests is revoked." in _words(response)
    assert "Revoked" in _words(response)
    assert api_key_for(f"Bearer {secret}") is None


def test_a_member_sees_the_keys_and_why_they_cannot_make_one(member: Any, api_key: Any, page: Any) -> None:
    words = _words(member.client.get(page(member, "api_keys")))

    assert api_key[0].prefix in words
    assert "Only admins make and revoke keys." in words
    assert "Create key" not in words


def test_a_member_can_neither_make_nor_revoke_a_key(member: Any, api_key: Any, page: Any) -> None:
    key, secret = api_key

    made = member.client.post(page(member, "api_keys"), {"name": "Mine"})
    revoked = member.client.post(page(member, "api_key_revoke", key_id=key.id))

    assert made.status_code == revoked.status_code == 403
    assert "Only an admin of this organization can do that." in _words(made)
    assert api_key_for(f"Bearer {secret}") is not None


def test_the_plans_last_key_opens_the_dialog(admin: Any, api_key: Any, in_scope: Any, page: Any) -> None:
    with in_scope(admin.org):
        Organization.objects.update(tier="free")

    response = admin.client.post(page(admin, "api_keys"), {"name": "One more"})

    assert "The Free plan includes 1 API keys" in _words(response)
    with in_scope(admin.org):
        assert ApiKey.objects.count() == 1
