"""What a campaign consists of, as plain as can be: the definition in Python sets over every row of a project."""

from typing import Any
from uuid import UUID

from campaigns.models import CampaignItem
from creators.models import Creator
from videos.models import Video

COUNTING = {"auto_tracked", "included", "direct_add"}


class Oracle:
    """Reads a project's rows once and answers from them by walking."""

    def __init__(self, project_id: UUID) -> None:
        self.items = list(CampaignItem.objects.filter(project_id=project_id))
        self.videos = list(Video.objects.filter(project_id=project_id))
        self.creators = {creator.id: creator for creator in Creator.objects.filter(project_id=project_id)}

    def counts(self, video: Video) -> bool:
        """Its status does, tracking is on, its creator is not removed (a direct add needs none)."""
        if video.tracking_status not in COUNTING or video.tracking_disabled:
            return False
        creator = self.creators.get(video.creator_id) if video.creator_id else None
        return creator is None or creator.removed_at is None or video.tracking_status == "direct_add"

    def campaigns_beneath(self, campaign_id: UUID) -> set[UUID]:
        """The campaign and every campaign that some chain of items leads to."""
        found, waiting = {campaign_id}, [campaign_id]
        while waiting:
            parent = waiting.pop()
            for item in self.items:
                if item.parent_id == parent and item.campaign_id is not None and item.campaign_id not in found:
                    found.add(item.campaign_id)
                    waiting.append(item.campaign_id)
        return found

    def _named(self, campaign_id: UUID, key: str) -> set[Any]:
        beneath = self.campaigns_beneath(campaign_id)
        return {getattr(item, key) for item in self.items if item.parent_id in beneath} - {None}

    def videos_beneath(self, campaign_id: UUID) -> set[UUID]:
        """The counting videos of the union: items themselves, or posts of creators that are items."""
        listed, creators = self._named(campaign_id, "video_id"), self._named(campaign_id, "creator_id")
        return {
            video.id
            for video in self.videos
            if self.counts(video) and (video.id in listed or video.creator_id in creators)
        }

    def creators_beneath(self, campaign_id: UUID) -> set[UUID]:
        """Creators that are items of the union and those of its counting videos; none that is removed."""
        counting = self.videos_beneath(campaign_id)
        posting = {video.creator_id for video in self.videos if video.id in counting} - {None}
        found = self._named(campaign_id, "creator_id") | posting
        return {creator_id for creator_id in found if self.creators[creator_id].removed_at is None}
