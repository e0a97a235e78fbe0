"""Making, changing, copying, archiving and deleting campaigns."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from campaigns.errors import CampaignArchived, NameNotRepeated
from campaigns.models import Campaign, CampaignItem, CampaignPath
from campaigns.queries import videos_of
from campaigns.services import (
    campaign_archive,
    campaign_copy,
    campaign_create,
    campaign_delete,
    campaign_edit,
    campaign_restore,
)
from campaigns.services.paths import wanted_paths
from creators.models import Creator
from orgs.limits import LimitReached, Tier
from orgs.models import AuditEntry, Organization
from orgs.scope import organization_scope
from projects.models import Project
from projects.services import ProjectArchived, project_archive
from tests.campaigns.conftest import stored_rows
from tests.campaigns.test_items import at_once
from tests.conftest import NOW
from tests.threads import held_up
from videos.models import Video

pytestmark = pytest.mark.django_db
KEY = "max_campaigns_per_project"


@pytest.fixture
def on_free(admin: Any) -> Any:
    """The admin's organization on the free plan: three campaigns a project."""
    with organization_scope(admin.org.id):
        Organization.objects.update(tier=Tier.FREE)
    return admin


def log() -> list[tuple[str, Any, Any]]:
    """What the audit log of the open scope says about campaigns, oldest first."""
    entries = AuditEntry.objects.filter(object_type="campaign").order_by("id")
    return [(entry.action, entry.before, entry.after) for entry in entries]


class TestMakingAndChanging:
    def test_a_campaign_is_made_with_notes_and_a_target(self, admin: Any, in_scope: Any) -> None:
        until = NOW + timedelta(days=30)
        with in_scope(admin.org):
            campaign = campaign_create(
                project_id=admin.project.id, name="Launch", description="**Go**", target_views=1_000, target_at=until
            )
            stored = Campaign.objects.get()
            assert (stored.name, stored.description, stored.target_views, stored.target_at) == (
                "Launch", "**Go**", 1_000, until,
            )  # fmt: skip
            assert list(CampaignPath.objects.values_list("ancestor_id", "descendant_id")) == [(campaign.id,) * 2]
            ((action, _, after),) = log()
        assert (action, after["name"], after["target_views"]) == ("campaign.created", "Launch", 1_000)

    def test_a_change_is_recorded_with_what_it_was_before(self, admin: Any, make_campaign: Any, in_scope: Any) -> None:
        campaign = make_campaign(admin.project, "Launch", target_views=10)
        change = partial(campaign_edit, campaign_id=campaign.id, name="Relaunch", description="", target_at=None)
        with in_scope(admin.org):
            change(target_views=20)
            change(target_views=20)
            assert log()[1:] == [
                ("campaign.changed", {"name": "Launch", "target_views": 10}, {"name": "Relaunch", "target_views": 20})
            ]

    @pytest.mark.parametrize("target", [0, -5])
    def test_a_target_is_above_zero(self, target: int, admin: Any, in_scope: Any) -> None:
        with in_scope(admin.org), pytest.raises(IntegrityError, match="target_above_zero"), transaction.atomic():
            campaign_create(project_id=admin.project.id, name="Launch", target_views=target)

    def test_a_project_of_another_organization_does_not_exist(self, admin: Any, outsider: Any, in_scope: Any) -> None:
        with in_scope(admin.org), pytest.raises(Project.DoesNotExist):
            campaign_create(project_id=outsider.project.id, name="Launch")
        assert stored_rows(outsider.project) == [[], [], []]

    def test_an_archived_project_gets_no_campaign(self, admin: Any, in_scope: Any) -> None:
        with in_scope(admin.org):
            project_archive(project_id=admin.project.id)
        with in_scope(admin.org), pytest.raises(ProjectArchived):
            campaign_create(project_id=admin.project.id, name="Launch")
        assert stored_rows(admin.project) == [[], [], []]


