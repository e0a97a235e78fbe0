"""Adding, moving and removing what a campaign consists of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from campaigns.errors import WouldContainItself
from campaigns.graph import way
from campaigns.models import Campaign, CampaignItem
from campaigns.services.locking import changeable, locked_campaigns, locked_project, project_id_of, require_not_archived
from campaigns.services.paths import ROWS_AT_ONCE, rebuild_paths
from campaigns.services.records import record
from creators.models import Creator
from orgs.limits import LimitReached, limit, room
from orgs.models import Organization
from orgs.scope import current_org_id
from videos.models import Video

PER_CAMPAIGN = "max_campaign_items_per_campaign"
Type = CampaignItem.Type


class AddOutcome(StrEnum):
    """What became of one reference of an addition or a move."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ItemReference:
    """What an item names: a creator, a video or a campaign, by its id."""

    item_type: CampaignItem.Type
    item_id: UUID


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One reference of an addition: the item, or in plain words why there is none; `limit`: the plan is the reason."""

    reference: ItemReference
    outcome: AddOutcome
    item: CampaignItem | None = None
    error: str = ""
    limit: LimitReached | None = None


def campaign_items_add(*, campaign_id: UUID, references: Sequence[ItemReference]) -> list[ItemResult]:
    """Put creators, videos and campaigns of the same project into a campaign; a result for each, in their order.

    What cannot be added is reported by reference, the rest goes through. Raises Campaign.DoesNotExist, ProjectArchived,
    CampaignArchived.
    """
    places = _places(campaign_id)
    campaign = changeable(campaign_id)
    return _add(campaign, references, places)


def campaign_items_put_back(*, campaign_id: UUID, references: Sequence[ItemReference]) -> list[ItemResult]:
    """Undo a removal: like adding, and also what lists show no more, such as a removed creator, comes back."""
    places = _places(campaign_id)
    campaign = changeable(campaign_id)
    return _add(campaign, references, places, hidden_too=True)


def campaign_items_remove(*, campaign_id: UUID, item_ids: Iterable[UUID]) -> list[ItemReference]:
    """Take items out of a campaign; what they name stays. Returns what was taken out; items that are not there any
    more are passed over. Raises Campaign.DoesNotExist, ProjectArchived, CampaignArchived."""
    campaign = changeable(campaign_id)
    removed = _take_out(campaign, item_ids)
    if any(reference.item_type is Type.CAMPAIGN for reference in removed):
        rebuild_paths(campaign.project_id)
    if removed:
        record("items_removed", campaign, before=_as_recorded(removed))
    return removed


def campaign_items_move(*, campaign_id: UUID, item_ids: Sequence[UUID], to_campaign_id: UUID) -> list[ItemResult]:
    """Move items into another campaign of the project; what is there already only leaves the first one.

    What cannot be moved is reported by reference and stays. Raises Campaign.DoesNotExist, ProjectArchived,
    CampaignArchived.
    """
    places = _places(to_campaign_id)
    project = locked_project(project_id_of(campaign_id))
    both = locked_campaigns(project, [campaign_id, to_campaign_id])
    for campaign in both.values():
        require_not_archived(campaign)
    moved = {_reference(item): item for item in CampaignItem.objects.of(campaign_id).filter(id__in=item_ids)}
    results = _add(both[to_campaign_id], list(moved), places)
    gone = [moved[result.reference].id for result in results if result.outcome is not AddOutcome.ERROR]
    removed = _take_out(both[campaign_id], gone)
    rebuild_paths(project.id)
    if removed:
        record("items_removed", both[campaign_id], before=_as_recorded(removed))
    return results


def _places(campaign_id: UUID) -> int | None:
    """How many more items fit into a campaign; holds the organization's row, which is locked before the project's."""
    return room(current_org_id(), PER_CAMPAIGN, parent_id=campaign_id)


def _add(
    campaign: Campaign, references: Sequence[ItemReference], places: int | None, *, hidden_too: bool = False
) -> list[ItemResult]:
    judge = _Judge(campaign, _existing(campaign.project_id, references, hidden_too=hidden_too), places)
    results = [judge.result_of(reference) for reference in references]
    added = [result.item for result in results if result.outcome is AddOutcome.ADDED and result.item is not None]
    CampaignItem.objects.bulk_create(added, batch_size=ROWS_AT_ONCE)
    if any(item.campaign_id is not None for item in added):
        rebuild_paths(campaign.project_id)
    if added:
        record("items_added", campaign, after=_as_recorded([_reference(item) for item in added]))
    return results


class _Judge:
    """Decides reference by reference, from what was read once for all of them."""

    def __init__(self, campaign: Campaign, known: set[ItemReference], places: int | None) -> None:
        self.campaign, self.known, self.places = campaign, known, places
        self.there = {_reference(item): item for item in CampaignItem.objects.of(campaign.id)}
        above = Campaign.objects.above(campaign.id)
        self.above = set(above.values_list("id", flat=True))

    def result_of(self, reference: ItemReference) -> ItemResult:
        if reference in self.there:
            return ItemResult(reference, AddOutcome.ALREADY_THERE, self.there[reference])
        if reference not in self.known:
            word = reference.item_type.label.lower()
            return ItemResult(reference, AddOutcome.ERROR, error=f"There is no such {word} in this project.")
        if reference.item_type is Type.CAMPAIGN and reference.item_id in self.above:
            error = WouldContainItself(_names_of_way(self.campaign, reference.item_id))
            return ItemResult(reference, AddOutcome.ERROR, error=str(error))
        if self.places is not None and self.places <= 0:
            return self._full(reference)
        if self.places is not None:
            self.places -= 1
        self.there[reference] = _item(self.campaign, reference)
        return ItemResult(reference, AddOutcome.ADDED, self.there[reference])

    def _full(self, reference: ItemReference) -> ItemResult:
        cap = limit(Organization.objects.get(id=self.campaign.org_id), PER_CAMPAIGN) or 0
        reached = LimitReached(PER_CAMPAIGN, len(self.there), cap)
        error = f"This campaign is full: your plan allows {cap:,} items."
        return ItemResult(reference, AddOutcome.ERROR, error=error, limit=reached)


def _existing(project_id: UUID, references: Iterable[ItemReference], *, hidden_too: bool) -> set[ItemReference]:
    """Those of the references that name something in the project; `hidden_too`: also what lists show no more."""
    ids = {kind: [reference.item_id for reference in references if reference.item_type is kind] for kind in Type}
    creators = Creator.objects.in_project(project_id).filter(id__in=ids[Type.CREATOR])
    videos = Video.objects.in_project(project_id).filter(id__in=ids[Type.VIDEO])
    campaigns = Campaign.objects.in_project(project_id).filter(id__in=ids[Type.CAMPAIGN])
    found = {
        Type.CREATOR: creators if hidden_too else creators.tracked(),
        Type.VIDEO: videos if hidden_too else videos.visible(),
        Type.CAMPAIGN: campaigns,
    }
    return {ItemReference(kind, row_id) for kind, rows in found.items() for row_id in rows.values_list("id", flat=True)}


def _names_of_way(campaign: Campaign, child: UUID) -> list[str]:
    """campaign → child → … → campaign, in names: the circle that an item would close."""
    steps = way(CampaignItem.objects.in_project(campaign.project_id).edges(), child, campaign.id) or []
    names = dict(Campaign.objects.filter(id__in=steps).values_list("id", "name"))
    return [campaign.name, *(names[step] for step in steps)]


def _take_out(campaign: Campaign, item_ids: Iterable[UUID]) -> list[ItemReference]:
    items = list(CampaignItem.objects.of(campaign.id).filter(id__in=list(item_ids)).order_by("id"))
    CampaignItem.objects.filter(id__in=[item.id for item in items]).delete()
    return [_reference(item) for item in items]


def _item(campaign: Campaign, reference: ItemReference) -> CampaignItem:
    named = {f"{reference.item_type}_id": reference.item_id}
    return CampaignItem(org_id=campaign.org_id, project_id=campaign.project_id, parent=campaign, **named)


def _reference(item: CampaignItem) -> ItemReference:
    return ItemReference(item.item_type, item.item_id)


def _as_recorded(references: Iterable[ItemReference]) -> dict[str, list[str]]:
    """References as the audit log keeps them."""
    return {"items": [f"{reference.item_type}:{reference.item_id}" for reference in references]}
