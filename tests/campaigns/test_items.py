"""Adding, moving and removing items: row by row, never across projects, never in a circle, never beyond the plan."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from uuid_utils.compat import uuid7

from campaigns.errors import CampaignArchived
from campaigns.models import Campaign, CampaignItem, CampaignPath
from campaigns.queries import videos_of
from campaigns.services import (
    ItemReference,
    campaign_archive,
    campaign_items_add,
    campaign_items_move,
    campaign_items_put_back,
    campaign_items_remove,
)
from campaigns.services.paths import wanted_paths
from creators.models import Creator
from orgs.limits import PLAN, LimitReached, Tier
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope
from projects.models import Project
from projects.services import ProjectArchived, project_archive
from tests.campaigns.conftest import put, reference, stored_rows
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def outcomes(results: Any) -> list[str]:
    return [str(result.outcome) for result in results]


def item_ids(campaign: Campaign) -> list[Any]:
    with organization_scope(campaign.org_id):
        return list(campaign.items.order_by("id").values_list("id", flat=True))


def insert(campaign: Campaign, **named: Any) -> None:
    """Write an item past the services, and let the database check it at once."""
    with transaction.atomic():
        CampaignItem.objects.create(org_id=campaign.org_id, project_id=campaign.project_id, parent=campaign, **named)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestAdding:
    def test_creators_videos_and_campaigns_are_added_at_once_each_with_its_result(
        self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        creator, video, inner = make_creator(admin.project), make_video(admin.project), make_campaign(admin.project)
        campaign = make_campaign(admin.project, "Outer", creator)
        nothing = ItemReference(CampaignItem.Type.VIDEO, uuid7())

        with in_scope(admin.org):
            results = campaign_items_add(
                campaign_id=campaign.id,
                references=[reference(creator), reference(video), nothing, reference(inner), reference(video)],
            )
            named = [(item.item_type, item.item_id) for item in campaign.items.order_by("id")]

        assert outcomes(results) == ["already_there", "added", "error", "added", "already_there"]
        assert results[2].error == "There is no such video in this project."
        assert named == [("creator", creator.id), ("video", video.id), ("campaign", inner.id)]

    def test_what_was_added_is_in_the_audit_log(self, admin: Any, make_video: Any, make_campaign: Any) -> None:
        video, campaign = make_video(admin.project), make_campaign(admin.project)
        put(campaign, video)
        with organization_scope(admin.org.id):
            entry = AuditEntry.objects.order_by("-id").first()
        assert (entry.action, entry.object_id) == ("campaign.items_added", str(campaign.id))
        assert entry.after == {"items": [f"video:{video.id}"]}

    def test_hidden_rows_cannot_be_added(
        self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any
    ) -> None:
        removed = make_creator(admin.project, removed_at=NOW)
        excluded = make_video(make_creator(admin.project), tracking_status="excluded")
        campaign = make_campaign(admin.project)
        before = stored_rows(admin.project)

        assert outcomes(put(campaign, removed, excluded)) == ["error", "error"]
        assert stored_rows(admin.project) == before

    def test_rows_of_another_project_or_organization_cannot_be_added(
        self, admin: Any, outsider: Any, make_creator: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        with in_scope(admin.org):
            other = Project.objects.create(org=admin.org, name="Other")
        campaign = make_campaign(admin.project)
        strangers = [make_creator(other), make_campaign(other), make_creator(outsider.project)]
        before = stored_rows(admin.project)

        assert outcomes(put(campaign, *strangers)) == ["error"] * 3
        assert stored_rows(admin.project) == before

    def test_the_database_itself_refuses_an_item_of_another_project(
        self, admin: Any, make_creator: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        with in_scope(admin.org):
            other = Project.objects.create(org=admin.org, name="Other")
        campaign, stranger = make_campaign(admin.project), make_creator(other)
        with in_scope(admin.org), pytest.raises(IntegrityError, match="campaigns_item_creator_in_project"):
            insert(campaign, creator=stranger)

    @pytest.mark.parametrize("naming", [(), ("creator", "video")], ids=["nothing", "two things"])
    def test_the_database_itself_refuses_an_item_that_names_nothing_or_two_things(
        self, naming: Any, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        rows = {"creator": make_creator(admin.project), "video": make_video(admin.project)}
        campaign = make_campaign(admin.project)
        with in_scope(admin.org), pytest.raises(IntegrityError, match="campaigns_item_names_one_thing"):
            insert(campaign, **{name: rows[name] for name in naming})

    def test_an_archived_campaign_or_project_is_not_changed(
        self, admin: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        video, campaign, other = make_video(admin.project), make_campaign(admin.project), make_campaign(admin.project)
        with in_scope(admin.org):
            campaign_archive(campaign_id=campaign.id)
        before = stored_rows(admin.project)
        with pytest.raises(CampaignArchived):
            put(campaign, video)
        with in_scope(admin.org):
            project_archive(project_id=admin.project.id)
        with pytest.raises(ProjectArchived):
            put(other, video)
        assert stored_rows(admin.project) == before


class TestCircles:
    def test_a_campaign_cannot_contain_itself(self, admin: Any, make_campaign: Any) -> None:
        campaign = make_campaign(admin.project, "A")
        before = stored_rows(admin.project)
        (result,) = put(campaign, campaign)
        assert result.error == "A campaign cannot contain itself: A → A."
        assert stored_rows(admin.project) == before

    def test_a_circle_through_others_is_refused_and_its_path_named(self, admin: Any, make_campaign: Any) -> None:
        bottom = make_campaign(admin.project, "A")
        middle = make_campaign(admin.project, "C", bottom)
        top = make_campaign(admin.project, "B", middle)
        before = stored_rows(admin.project)

        (result,) = put(bottom, top)

        assert result.error == "A campaign cannot contain itself: A → B → C → A."
        assert stored_rows(admin.project) == before

    def test_a_diamond_is_no_circle(self, admin: Any, make_campaign: Any) -> None:
        bottom = make_campaign(admin.project, "Bottom")
        sides = [make_campaign(admin.project, name, bottom) for name in ("Left", "Right")]
        assert outcomes(put(make_campaign(admin.project, "Top"), *sides)) == ["added", "added"]

    def test_a_circle_is_refused_where_the_rest_of_the_same_addition_goes_through(
        self, admin: Any, make_video: Any, make_campaign: Any
    ) -> None:
        bottom = make_campaign(admin.project, "Bottom")
        top = make_campaign(admin.project, "Top", bottom)
        assert outcomes(put(bottom, make_video(admin.project), top)) == ["added", "error"]

    def test_a_tree_fifty_deep_with_two_thousand_items_at_the_bottom(
        self, admin: Any, make_creator: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        from videos.models import Video

        creator = make_creator(admin.project)
        with in_scope(admin.org):
            videos = Video.objects.bulk_create(
                Video(
                    org=admin.org,
                    project=admin.project,
                    creator=creator,
                    post_id=10**18 + number,
                    kind="video",
                    posted_at=NOW,
                    tracking_status="auto_tracked",
                    tracked_since=NOW,
                )
                for number in range(2_000)
            )
        levels = [make_campaign(admin.project, f"Level {number}") for number in range(50)]
        for upper, lower in pairwise(levels):
            assert outcomes(put(upper, lower)) == ["added"]
        assert set(outcomes(put(levels[-1], *videos))) == {"added"}

        (refused,) = put(levels[-1], levels[0])
        assert refused.error.count("→") == 50
        with in_scope(admin.org):
            assert videos_of(levels[0].id).count() == 2_000


class TestPlan:
    def test_a_full_campaign_takes_what_fits_and_says_why_the_rest_is_left_out(
        self, admin: Any, make_creator: Any, make_campaign: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = "max_campaign_items_per_campaign"
        monkeypatch.setitem(PLAN, key, (2, 2, 2))
        campaign, other = make_campaign(admin.project), make_campaign(admin.project, "Other")
        creators = [make_creator(admin.project) for _ in range(3)]

        results = put(campaign, *creators)

        assert outcomes(results) == ["added", "added", "error"]
        assert results[2].limit == LimitReached(key, current=2, max=2)
        assert outcomes(put(campaign, creators[0])) == ["already_there"]
        # The cap holds for each campaign by itself.
        assert outcomes(put(other, creators[0])) == ["added"]


class TestRemovingAndMoving:
    def test_removing_leaves_what_the_item_named_and_can_be_undone(
        self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        creator = make_creator(admin.project)
        video = make_video(creator)
        inner = make_campaign(admin.project, "Inner", video)
        campaign = make_campaign(admin.project, "Outer", creator, inner)
        ids = item_ids(campaign)

        with in_scope(admin.org):
            Creator.objects.filter(id=creator.id).update(removed_at=NOW)
            removed = campaign_items_remove(campaign_id=campaign.id, item_ids=ids)
            assert removed == [reference(creator), reference(inner)]
            assert not CampaignPath.objects.filter(ancestor=campaign, descendant=inner).exists()
            assert Creator.objects.filter(id=creator.id).exists()
            assert campaign_items_remove(campaign_id=campaign.id, item_ids=ids) == []

            assert outcomes(campaign_items_put_back(campaign_id=campaign.id, references=removed)) == ["added", "added"]
            assert CampaignPath.objects.filter(ancestor=campaign, descendant=inner).exists()

    def test_items_of_another_campaign_are_not_removed(self, admin: Any, make_video: Any, make_campaign: Any) -> None:
        one, other = make_campaign(admin.project), make_campaign(admin.project, "Other", make_video(admin.project))
        before = stored_rows(admin.project)
        with organization_scope(admin.org.id):
            assert campaign_items_remove(campaign_id=one.id, item_ids=item_ids(other)) == []
        assert stored_rows(admin.project) == before

    def test_items_move_and_what_is_there_already_only_leaves(
        self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        creator, video, inner = make_creator(admin.project), make_video(admin.project), make_campaign(admin.project)
        source = make_campaign(admin.project, "Source", creator, video, inner)
        target = make_campaign(admin.project, "Target", video)

        with in_scope(admin.org):
            results = campaign_items_move(campaign_id=source.id, item_ids=item_ids(source), to_campaign_id=target.id)
            there = {(item.item_type, item.item_id) for item in target.items.all()}
            paths = set(CampaignPath.objects.values_list("ancestor_id", "descendant_id"))

        assert sorted(outcomes(results)) == ["added", "added", "already_there"]
        assert item_ids(source) == []
        assert there == {("creator", creator.id), ("video", video.id), ("campaign", inner.id)}
        with in_scope(admin.org):
            assert paths == wanted_paths(admin.project.id)

    def test_a_campaign_does_not_move_into_itself(self, admin: Any, make_campaign: Any, in_scope: Any) -> None:
        bottom = make_campaign(admin.project, "Bottom")
        middle = make_campaign(admin.project, "Middle", bottom)
        top = make_campaign(admin.project, "Top", middle)
        before = stored_rows(admin.project)
        with in_scope(admin.org):
            (result,) = campaign_items_move(campaign_id=top.id, item_ids=item_ids(top), to_campaign_id=bottom.id)
        assert result.error == "A campaign cannot contain itself: Bottom → Middle → Bottom."
        assert stored_rows(admin.project) == before


def at_once(*actions: Any) -> list[Any]:
    """Run actions in threads with connections of their own, released together; what each returned or raised."""
    start = Barrier(len(actions))

    def run(action: Any) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_requests_that_would_close_a_circle_together_do_not(
        self, admin: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        for number in range(5):
            one, other = make_campaign(admin.project, f"One {number}"), make_campaign(admin.project, f"Two {number}")

            results = at_once(partial(put, one, other), partial(put, other, one))

            assert sorted(outcomes(result[0] for result in results)) == ["added", "error"]
            with in_scope(admin.org):
                assert CampaignItem.objects.filter(parent__in=[one, other]).count() == 1

    def test_a_long_circle_closed_by_many_at_once_stays_open(
        self, admin: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        ring = [make_campaign(admin.project, f"Ring {number}") for number in range(8)]
        pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))

        results = at_once(*[partial(put, *pair) for pair in pairs])

        assert sorted(outcomes(result[0] for result in results)) == ["added"] * 7 + ["error"]
        with in_scope(admin.org):
            paths = set(CampaignPath.objects.values_list("ancestor_id", "descendant_id"))
            assert paths == wanted_paths(admin.project.id)

    def test_the_last_place_of_a_campaign_is_taken_once(
        self, admin: Any, make_creator: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        with in_scope(admin.org):
            Organization.objects.update(tier=Tier.FREE)
        creators = [make_creator(admin.project) for _ in range(28)]
        campaign = make_campaign(admin.project, "Launch", *creators[:24])

        results = at_once(*[partial(put, campaign, creator) for creator in creators[24:]])

        assert sorted(outcomes(result[0] for result in results)) == ["added", "error", "error", "error"]
        assert len(item_ids(campaign)) == 25
