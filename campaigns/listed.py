"""The items of a campaign as its page lists them: what each is called, whether it counts, and what it brings now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from campaigns.models import Campaign, CampaignItem
from campaigns.totals import CountingVideos, Totals
from creators.models import Creator
from videos.models import Video
from videos.queries import COUNTING_STATUSES

Type = CampaignItem.Type
NO_CAPTION = "No caption"


@dataclass(frozen=True, slots=True)
class Listed:
    """An item with its name and numbers. `silent`: in plain words why it adds nothing; empty while it counts."""

    item: CampaignItem
    label: str
    detail: str
    silent: str
    totals: Totals

    @property
    def row(self) -> Creator | Video | Campaign:
        """The creator, video or campaign itself."""
        named = self.item.creator or self.item.video or self.item.campaign
        if named is None:
            raise ValueError("an item names one thing")
        return named


ORDERS: dict[str, Callable[[Listed], Any]] = {
    "created_at": lambda listed: listed.item.id,
    "label": lambda listed: listed.label.casefold(),
    "videos": lambda listed: listed.totals.video_count,
    "views": lambda listed: listed.totals.view_count,
    "engagement": lambda listed: listed.totals.engagement,
}


def listed_items(
    campaign: Campaign, videos: CountingVideos, *, text: str = "", order: str = "-created_at"
) -> list[Listed]:
    """A campaign's direct items, those whose name contains the text, sorted; unknown numbers last."""
    items = CampaignItem.objects.of(campaign.id).select_related("creator", "video__creator", "campaign").order_by("id")
    rows = [_listed(item, videos) for item in items]
    wanted = text.strip().removeprefix("@").casefold()
    found = [row for row in rows if wanted in f"{row.label} {row.detail}".casefold()]
    return in_order(found, order)


def in_order(rows: Iterable[Listed], order: str) -> list[Listed]:
    """Sorted by one of ORDERS, a leading "-" for descending; unknown ones last, ties as they were added."""
    key, rows = ORDERS[order.removeprefix("-")], list(rows)
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=order.startswith("-"))
    return known + [row for row in rows if key(row) is None]


def _listed(item: CampaignItem, videos: CountingVideos) -> Listed:
    return Listed(item, label_of(item), _detail(item), _silent(item), videos.item(item))


def label_of(item: CampaignItem) -> str:
    """What an item is called: the creator's display name, the caption, the campaign's name."""
    if item.creator is not None:
        return item.creator.display_name
    if item.video is not None:
        return item.video.title or NO_CAPTION
    return item.campaign.name if item.campaign is not None else ""


def _detail(item: CampaignItem) -> str:
    if item.creator is not None:
        return f"@{item.creator.tiktok_handle}"
    if item.video is not None:
        return f"@{item.video.author_handle}" if item.video.author_handle else ""
    return ""


def _silent(item: CampaignItem) -> str:
    if item.creator is not None and item.creator.removed_at is not None:
        return "Removed from the project"
    if item.video is not None:
        return _silent_video(item.video)
    return ""


def _silent_video(video: Video) -> str:
    if video.tracking_status == Video.TrackingStatus.PENDING_REVIEW:
        return "Waits in the inbox"
    if video.tracking_status not in COUNTING_STATUSES:
        return "Excluded"
    if video.tracking_disabled:
        return "Tracking is off"
    if video.creator is None or video.tracking_status == Video.TrackingStatus.DIRECT_ADD:
        return ""
    return _silent_by_creator(video, video.creator)


def _silent_by_creator(video: Video, creator: Creator) -> str:
    if creator.removed_at is not None:
        return "Its creator is removed"
    return "Posted before tracking of its creator starts" if video.posted_at < creator.tracking_starts_at else ""
