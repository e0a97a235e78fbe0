"""Requests per minute and key, requests per UTC day and organization."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from api import limits
from api.errors import RateLimitExceeded
from orgs.identity import api_key_for, remembered_api_key_for
from orgs.limits import PLAN, daily_used
from orgs.models import ApiKey, Organization, OutboxEvent
from orgs.scope import organization_scope
from orgs.services import limit_override_set, organization_set_tier

Scope = Callable[[Any], AbstractContextManager[None]]
NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
MIDNIGHT = int(datetime(2026, 11, 25, tzinfo=UTC).timestamp())
RATES = [f"X-RateLimit-{window}{name}" for window in ("", "Day-") for name in ("Limit", "Remaining", "Reset")]


def rates(answer: Any) -> list[int | None]:
    """Limit, remaining and reset of the minute, then of the day."""
    return [int(answer.headers[name]) if name in answer.headers else None for name in RATES]


def send(key: ApiKey, number: int) -> None:
    """So many requests of the key, all admitted."""
    assert [limits.admit(key).refusal for _ in range(number)] == [None] * number


@pytest.fixture
def clock() -> Iterator[Any]:
    """Noon, standing still."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def daily(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Give every plan this many requests a day."""
    return lambda cap: monkeypatch.setitem(PLAN, limits.DAY_LIMIT_KEY, (cap, cap, cap))


@pytest.fixture
def key(api_key: Any) -> ApiKey:
    """The key that `ask` sends, as the API sees it."""
    live = api_key_for(f"Bearer {api_key[1]}")
    assert live is not None
    return live


@pytest.fixture
def second_key(admin: Any, in_scope: Scope) -> str:
    from orgs.services import api_key_create

    with in_scope(admin.org):
        return api_key_create(by=admin.membership, name="another")[1]


def test_every_answer_says_where_the_key_stands(clock: Any, ask: Any) -> None:
    reset = int(NOON.timestamp()) + 60
    assert rates(ask("/projects")) == [60, 59, reset, 50_000, 49_999, MIDNIGHT]
    clock.shift(10)
    assert rates(ask("/creators")) == [60, 58, reset, 50_000, 49_998, MIDNIGHT]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/me", "GET", 200),
        ("/me", "HEAD", 200),
        ("/me", "OPTIONS", 200),
        ("/openapi.json", "GET", 200),
        ("/videos?zebra=1", "GET", 400),
        ("/videos/1", "GET", 404),
        ("/nothing", "GET", 404),
        ("/me", "POST", 405),
    ],
)
def test_every_request_with_a_valid_key_counts_once(clock: Any, ask: Any, path: str, method: str, status: int) -> None:
    answer = ask(path, method=method)
    assert answer.status == status
    assert rates(answer) == [60, 59, int(NOON.timestamp()) + 60, 50_000, 49_999, MIDNIGHT]
    assert rates(ask("/me"))[1::3] == [58, 49_998]


def test_a_suspended_organizations_requests_count(clock: Any, ask: Any, admin: Any, in_scope: Scope) -> None:
    with in_scope(admin.org):
        type(admin.org).objects.filter(id=admin.org.id).update(suspended_at=NOON)
    assert [rates(ask("/me"))[1::3] for _ in range(2)] == [[59, 49_999], [58, 49_998]]


def test_a_key_has_60_requests_in_any_minute(clock: Any, ask: Any, key: ApiKey) -> None:
    send(key, 30)
    clock.shift(30)
    send(key, 29)
    assert ask("/projects").status == 200
    refused = ask("/projects")
    assert refused.problem == (429, {"code": "rate_limit_exceeded", "scope": "key_per_minute", "retryAfter": 30})
    assert refused.headers["Retry-After"] == "30"
    assert rates(refused) == [60, 0, int(NOON.timestamp()) + 60, 50_000, 49_940, MIDNIGHT]
    clock.shift(30.5)
    send(key, 29)
    assert [ask("/projects").status for _ in range(2)] == [200, 429]


def test_a_refused_request_counts_neither_for_the_minute_nor_for_the_day(clock: Any, ask: Any, key: ApiKey) -> None:
    send(key, 60)
    for _ in range(5):
        assert ask("/me").status == 429
    clock.shift(60.5)
    assert rates(ask("/me"))[1::3] == [59, 50_000 - 61]


