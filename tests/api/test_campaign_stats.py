"""/api/v1/campaigns/{id}/stats."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from orgs.limits import Tier
from orgs.models import Organization
from scraping.models import PostSnapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any) -> Any:
    """Two levels that share a post, which gained 100 views and 10 likes two days ago; 20 days of 40 are over."""
    now = timezone.now().replace(microsecond=0)
    ada = make_creator(admin.project, "ada", tracked_since=now - timedelta(days=9))
    video = make_video(
        ada, posted_at=now - timedelta(days=8), tracked_since=now - timedelta(days=9), view_count=300, like_count=30
    )
    for days, views in ((8, 0), (3, 200), (2, 300)):
        PostSnapshot.objects.create(
            post_id=video.post_id,
            captured_at=now - timedelta(days=days),
            source="simulator",
            precision="exact",
            view_count=views,
            like_count=views // 10,
        )
    inner = make_campaign(admin.project, "Inner", video)
    outer = make_campaign(admin.project, "Outer", inner, ada, target_views=1_200, target_at=now + timedelta(days=20))
    with in_scope(admin.org):
        Campaign.objects.update(created_at=now - timedelta(days=20))
    return outer


def test_totals_are_the_gains_of_the_range_and_the_target_is_as_of_now(ask: Any, campaign: Any) -> None:
    answer = ask(f"/campaigns/{campaign.id}/stats")
    data = answer.body["data"]
    assert answer.status == 200
    assert data["totals"] == {
        "views": 300, "likes": 30, "comments": None, "shares": None, "saves": None, "engagement": 30, "posts": 1,
    }  # fmt: skip
    assert data["rates"]["engagement_rate_by_views"] == 10
    assert data["rates"]["engagement_rate_by_followers"] is None
    assert (data["video_count"], data["creator_count"]) == (1, 1)
    assert (data["target_views"], data["progress"]) == (1_200, 300)
    assert data["pace"] == pytest.approx(0.5, abs=1e-4)
    assert answer.body["meta"]["tier_retention_days"] is None
    assert answer.body["meta"]["fresh_as_of"].endswith("Z")


def test_totals_equal_the_sum_of_the_analytics_series(ask: Any, campaign: Any) -> None:
    first = (timezone.now() - timedelta(days=3)).date()
    stats = ask(f"/campaigns/{campaign.id}/stats?from={first}").body["data"]
    series = ask(f"/analytics?entity=campaign&entity_id={campaign.id}&metric=views&from={first}").body["data"]["series"]
    assert stats["totals"]["views"] == sum(point["value"] or 0 for point in series)
    assert stats["from"] == first.isoformat()
    assert stats["progress"] == 300


def test_an_empty_campaign_is_zero_for_counts_and_null_for_rates(ask: Any, admin: Any, make_campaign: Any) -> None:
    data = ask(f"/campaigns/{make_campaign(admin.project).id}/stats").body["data"]
    assert set(data["totals"].values()) == {0}
    assert data["rates"] == {
        "engagement_rate_by_views": None,
        "engagement_rate_by_followers": None,
        "posts_per_week": 0,
        "avg_views_per_post": None,
    }
    assert (data["video_count"], data["creator_count"], data["progress"], data["pace"]) == (0, 0, 0, None)


def test_bad_ranges_and_unknown_campaigns_are_refused(
    ask: Any, admin: Any, outsider: Any, campaign: Any, make_campaign: Any, in_scope: Any
) -> None:
    path = f"/campaigns/{campaign.id}/stats"
    bad = {"code": "invalid_params", "params": ["from", "to"]}
    assert ask(f"{path}?from=2026-02-01&to=2026-01-01").problem == (400, bad)
    assert ask(f"{path}?from=x").problem == (400, {"code": "invalid_params", "params": ["from"]})
    assert ask(f"{path}?days=3").problem == (400, {"code": "invalid_query", "params": ["days"]})
    assert ask("/campaigns/x/stats").problem == (404, {"code": "not_found"})
    theirs = make_campaign(outsider.project)
    assert ask(f"/campaigns/{theirs.id}/stats").problem == (404, {"code": "not_found"})
    with in_scope(admin.org):
        Organization.objects.update(tier=Tier.STARTER)
    refused = ask(f"{path}?from=2020-01-01")
    assert refused.problem == (402, {"code": "retention_exceeded", "tier_retention_days": 365})
