"""What a campaign consists of, at any depth, held to the plain oracle over random trees and changes."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import CampaignPath
from campaigns.queries import creators_of, project_creators, project_trees, videos_of
from campaigns.services import campaign_items_remove
from campaigns.services.paths import rebuild_paths
from creators.models import Creator
from orgs.scope import organization_scope
from tests.campaigns.conftest import put
from tests.campaigns.oracle import Oracle
from tests.conftest import NOW
from videos.models import Video

pytestmark = pytest.mark.django_db
CREATORS, VIDEOS, CAMPAIGNS = 4, 12, 6


@pytest.fixture
def world(admin: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> Any:
    """Rows to build trees from: creators with two videos each, videos without one, campaigns without items."""
    creators = [make_creator(admin.project) for _ in range(CREATORS)]
    videos = [make_video(creators[n // 2] if n < 2 * CREATORS else admin.project) for n in range(VIDEOS)]
    campaigns = [make_campaign(admin.project, f"Campaign {n}") for n in range(CAMPAIGNS)]
    return admin.org, creators, videos, campaigns


PARENTS = st.integers(0, CAMPAIGNS - 1)
ITEMS = st.tuples(
    PARENTS,
    st.sampled_from(
        [("creator", n) for n in range(CREATORS)]
        + [("video", n) for n in range(VIDEOS)]
        + [("campaign", n) for n in range(CAMPAIGNS)] * 3
    ),
)
CHANGES = st.one_of(
    st.tuples(st.just("status"), st.integers(0, VIDEOS - 1), st.sampled_from(Video.TrackingStatus.values)),
    st.tuples(st.just("disabled"), st.integers(0, VIDEOS - 1), st.booleans()),
    st.tuples(st.just("removed"), st.integers(0, CREATORS - 1), st.booleans()),
    st.tuples(st.just("taken_out"), PARENTS, st.integers(0, 5)),
)


def apply(change: tuple[str, int, Any], creators: Any, videos: Any, campaigns: Any) -> None:
    match change:
        case ("status", number, status):
            Video.objects.filter(id=videos[number].id).update(tracking_status=status)
        case ("disabled", number, disabled):
            Video.objects.filter(id=videos[number].id).update(tracking_disabled=disabled)
        case ("removed", number, removed):
            Creator.objects.filter(id=creators[number].id).update(removed_at=NOW if removed else None)
        case ("taken_out", number, place):
            items = list(campaigns[number].items.order_by("id").values_list("id", flat=True))
            campaign_items_remove(campaign_id=campaigns[number].id, item_ids=items[place : place + 1])


def assert_like_the_oracle(project_id: Any, campaigns: Any) -> None:
    truth, trees = Oracle(project_id), project_trees(project_id)
    videos = {campaign.id: truth.videos_beneath(campaign.id) for campaign in campaigns}
    assert dict(trees) == videos
    paths = set(CampaignPath.objects.values_list("ancestor_id", "descendant_id"))
    assert paths == {(each.id, below) for each in campaigns for below in truth.campaigns_beneath(each.id)}
    creators = project_creators(project_id)
    for campaign in campaigns:
        assert creators[campaign.id] == truth.creators_beneath(campaign.id)
        answered = list(videos_of(campaign.id).values_list("id", flat=True))
        assert len(answered) == len(set(answered)) == trees.count(campaign.id)
        assert set(answered) == videos[campaign.id]
        assert set(creators_of(campaign.id).values_list("id", flat=True)) == truth.creators_beneath(campaign.id)
        for other in campaigns:
            assert trees.shared(campaign.id, other.id) == len(videos[campaign.id] & videos[other.id])
            assert trees.united(campaign.id, other.id) == len(videos[campaign.id] | videos[other.id])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEMS, max_size=24), changes=st.lists(CHANGES, max_size=6))
def test_a_post_found_twice_counts_once_in_nested_campaigns(items: Any, changes: Any, world: Any) -> None:
    org, creators, videos, campaigns = world
    rows = {"creator": creators, "video": videos, "campaign": campaigns}
    with organization_scope(org.id):
        savepoint = transaction.savepoint()
        for parent in range(CAMPAIGNS):
            put(campaigns[parent], *[rows[kind][number] for place, (kind, number) in items if place == parent])
        assert_like_the_oracle(campaigns[0].project_id, campaigns)
        for change in changes:
            apply(change, creators, videos, campaigns)
        assert_like_the_oracle(campaigns[0].project_id, campaigns)
        assert rebuild_paths(campaigns[0].project_id) == 0
        transaction.savepoint_rollback(savepoint)


def test_a_video_in_a_campaign_directly_through_its_creator_and_through_a_sub_campaign_counts_once(
    admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
) -> None:
    creator = make_creator(admin.project)
    video = make_video(creator)
    inner = make_campaign(admin.project, "Inner", video)
    outer = make_campaign(admin.project, "Outer", creator, video, inner)

    with in_scope(admin.org):
        assert list(videos_of(outer.id)) == [video]
        assert dict(project_trees(admin.project.id)) == {inner.id: {video.id}, outer.id: {video.id}}


def test_what_a_creator_item_brings_changes_at_once(
    admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
) -> None:
    creator = make_creator(admin.project, tracking_mode="selective")
    video = make_video(creator, tracking_status="pending_review")
    campaign = make_campaign(admin.project, "Launch", creator)

    def brought() -> list[Any]:
        with in_scope(admin.org):
            return list(videos_of(campaign.id))

    def change(row: Any, **fields: Any) -> None:
        with in_scope(admin.org):
            type(row).objects.filter(id=row.id).update(**fields)

    assert brought() == []
    change(video, tracking_status="included")
    assert brought() == [video]
    change(video, tracking_status="excluded")
    assert brought() == []
    change(video, tracking_status="included", tracking_disabled=True)
    assert brought() == []
    change(video, tracking_disabled=False)
    assert brought() == [video]
    change(creator, removed_at=NOW)
    assert brought() == []
    change(creator, removed_at=None)
    assert brought() == [video]
    late = make_video(creator)
    assert set(brought()) == {video, late}


def test_an_empty_campaign_has_no_videos_and_no_creators(admin: Any, make_campaign: Any, in_scope: Any) -> None:
    campaign = make_campaign(admin.project)
    with in_scope(admin.org):
        assert not videos_of(campaign.id).exists()
        assert not creators_of(campaign.id).exists()
        assert project_trees(admin.project.id).count(campaign.id) == 0