def test_keys_have_minutes_of_their_own_and_share_the_day(
    clock: Any, ask: Any, key: ApiKey, second_key: str, outsider_key: str
) -> None:
    send(key, 60)
    assert ask("/me").status == 429
    assert rates(ask("/me", key=second_key))[1::3] == [59, 50_000 - 61]
    assert rates(ask("/me", key=outsider_key))[1::3] == [59, 50_000 - 1]


def test_a_used_up_day_ends_at_midnight_utc(
    clock: Any, ask: Any, daily: Any, second_key: str, outsider_key: str
) -> None:
    daily(3)
    assert [ask("/projects").status for _ in range(3)] == [200] * 3
    seconds = 12 * 60 * 60
    over = {"code": "rate_limit_exceeded", "scope": "org_per_day", "retryAfter": seconds}
    for key in ({}, {"key": second_key}):
        refused = ask("/projects", **key)
        assert refused.problem == (429, over)
        assert refused.headers["Retry-After"] == str(seconds)
        assert rates(refused)[3:] == [3, 0, MIDNIGHT]
    assert ask("/projects", key=outsider_key).status == 200
    clock.move_to(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC))
    assert ask("/projects").problem == (429, over | {"retryAfter": 1})
    clock.shift(1)
    assert rates(ask("/projects"))[3:] == [3, 2, MIDNIGHT + 24 * 60 * 60]


def test_the_days_limit_is_told_before_the_minutes(clock: Any, ask: Any, key: ApiKey, daily: Any) -> None:
    daily(60)
    send(key, 60)
    assert ask("/me").body["meta"]["scope"] == "org_per_day"


def test_a_key_that_is_remembered_follows_its_organizations_plan(
    clock: Any, ask: Any, admin: Any, api_key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLAN, limits.DAY_LIMIT_KEY, (10, 20, 30))
    assert [rates(ask("/me"))[3] for _ in range(3)] == [30, 30, 30]
    assert remembered_api_key_for(f"Bearer {api_key[1]}") is not None
    organization_set_tier(org_id=admin.org.id, tier="free")
    assert rates(ask("/me"))[3:5] == [10, 6]
    limit_override_set(org_id=admin.org.id, limit_key=limits.DAY_LIMIT_KEY, value=15)
    assert rates(ask("/me"))[3:5] == [15, 10]


def test_a_plan_without_api_says_so(clock: Any, ask: Any, daily: Any, admin: Any) -> None:
    daily(0)
    for path in ("/me", f"/projects/{admin.project.id}", "/videos?zebra=1", "/videos/1"):
        answer = ask(path)
        assert answer.problem == (
            402,
            {"code": "limit_reached", "limitKey": "max_api_requests_per_day", "current": 0, "max": 0},
        )
        assert rates(answer) == [60, 60, int(NOON.timestamp()) + 60, 0, 0, MIDNIGHT]


def test_an_unlimited_day_has_no_limit_to_tell_but_is_counted(clock: Any, ask: Any, daily: Any) -> None:
    daily(None)
    answer = ask("/me")
    assert rates(answer) == [60, 59, int(NOON.timestamp()) + 60, None, None, None]
    assert answer.body["data"]["limits"]["max_api_requests_per_day"] == {"max": None, "current": 1}


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/videos?zebra=1", "GET", 429), ("/nothing", "GET", 404), ("/me", "POST", 405)]
)
def test_unknown_routes_and_methods_are_told_before_limits_and_the_rest_after(
    clock: Any, ask: Any, key: ApiKey, path: str, method: str, status: int
) -> None:
    send(key, 60)
    answer = ask(path, method=method)
    assert answer.status == status
    counted = 60 if status == 429 else 61
    assert rates(answer)[1::3] == [0, 50_000 - counted]


def some_key(org: Organization) -> ApiKey:
    return ApiKey(org=org, name="one of many")


def used_today(org: Organization, key: str) -> int:
    with organization_scope(org.id):
        return daily_used(org, key)


