"""Making, changing, copying, archiving and deleting campaigns."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from campaigns.errors import NameNotRepeated
from campaigns.models import Campaign, CampaignItem
from campaigns.services.locking import changeable, locked_campaigns, locked_project, project_id_of
from campaigns.services.paths import ROWS_AT_ONCE, rebuild_paths
from campaigns.services.records import record, state
from orgs import audit
from orgs.limits import require_room
from orgs.scope import current_org_id

PER_PROJECT = "max_campaigns_per_project"
COPIED = ("description", "metadata", "target_views", "target_at")


def campaign_create(
    *,
    project_id: UUID,
    name: str,
    description: str = "",
    target_views: int | None = None,
    target_at: datetime | None = None,
) -> Campaign:
    """Make an empty campaign. Raises Project.DoesNotExist, ProjectArchived, LimitReached at the project's cap."""
    _require_places(project_id)
    project = locked_project(project_id)
    campaign: Campaign = Campaign.objects.create(
        org_id=project.org_id,
        project=project,
        name=name,
        description=description,
        target_views=target_views,
        target_at=target_at,
    )
    rebuild_paths(project.id)
    record("created", campaign, after=state(campaign))
    return campaign


def campaign_edit(
    *, campaign_id: UUID, name: str, description: str, target_views: int | None, target_at: datetime | None
) -> Campaign:
    """Change what a campaign says about itself. Raises Campaign.DoesNotExist, ProjectArchived, CampaignArchived."""
    campaign = changeable(campaign_id)
    old = state(campaign)
    campaign.name, campaign.description = name, description
    campaign.target_views, campaign.target_at = target_views, target_at
    before, after = audit.changes(old, state(campaign))
    if after:
        campaign.save(update_fields=[*after, "updated_at"])
        record("changed", campaign, before=before, after=after)
    return campaign


def campaign_archive(*, campaign_id: UUID) -> Campaign:
    """Set a campaign aside: it is read-only and frees its place in the plan. Its numbers go on, and so do those of
    campaigns that contain it. Raises Campaign.DoesNotExist, ProjectArchived."""
    project = locked_project(project_id_of(campaign_id))
    campaign = locked_campaigns(project, [campaign_id])[campaign_id]
    if campaign.archived_at is None:
        campaign.archived_at = timezone.now()
        campaign.save(update_fields=["archived_at", "updated_at"])
        record("archived", campaign)
    return campaign


def campaign_restore(*, campaign_id: UUID) -> Campaign:
    """Open an archived campaign again. Raises Campaign.DoesNotExist, ProjectArchived, LimitReached."""
    project_id = project_id_of(campaign_id)
    if Campaign.objects.archived().filter(id=campaign_id).exists():
        _require_places(project_id)
    project = locked_project(project_id)
    campaign = locked_campaigns(project, [campaign_id])[campaign_id]
    if campaign.archived_at is not None:
        campaign.archived_at = None
        campaign.save(update_fields=["archived_at", "updated_at"])
        record("restored", campaign)
    return campaign


def campaign_delete(*, campaign_id: UUID, name: str) -> Campaign:
    """Delete a campaign and its list of items, for good; creators, videos and sub-campaigns themselves stay.

    `name` must repeat its name. Raises NameNotRepeated, Campaign.DoesNotExist, ProjectArchived.
    """
    project = locked_project(project_id_of(campaign_id))
    campaign = locked_campaigns(project, [campaign_id])[campaign_id]
    if name.strip() != campaign.name:
        raise NameNotRepeated
    items = CampaignItem.objects.of(campaign_id).values_list("creator_id", "video_id", "campaign_id")
    named = [str(creator or video or child) for creator, video, child in items]
    record("deleted", campaign, before={**state(campaign), "items": named})
    campaign.delete()
    rebuild_paths(project.id)
    campaign.id = campaign_id
    return campaign


def campaign_copy(*, campaign_id: UUID, name: str, deep: bool = False) -> Campaign:
    """Make a campaign with the same notes, target and items.

    Not deep: it has the same sub-campaigns, so what changes in these changes in both. Deep: every campaign beneath is
    copied as well, each once. Raises Campaign.DoesNotExist, ProjectArchived, LimitReached.
    """
    project_id = project_id_of(campaign_id)
    tree = Campaign.objects.beneath(campaign_id) if deep else Campaign.objects.filter(id=campaign_id)
    _require_places(project_id, adding=tree.count())
    project = locked_project(project_id)
    # Also where there is no tree any more, because somebody has just deleted the campaign.
    originals = locked_campaigns(project, [campaign_id, *tree.values_list("id", flat=True)])
    copies = {original_id: _copy_of(original) for original_id, original in originals.items()}
    copies[campaign_id].name = name
    Campaign.objects.bulk_create(copies.values())
    _copy_items(copies)
    rebuild_paths(project.id)
    for original_id, copy in copies.items():
        record("created", copy, after={**state(copy), "copy_of": str(original_id)})
    return copies[campaign_id]


def _copy_of(original: Campaign) -> Campaign:
    kept = {name: getattr(original, name) for name in COPIED}
    return Campaign(org_id=original.org_id, project_id=original.project_id, name=name_of_copy(original.name), **kept)


def name_of_copy(name: str) -> str:
    """What a copy is called unless somebody says otherwise."""
    ending = " (copy)"
    return name[: Campaign.NAME_LENGTH - len(ending)] + ending


def _copy_items(copies: Mapping[UUID, Campaign]) -> None:
    """Give each copy the items of its original; where a sub-campaign was copied too, the copy stands in its place."""
    new_ids: dict[UUID | None, UUID] = {original_id: copy.id for original_id, copy in copies.items()}
    CampaignItem.objects.bulk_create(
        [
            CampaignItem(
                org_id=item.org_id,
                project_id=item.project_id,
                parent=copies[item.parent_id],
                creator_id=item.creator_id,
                video_id=item.video_id,
                campaign_id=new_ids.get(item.campaign_id, item.campaign_id),
            )
            for item in CampaignItem.objects.filter(parent_id__in=copies.keys()).order_by("id")
        ],
        batch_size=ROWS_AT_ONCE,
    )


def _require_places(project_id: UUID, adding: int = 1) -> None:
    """Raise LimitReached unless so many more open campaigns fit into a project; holds the organization's row."""
    require_room(current_org_id(), PER_PROJECT, adding, parent_id=project_id)
