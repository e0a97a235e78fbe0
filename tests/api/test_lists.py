"""The statements of lists are kept: they answer what is asked, for whom it is asked, as the serializers say it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.renderers import JSONRenderer

from api.campaigns import CampaignSerializer
from api.creators import CreatorSerializer
from api.lists import _statement
from api.projects import ProjectSerializer
from api.videos import VideoSerializer
from campaigns.models import Campaign
from creators.models import Creator
from orgs.models import Organization
from orgs.scope import organization_scope
from projects.models import Project
from videos.models import Video

# Beyond as many a prepared statement has one plan for everybody.
OFTEN = 8
TEXTS = ["", "plain", 'quote " backslash \\ slash /', "100 % %s", "line\nbreak\ttab \x01 \x7f", "日本語 🐐 é \u2028"]
LARGE = 9_223_372_036_854_775_000
MOMENTS = [
    datetime(2026, 3, 29, 0, 59, 59, 999_999, UTC),
    datetime(2024, 2, 29, 12, 0, 0, 1, UTC),
    datetime(2026, 1, 1, 0, 0, 0, 750_000, UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
]
METADATA: list[Any] = [
    {},
    {"a": [1, 2.5, None, True], "é": {"b": "🐐 \\u0000"}},
    [],
    "text",
    12_345_678_901_234_567_890,
]


@pytest.fixture
def motley(admin: Any, make_creator: Any, make_video: Any) -> Any:
    """Rows with every kind of value that a column can hold."""
    for number, text in enumerate(TEXTS):
        moment, metadata = MOMENTS[number % len(MOMENTS)], METADATA[number % len(METADATA)]
        words: dict[str, Any] = {"description": text, "metadata": metadata}
        none_or_many = None if number % 2 else LARGE - number
        creator = make_creator(
            admin.project,
            **words,
            nickname=text,
            account_id=none_or_many,
            avatar_key="key" if number % 3 else "",
            avatar_url=text,
            follower_count=none_or_many,
            last_scraped_at=None if number % 2 else moment,
        )
        make_video(
            creator if number % 2 else admin.project,
            **words,
            title=text,
            kind="photo" if number % 2 else "video",
            post_id=LARGE - number,
            posted_at=moment,
            tracking_status="direct_add",
            cover_key="key" if number % 3 else "",
            thumbnail_url=text,
            view_count=none_or_many,
            counts_precision=["", "exact", "rounded"][number % 3],
            stats_updated_at=None if number % 2 else moment,
        )
        with organization_scope(admin.org.id):
            Campaign.objects.create(
                org=admin.org, project=admin.project, name=text or "none", target_views=none_or_many, **words
            )
    return admin


@pytest.mark.parametrize(
    ("path", "model", "serializer"),
    [
        ("/projects", Project, ProjectSerializer),
        ("/creators", Creator, CreatorSerializer),
        ("/videos", Video, VideoSerializer),
        ("/campaigns", Campaign, CampaignSerializer),
    ],
)
def test_rows_are_what_their_serializer_says(ask: Any, motley: Any, path: str, model: Any, serializer: Any) -> None:
    with organization_scope(motley.org.id):
        rows = list(model.objects.order_by("-id"))
        said = json.loads(JSONRenderer().render([serializer(row).data for row in rows]))
    assert said
    for _ in range(OFTEN):
        found = ask(f"{path}?limit=100").body["data"]
    assert found == said
    assert [list(row) for row in found] == [list(row) for row in said]


@pytest.mark.parametrize(("path", "model"), [("/projects", Project), ("/creators", Creator), ("/videos", Video)])
def test_a_kept_statement_finds_the_rows_of_whoever_asks(
    ask: Any, admin: Any, outsider: Any, api_key: Any, outsider_key: str, make_video: Any, path: str, model: Any
) -> None:
    make_video(admin.project)
    expected = {}
    for person, key in ((admin, api_key[1]), (outsider, outsider_key)):
        with organization_scope(person.org.id):
            expected[key] = {str(one) for one in model.objects.values_list("id", flat=True)}
    for _ in range(OFTEN):
        for key, ids in expected.items():
            assert {row["id"] for row in ask(path, key=key).body["data"]} == ids


def test_a_kept_statement_finds_what_came_later(ask: Any, admin: Any, make_video: Any) -> None:
    for number in range(OFTEN):
        assert len(ask("/videos").body["data"]) == number
        make_video(admin.project)


def test_pages_share_a_statement(ask: Any, admin: Any, make_video: Any) -> None:
    for _ in range(6):
        make_video(admin.project)
    _statement.cache_clear()
    seen, address = [], "/videos?limit=1"
    while address:
        body = ask(address).body
        seen += [row["id"] for row in body["data"]]
        cursor = body["meta"]["nextCursor"]
        address = cursor and f"/videos?limit=1&cursor={cursor}"
    assert len(set(seen)) == len(seen) == 6
    # The first page's and that of all others.
    assert _statement.cache_info().misses == 2


def test_days_are_those_of_the_organization_as_it_is_now(ask: Any, admin: Any, make_video: Any) -> None:
    make_video(admin.project, posted_at=datetime(2026, 1, 1, 3, tzinfo=UTC))
    for zone, number in (("UTC", 1), ("America/New_York", 0), ("UTC", 1)):
        with organization_scope(admin.org.id):
            Organization.objects.filter(id=admin.org.id).update(timezone=zone)
        _forget_keys(admin.org)
        assert len(ask("/videos?posted_from=2026-01-01").body["data"]) == number


def test_what_a_filter_names_is_looked_for_every_time(ask: Any, admin: Any, make_video: Any) -> None:
    make_video(admin.project)
    path = f"/videos?project_id={admin.project.id}"
    assert len(ask(path).body["data"]) == 1
    with organization_scope(admin.org.id):
        Project.objects.update(deleted_at=datetime.now(UTC) - timedelta(days=1))
    assert ask(path).problem == (404, {"code": "not_found"})


def _forget_keys(org: Any) -> None:
    from orgs import keycache

    keycache.forget_organization(org.id)
