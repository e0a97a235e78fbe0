"""/api/v1/me."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from orgs.limits import PLAN

STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"


def test_me_tells_organization_key_and_every_limit(
    ask: Any, admin: Any, member: Any, api_key: Any, make_creator: Any, make_video: Any
) -> None:
    key, _ = api_key
    make_video(make_creator(admin.project))
    answer = ask("/me")
    counted = {
        "max_creators_per_org": 1,
        "max_tracked_videos_per_org": 1,
        "max_projects_per_org": 1,
        "max_members_per_org": 2,
        "max_api_keys_per_org": 1,
        "max_api_requests_per_day": 1,
    }
    limits = answer.body["data"].pop("limits")
    assert {name: limits[name] for name in counted} == {
        name: {"max": PLAN[name][2], "current": used} for name, used in counted.items()
    }
    assert {name: value["max"] for name, value in limits.items()} == {name: tiers[2] for name, tiers in PLAN.items()}
    floors = [name for name in PLAN if name.startswith("min_") or name == "stats_history_retention_days"]
    assert [limits[name]["current"] for name in floors] == [None] * 4
    assert answer.body == {
        "data": {
            "organization": {
                "id": str(admin.org.id),
                "name": "Northwind",
                "tier": "ultra",
                "timezone": "UTC",
            },
            "key": {
                "id": str(key.id),
                "name": "tests",
                "prefix": key.prefix,
                "created_at": key.created_at.astimezone(UTC).strftime(STAMP),
                "expires_at": None,
            },
        },
        "error": None,
        "meta": None,
    }


def test_me_tells_when_the_key_expires(ask: Any, api_key: Any, in_scope: Any, admin: Any) -> None:
    key, _ = api_key
    expires = key.created_at + timedelta(days=30)
    with in_scope(admin.org):
        type(key).objects.filter(id=key.id).update(expires_at=expires)
    assert ask("/me").body["data"]["key"]["expires_at"] == expires.astimezone(UTC).strftime(STAMP)


def test_requests_of_today_include_this_one(ask: Any) -> None:
    for number in (1, 2, 3):
        assert ask("/me").body["data"]["limits"]["max_api_requests_per_day"]["current"] == number


@pytest.mark.parametrize("query", ["?limit=1", "?cursor=x", "?project_id=1"])
def test_me_takes_no_parameters(ask: Any, query: str) -> None:
    name = query[1:].partition("=")[0]
    answer = ask(f"/me{query}")
    assert answer.problem == (400, {"code": "invalid_query", "params": [name]})