class TestPlan:
    def test_the_cap_holds_for_each_project(self, on_free: Any, make_campaign: Any, in_scope: Any) -> None:
        with in_scope(on_free.org):
            other = Project.objects.create(org=on_free.org, name="Other")
        for number in range(3):
            make_campaign(on_free.project, f"Campaign {number}")
        with in_scope(on_free.org), pytest.raises(LimitReached) as reached:
            campaign_create(project_id=on_free.project.id, name="One more")
        assert reached.value == LimitReached(KEY, current=3, max=3)
        assert make_campaign(other).name == "Launch"

    def test_archiving_frees_a_place_and_restoring_needs_one(
        self, on_free: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        first = make_campaign(on_free.project, "First")
        with in_scope(on_free.org):
            campaign_archive(campaign_id=first.id)
        for number in range(3):
            make_campaign(on_free.project, f"Campaign {number}")
        with in_scope(on_free.org), pytest.raises(LimitReached):
            campaign_restore(campaign_id=first.id)
        with in_scope(on_free.org):
            assert Campaign.objects.archived().get() == first
            campaign_archive(campaign_id=Campaign.objects.open().first().id)
            campaign_restore(campaign_id=first.id)
            assert first in Campaign.objects.open()
            assert [action for action, *_ in log()].count("campaign.restored") == 1

    @pytest.mark.django_db(transaction=True)
    def test_many_at_once_never_pass_the_cap(self, on_free: Any) -> None:
        def make(number: int) -> Any:
            with organization_scope(on_free.org.id):
                return campaign_create(project_id=on_free.project.id, name=f"Campaign {number}")

        results = at_once(*[partial(make, number) for number in range(8)])

        assert [type(result) for result in results].count(Campaign) == 3
        assert [result for result in results if not isinstance(result, Campaign)] == [LimitReached(KEY, 3, 3)] * 5


class TestArchiving:
    def test_an_archived_campaign_is_read_only_and_its_numbers_go_on(
        self, admin: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        inner = make_campaign(admin.project, "Inner", make_video(admin.project))
        outer = make_campaign(admin.project, "Outer", inner)
        with in_scope(admin.org):
            campaign_archive(campaign_id=inner.id)
            with pytest.raises(CampaignArchived):
                campaign_edit(campaign_id=inner.id, name="x", description="", target_views=None, target_at=None)
            assert Campaign.objects.get(id=inner.id).name == "Inner"
            assert videos_of(outer.id).count() == 1


class TestDeleting:
    def test_it_asks_for_the_name(self, admin: Any, make_campaign: Any, in_scope: Any) -> None:
        campaign = make_campaign(admin.project, "Launch")
        before = stored_rows(admin.project)
        with in_scope(admin.org), pytest.raises(NameNotRepeated):
            campaign_delete(campaign_id=campaign.id, name="launch")
        assert stored_rows(admin.project) == before

    def test_items_go_members_stay_and_the_log_says_what_it_held(
        self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, in_scope: Any
    ) -> None:
        creator, video = make_creator(admin.project), make_video(admin.project)
        bottom = make_campaign(admin.project, "Bottom", video)
        middle = make_campaign(admin.project, "Middle", creator, bottom)
        top = make_campaign(admin.project, "Top", middle)
        with in_scope(admin.org):
            assert videos_of(top.id).count() == 1
            campaign_delete(campaign_id=middle.id, name="Middle")

            assert set(Campaign.objects.all()) == {bottom, top}
            assert Creator.objects.filter(id=creator.id).exists()
            assert Video.objects.filter(id=video.id).exists()
            assert videos_of(top.id).count() == 0
            assert list(CampaignItem.objects.values_list("parent_id", "video_id")) == [(bottom.id, video.id)]
            assert set(CampaignPath.objects.values_list("ancestor_id", "descendant_id")) == wanted_paths(
                admin.project.id
            )
            action, before, _ = log()[-1]
        assert (action, before["name"]) == ("campaign.deleted", "Middle")
        assert sorted(before["items"]) == sorted([str(creator.id), str(bottom.id)])


class TestCopying:
    @pytest.fixture
    def tree(self, admin: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> Any:
        """Top holds Left and Right, which both hold Bottom; each holds something of its own."""
        bottom = make_campaign(admin.project, "Bottom", make_video(admin.project))
        left = make_campaign(admin.project, "Left", bottom, make_creator(admin.project))
        right = make_campaign(admin.project, "Right", bottom)
        return make_campaign(admin.project, "Top", left, right, make_video(admin.project), target_views=9)

    def test_a_shallow_copy_has_the_same_items_and_so_the_same_sub_campaigns(
        self, admin: Any, tree: Any, in_scope: Any
    ) -> None:
        with in_scope(admin.org):
            copy = campaign_copy(campaign_id=tree.id, name="Top 2")
            assert Campaign.objects.count() == 5
            assert (copy.name, copy.target_views) == ("Top 2", 9)
            items = [set(each.items.values_list("creator", "video", "campaign")) for each in (tree, copy)]
            assert items[0] == items[1]
            assert set(videos_of(copy.id)) == set(videos_of(tree.id))
            assert log()[-1][2]["copy_of"] == str(tree.id)

    def test_a_deep_copy_copies_every_campaign_beneath_once(self, admin: Any, tree: Any, in_scope: Any) -> None:
        with in_scope(admin.org):
            copy = campaign_copy(campaign_id=tree.id, name="Top 2", deep=True)

            beneath = Campaign.objects.beneath(copy.id)
            assert sorted(each.name for each in beneath) == ["Bottom (copy)", "Left (copy)", "Right (copy)", "Top 2"]
            assert not set(beneath) & set(Campaign.objects.beneath(tree.id))
            assert set(videos_of(copy.id)) == set(videos_of(tree.id))
            assert set(CampaignPath.objects.values_list("ancestor_id", "descendant_id")) == wanted_paths(
                admin.project.id
            )

    def test_a_deep_copy_needs_a_place_for_every_campaign(self, admin: Any, tree: Any, in_scope: Any) -> None:
        with in_scope(admin.org):
            Organization.objects.update(tier=Tier.FREE)
        before = stored_rows(admin.project)
        with in_scope(admin.org), pytest.raises(LimitReached) as reached:
            campaign_copy(campaign_id=tree.id, name="Top 2", deep=True)
        assert reached.value == LimitReached(KEY, current=4, max=3)
        assert stored_rows(admin.project) == before

    @pytest.mark.django_db(transaction=True)
    def test_what_is_deleted_at_that_moment_does_not_exist(self, admin: Any, make_campaign: Any) -> None:
        campaign = make_campaign(admin.project)
        deleted, copied = held_up(
            admin.org.id,
            Project.objects.filter(id=admin.project.id),
            lambda: campaign_delete(campaign_id=campaign.id, name=campaign.name),
            lambda: campaign_copy(campaign_id=campaign.id, name="Launch 2"),
        )
        assert deleted == campaign
        assert isinstance(copied, Campaign.DoesNotExist)
