"""/api/v1/campaigns, and videos of a campaign."""

from datetime import UTC, datetime
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from campaigns.models import Campaign
from campaigns.services import campaign_archive
from projects.models import Project
from tests.conftest import NOW

WHEN = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)


def ids(answer: Any) -> list[str]:
    assert answer.status == 200
    return [row["id"] for row in answer.body["data"]]


def test_a_campaign_shows_every_field(ask: Any, admin: Any, make_campaign: Any, in_scope: Any) -> None:
    campaign = make_campaign(admin.project, "Launch", description="**Go**", target_views=9, target_at=WHEN)
    with in_scope(admin.org):
        Campaign.objects.update(metadata={"brand": "x"})
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    with in_scope(admin.org):
        stored = Campaign.objects.get(id=campaign.id)
    assert ask(f"/campaigns/{campaign.id}").body == {
        "data": {
            "id": str(campaign.id),
            "project_id": str(admin.project.id),
            "name": "Launch",
            "description": "**Go**",
            "metadata": {"brand": "x"},
            "target_views": 9,
            "target_at": "2026-12-31T22:59:59Z",
            "created_at": stored.created_at.strftime(stamp),
            "updated_at": stored.updated_at.strftime(stamp),
        },
        "error": None,
        "meta": None,
    }


def test_a_campaign_without_a_target_has_null_and_not_zero(ask: Any, admin: Any, make_campaign: Any) -> None:
    data = ask(f"/campaigns/{make_campaign(admin.project).id}").body["data"]
    assert (data["target_views"], data["target_at"], data["description"], data["metadata"]) == (None, None, "", {})


def test_the_list_is_newest_first_of_all_or_of_one_project(
    ask: Any, admin: Any, make_campaign: Any, in_scope: Any
) -> None:
    with in_scope(admin.org):
        other = Project.objects.create(org=admin.org, name="Other")
    one, two, three = make_campaign(admin.project), make_campaign(other), make_campaign(admin.project)
    with in_scope(admin.org):
        campaign_archive(campaign_id=one.id)

    assert ids(ask("/campaigns")) == [str(three.id), str(two.id), str(one.id)]
    assert ids(ask(f"/campaigns?project_id={admin.project.id}")) == [str(three.id), str(one.id)]
    first = ask("/campaigns?limit=2")
    assert ids(ask(f"/campaigns?limit=2&cursor={first.body['meta']['nextCursor']}")) == [str(one.id)]


def test_campaigns_of_a_project_in_deletion_are_gone(ask: Any, admin: Any, make_campaign: Any, in_scope: Any) -> None:
    campaign = make_campaign(admin.project)
    with in_scope(admin.org):
        Project.objects.update(deleted_at=NOW)
    assert ids(ask("/campaigns")) == []
    for path in (f"/campaigns/{campaign.id}", f"/campaigns/{campaign.id}/items", f"/videos?campaign_id={campaign.id}"):
        assert ask(path).problem == (404, {"code": "not_found"})


def test_items_are_the_direct_ones_also_those_that_do_not_count(
    ask: Any, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
) -> None:
    creator = make_creator(admin.project, "ada", nickname="Ada")
    video = make_video(make_creator(admin.project), title="First try")
    inner = make_campaign(admin.project, "Inner", creator)
    campaign = make_campaign(admin.project, "Outer", creator, video, inner)
    with in_scope(admin.org):
        type(creator).objects.filter(id=creator.id).update(removed_at=NOW)
        type(video).objects.filter(id=video.id).update(tracking_status="excluded")

    answer = ask(f"/campaigns/{campaign.id}/items")

    shown = [(row["item_type"], row["item_id"], row["label"]) for row in answer.body["data"]]
    assert shown == [
        ("campaign", str(inner.id), "Inner"),
        ("video", str(video.id), "First try"),
        ("creator", str(creator.id), "Ada"),
    ]
    assert set(answer.body["data"][0]) == {"id", "item_type", "item_id", "label", "created_at"}
    page = ask(f"/campaigns/{campaign.id}/items?limit=2")
    rest = ask(f"/campaigns/{campaign.id}/items?limit=2&cursor={page.body['meta']['nextCursor']}")
    assert ids(page) + ids(rest) == ids(answer)
    assert rest.body["meta"] == {"nextCursor": None}


def test_videos_of_a_campaign_are_the_counting_ones_of_the_whole_tree_each_once(
    ask: Any, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any
) -> None:
    creator = make_creator(admin.project)
    counting = make_video(creator)
    for fields in ({"tracking_status": "pending_review"}, {"tracking_status": "excluded"}, {"tracking_disabled": True}):
        make_video(creator, **fields)
    single = make_video(admin.project)
    make_video(admin.project)
    inner = make_campaign(admin.project, "Inner", creator, single)
    outer = make_campaign(admin.project, "Outer", inner, creator, counting)

    assert ids(ask(f"/videos?campaign_id={outer.id}")) == [str(single.id), str(counting.id)]
    assert ids(ask(f"/videos?campaign_id={outer.id}&creator_id={creator.id}")) == [str(counting.id)]
    assert ids(ask(f"/videos?campaign_id={outer.id}&tracking_status=pending_review")) == []
    assert ids(ask(f"/videos?campaign_id={make_campaign(admin.project, 'Empty').id}")) == []


@pytest.mark.parametrize("path", ["/campaigns/{id}", "/campaigns/{id}/items", "/videos?campaign_id={id}"])
def test_another_organizations_and_absent_campaigns_look_the_same(
    path: str, ask: Any, admin: Any, outsider: Any, make_video: Any, make_campaign: Any
) -> None:
    theirs = make_campaign(outsider.project, "Theirs", make_video(outsider.project))
    assert ask(path.format(id=theirs.id)).problem == (404, {"code": "not_found"})
    assert ask(path.format(id=uuid7())).problem == (404, {"code": "not_found"})
    assert ids(ask("/campaigns")) == []


def test_a_malformed_id_is_404_in_the_path_and_400_in_the_query(ask: Any, admin: Any) -> None:
    assert ask("/campaigns/x").problem == (404, {"code": "not_found"})
    assert ask("/campaigns/x/items").problem == (404, {"code": "not_found"})
    assert ask("/videos?campaign_id=x").problem == (400, {"code": "invalid_params", "params": ["campaign_id"]})
    assert ask("/campaigns?campaign=x").problem == (400, {"code": "invalid_query", "params": ["campaign"]})
