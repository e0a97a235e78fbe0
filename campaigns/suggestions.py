"""What can be put into a campaign, found while somebody types: creators, campaigns, and videos by caption."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from campaigns.models import Campaign, CampaignItem
from campaigns.querysets import CampaignQuerySet
from creators.models import Creator
from creators.queries import CreatorQuerySet
from videos.models import Video
from videos.queries import VideoQuerySet

PER_KIND = 6
Type = CampaignItem.Type
Found = CreatorQuerySet | CampaignQuerySet | VideoQuerySet


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One creator, campaign or video; `is_there`: it is in the campaign already."""

    row: Any
    is_there: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The first few of one kind, and how many match in all."""

    item_type: CampaignItem.Type
    suggestions: Sequence[Suggestion]
    total: int


def suggestions(campaign: Campaign, text: str) -> list[Group]:
    """What matches the text, kind by kind; kinds without a match are left out."""
    groups = [
        _group(campaign, kind, matching(campaign, kind, text)) for kind in (Type.CREATOR, Type.CAMPAIGN, Type.VIDEO)
    ]
    return [group for group in groups if group.total]


def matching(campaign: Campaign, item_type: CampaignItem.Type, text: str) -> Any:
    """Everything of one kind that may be put into the campaign and matches: creators by handle or name, open campaigns
    by name without those that contain it, videos by caption or handle, newest first."""
    match item_type:
        case Type.CREATOR:
            creators = Creator.objects.in_project(campaign.project_id).tracked().search(text)
            return creators.order_by("tiktok_handle", "id")
        case Type.CAMPAIGN:
            above = Campaign.objects.above(campaign.id).values("id")
            campaigns = Campaign.objects.in_project(campaign.project_id).open().search(text)
            return campaigns.exclude(id__in=above).order_by("name", "id")
        case _:
            videos = Video.objects.in_project(campaign.project_id).visible().search(text)
            return videos.select_related("creator").in_order("-posted_at")


def _group(campaign: Campaign, item_type: CampaignItem.Type, rows: Any) -> Group:
    first = list(rows[:PER_KIND])
    there = _there(campaign, item_type, [row.id for row in first])
    total = len(first) if len(first) < PER_KIND else rows.count()
    return Group(item_type, [Suggestion(row, row.id in there) for row in first], total)


def _there(campaign: Campaign, item_type: CampaignItem.Type, ids: Iterable[UUID]) -> set[UUID]:
    items = CampaignItem.objects.of(campaign.id).naming(item_type, ids)
    return set(items.values_list(f"{item_type}_id", flat=True))