def closing(action: Callable[[], Any]) -> Any:
    """Run in a thread with a connection of its own, given back at the end."""
    try:
        return action()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_never_pass_the_days_limit_together(daily: Any) -> None:
    daily(40)
    org = Organization(tier="ultra")
    with ThreadPoolExecutor(8) as pool:
        standings = list(pool.map(lambda _: closing(lambda: limits.admit(some_key(org))), range(80)))
    assert sum(standing.refusal is None for standing in standings) == 40
    assert used_today(org, limits.DAY_LIMIT_KEY) == 40
    refused = [standing.refusal for standing in standings if standing.refusal is not None]
    assert {type(refusal) for refusal in refused} == {RateLimitExceeded}


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_never_pass_the_minutes_limit_together() -> None:
    key = some_key(Organization(tier="ultra"))
    with ThreadPoolExecutor(8) as pool:
        standings = list(pool.map(lambda _: closing(lambda: limits.admit(key)), range(90)))
    assert sum(standing.refusal is None for standing in standings) == 60
    assert used_today(key.org, limits.DAY_LIMIT_KEY) == 60


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("address", ["unix:///nowhere/redis.sock?db=0", "redis://127.0.0.1:1/0", "silent"])
def test_without_redis_the_api_stays_up_and_says_what_it_knows(
    ask: Any, settings: Any, silent_server: str, address: str, caplog: Any
) -> None:
    settings.REDIS_URL = silent_server if address == "silent" else address
    start = time.monotonic()
    answer = ask("/projects")
    assert answer.status == 200
    assert rates(answer)[:5] == [60, None, None, 50_000, 49_999]
    assert time.monotonic() - start < 5
    assert any("Redis is away" in record.getMessage() for record in caplog.records)
    used = ask("/me").body["data"]["limits"]["max_api_requests_per_day"]
    assert used == {"max": 50_000, "current": 1}
    assert [ask(path).status for path in ("/videos?zebra=1", "/videos/1", "/nothing")] == [400, 404, 404]
    assert rates(ask("/projects"))[4] == 49_994


def test_without_redis_the_day_still_ends(ask: Any, settings: Any, daily: Any) -> None:
    daily(3)
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert [ask("/projects").status for _ in range(5)] == [200, 200, 200, 429, 429]


def test_what_was_counted_without_redis_counts_when_it_is_back(clock: Any, ask: Any, settings: Any, daily: Any) -> None:
    daily(6)
    here = settings.REDIS_URL
    assert [ask("/projects").status for _ in range(2)] == [200, 200]
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert [ask("/projects").status for _ in range(3)] == [200, 200, 200]
    settings.REDIS_URL = here
    clock.shift(60)  # the next note of the day's count
    assert rates(ask("/projects"))[4] == 3
    assert rates(ask("/projects"))[4] == 0
    assert ask("/projects").status == 429


def test_when_redis_has_lost_its_counts_the_day_goes_on_from_the_last_note(clock: Any, ask: Any, daily: Any) -> None:
    daily(5)
    assert rates(ask("/projects"))[4] == 4
    clock.shift(60)
    assert rates(ask("/projects"))[4] == 3
    ask("/projects")  # after the note
    cache.clear()
    assert rates(ask("/projects"))[4] == 2


def test_the_admins_are_warned_once_when_most_of_the_day_is_used(clock: Any, ask: Any, daily: Any, admin: Any) -> None:
    daily(10)
    for path in ("/projects",) * 7 + ("/nothing",):
        assert warnings(admin) == []
        ask(path)
    ask("/projects")
    assert warnings(admin) == [
        {"limit_key": limits.DAY_LIMIT_KEY, "current": 8, "max": 10, "tier": "ultra", "parent_id": None}
    ]


def warnings(admin: Any) -> list[dict[str, Any]]:
    with organization_scope(admin.org.id):
        return list(OutboxEvent.objects.filter(kind="limit_warning").values_list("data", flat=True))


def test_without_redis_a_plan_without_api_still_has_none(ask: Any, settings: Any, daily: Any) -> None:
    daily(0)
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert ask("/me").status == 402


def test_counting_goes_on_when_redis_is_back(ask: Any, settings: Any) -> None:
    here = settings.REDIS_URL
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert ask("/projects").status == 200
    settings.REDIS_URL = here
    assert rates(ask("/projects"))[1::3] == [59, 49_998]
