"""What campaigns and their items have now: the latest numbers of their counting videos, each video once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np

from campaigns.models import Campaign, CampaignItem
from campaigns.queries import ProjectTrees, counting_rows, trees_of_rows, videos_of

COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
HISTORY = ("post_id", "tracked_since", "posted_at")
Places = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a set of videos. A number is None if the set is not empty and no member's is known."""

    video_count: int
    view_count: int | None
    like_count: int | None
    comment_count: int | None
    share_count: int | None
    save_count: int | None

    @property
    def engagement(self) -> int | None:
        """Likes, comments, shares and saves; None if none of them is known."""
        parts = (self.like_count, self.comment_count, self.share_count, self.save_count)
        known = [value for value in parts if value is not None]
        return sum(known) if known else None


class CountingVideos:
    """Counting videos that were read once, and the numbers of whatever part of them is asked for."""

    def __init__(self, project_id: UUID, rows: Sequence[tuple[Any, ...]]) -> None:
        self.trees: ProjectTrees = trees_of_rows(project_id, rows)
        self._rows = rows
        self._columns = [_Column([row[place] for row in rows]) for place in range(2, 2 + len(COUNTS))]

    @classmethod
    def of_project(cls, project_id: UUID) -> "CountingVideos":
        """All of a project's, and with them all of its campaigns'."""
        return cls(project_id, counting_rows(project_id, *COUNTS))

    @classmethod
    def of_campaign(cls, campaign: Campaign) -> "CountingVideos":
        """Those of one campaign's tree, and with them those of everything beneath it."""
        rows = videos_of(campaign.id).order_by("id").values_list("id", "creator_id", *COUNTS, *HISTORY)
        return cls(campaign.project_id, list(rows))

    def histories(self) -> list[tuple[Any, ...]]:
        """(post id, tracked since, posted at) of each video, in their order; of one campaign's only."""
        return [row[2 + len(COUNTS) :] for row in self._rows]

    def everything(self) -> Totals:
        return self._sum(np.arange(len(self._rows)))

    def campaign(self, campaign_id: UUID) -> Totals:
        """The numbers of a campaign's union."""
        return self._sum(self.trees.numbers(campaign_id))

    def campaigns(self, campaign_ids: Iterable[UUID]) -> Totals:
        """The numbers of several campaigns together, where each video counts once."""
        places = [self.trees.numbers(campaign_id) for campaign_id in campaign_ids]
        return self._sum(np.unique(np.concatenate([*places, np.array([], np.intp)])))

    def item(self, item: CampaignItem) -> Totals:
        """The numbers of what an item brings."""
        return self._sum(self.places_of(item))

    def places_of(self, item: CampaignItem) -> Places:
        """Where among the videos those stand that an item brings; none while it does not count."""
        if item.campaign_id is not None:
            return self.trees.numbers(item.campaign_id)
        if item.creator_id is not None:
            return np.array(self._by_creator.get(item.creator_id, ()), np.intp)
        return np.array(self._by_video.get(item.item_id, ()), np.intp)

    @cached_property
    def _by_creator(self) -> dict[UUID, list[int]]:
        places: defaultdict[UUID, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            places[row[1]].append(number)
        return places

    @cached_property
    def _by_video(self) -> dict[UUID, list[int]]:
        return {row[0]: [number] for number, row in enumerate(self._rows)}

    def _sum(self, places: Places) -> Totals:
        return Totals(len(places), *(column.sum(places) for column in self._columns))


class _Column:
    """One count of every video, 0 where it is unknown, and where it is known."""

    def __init__(self, values: Sequence[int | None]) -> None:
        self.known = np.array([value is not None for value in values], dtype=bool)
        self.values = np.array([value or 0 for value in values], dtype=np.int64)

    def sum(self, places: Places) -> int | None:
        if len(places) and not self.known[places].any():
            return None
        return int(self.values[places].sum())
