"""Whose key opens the API, and what a use of it leaves behind."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

Scope = Callable[[Any], AbstractContextManager[None]]
UNKNOWN = (401, {"code": "invalid_api_key"})


@pytest.fixture
def change_key(api_key: Any, admin: Any, in_scope: Scope) -> Callable[..., None]:
    def change(**fields: Any) -> None:
        with in_scope(admin.org):
            key = type(api_key[0]).objects.get(id=api_key[0].id)
            for name, value in fields.items():
                setattr(key, name, value)
            key.save()

    return change


@pytest.fixture
def last_used(api_key: Any, admin: Any, in_scope: Scope) -> Callable[[], datetime | None]:
    def read() -> datetime | None:
        with in_scope(admin.org):
            return type(api_key[0]).objects.get(id=api_key[0].id).last_used_at

    return read


def test_without_a_key_nothing_is_told(ask: Any, admin: Any, last_used: Any) -> None:
    answer = ask(f"/projects/{admin.project.id}", key=None)
    assert answer.problem == UNKNOWN
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.rates == set()
    assert last_used() is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer tga_",
        "Bearer tga_" + "0" * 64,
        "Bearer tga_" + "g" * 64,
        "Basic dXNlcjpwYXNz",
        "tga_" + "0" * 64,
        "Bearer tga_" + "é" * 32,
    ],
)
def test_a_malformed_or_unknown_key_opens_nothing(ask: Any, header: str) -> None:
    assert ask("/me", key=None, Authorization=header).problem == UNKNOWN


@pytest.mark.parametrize("spoil", [str.upper, lambda key: key[:-1], lambda key: key + "0", lambda key: key + " x"])
def test_a_key_that_is_nearly_right_opens_nothing(ask: Any, api_key: Any, spoil: Callable[[str], str]) -> None:
    assert ask("/me", key=spoil(api_key[1])).problem == UNKNOWN


def test_a_revoked_key_opens_nothing_from_then_on(ask: Any, api_key: Any, admin: Any, in_scope: Scope) -> None:
    from orgs.identity import remembered_api_key_for
    from orgs.services import api_key_revoke

    assert [ask("/me").status for _ in range(2)] == [200, 200]
    assert remembered_api_key_for(f"Bearer {api_key[1]}") is not None
    with in_scope(admin.org):
        api_key_revoke(by=admin.membership, key_id=api_key[0].id)
    assert ask("/me").problem == UNKNOWN


def test_an_expired_key_opens_nothing(ask: Any, change_key: Any) -> None:
    change_key(expires_at=timezone.now() + timedelta(minutes=1))
    assert ask("/me").status == 200
    change_key(expires_at=timezone.now())
    assert ask("/me").problem == UNKNOWN


def test_a_session_opens_nothing(admin: Any) -> None:
    assert admin.client.get("/api/v1/me").status_code == 401


def test_a_suspended_organization_is_told_so(ask: Any, admin: Any, in_scope: Scope) -> None:
    with in_scope(admin.org):
        type(admin.org).objects.filter(id=admin.org.id).update(suspended_at=timezone.now())
    for path in ("/me", "/projects", f"/projects/{admin.project.id}", "/videos?no=1"):
        answer = ask(path)
        assert answer.problem == (403, {"code": "organization_suspended"})
        assert "X-RateLimit-Remaining" in answer.headers


def test_a_use_is_noted_at_most_once_a_minute(ask: Any, last_used: Any) -> None:
    noon = timezone.now().replace(microsecond=0)
    with time_machine.travel(noon, tick=False) as clock:
        ask("/me")
        assert last_used() == noon
        clock.shift(59)
        ask("/me")
        assert last_used() == noon
        clock.shift(1)
        ask("/me")
        assert last_used() == noon + timedelta(seconds=60)


@pytest.mark.parametrize("path", ["/videos?no=1", "/nothing", "/creators/1"])
def test_a_use_is_noted_although_the_request_is_rolled_back(ask: Any, last_used: Any, path: str) -> None:
    assert ask(path).status >= 400
    assert last_used() is not None
