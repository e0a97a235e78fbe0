"""member-overlap: what the campaigns of a project have in common, as of now, each unordered pair once.

- Shared videos: counting videos in both trees.
- Share: |A ∩ B| ÷ |A ∪ B| of the counting videos (P. Jaccard, "The distribution of the flora in the alpine zone", New
  Phytologist 11, 1912); None where neither campaign has a video.
- Shared creators: creators in both; a campaign's are those that are items anywhere beneath it and those of its counting
  videos, none that is removed.

Pairs by share, the largest first, unknown last, ties by both ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.reports.posts import quotient
from campaigns.models import Campaign, CampaignItem
from campaigns.queries import ProjectTrees, project_trees
from creators.models import Creator
from videos.models import Video

# Whole numbers up to 2²⁴ are exact in it, and products of such matrices are fast.
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two campaigns share; `a` has the smaller id."""

    a: Campaign
    b: Campaign
    shared_creators: int
    shared_videos: int
    jaccard: float | None


@dataclass(frozen=True, slots=True)
class MemberOverlap:
    """Every campaign of a project by id, and every pair of them."""

    campaigns: list[Campaign]
    pairs: list[Overlap]


def member_overlap(project_id: UUID) -> MemberOverlap:
    """The overlaps between all campaigns of a project."""
    campaigns = list(Campaign.objects.in_project(project_id).order_by("id"))
    trees = project_trees(project_id)
    ids = [campaign.id for campaign in campaigns]
    videos = _rows([trees.numbers(campaign_id) for campaign_id in ids], len(trees.videos))
    creators = _creators(project_id, ids, trees)
    shared_videos, shared_creators = videos @ videos.T, creators @ creators.T
    sizes = videos.sum(axis=1)
    pairs = [
        _pair(campaigns[a], campaigns[b], shared_creators[a, b], shared_videos[a, b], sizes[a] + sizes[b])
        for a in range(len(ids))
        for b in range(a + 1, len(ids))
    ]
    pairs.sort(key=lambda pair: (pair.jaccard is None, -(pair.jaccard or 0), pair.a.id, pair.b.id))
    return MemberOverlap(campaigns, pairs)


def _pair(a: Campaign, b: Campaign, creators: np.float32, videos: np.float32, both: np.float32) -> Overlap:
    return Overlap(a, b, int(creators), int(videos), quotient(int(videos), int(both - videos)))


def _rows(places: "Sequence[NDArray[np.intp]]", length: int) -> Matrix:
    """One row per campaign: 1 at these places, else 0."""
    rows = np.zeros((len(places), length), dtype=np.float32)
    for number, own in enumerate(places):
        rows[number, own] = 1
    return rows


def _creators(project_id: UUID, campaign_ids: Sequence[UUID], trees: ProjectTrees) -> Matrix:
    """Which creators each campaign has."""
    tracked = Creator.objects.in_project(project_id).tracked().values_list("id", flat=True)
    place: dict[UUID | None, int] = {creator_id: number for number, creator_id in enumerate(tracked)}
    authors = dict(Video.objects.in_project(project_id).counting().values_list("id", "creator_id"))
    author_places = np.array([place.get(authors.get(video_id), -1) for video_id in trees.videos], dtype=np.intp)
    listed = _listed(project_id, place)
    own = []
    for campaign_id in campaign_ids:
        posting = np.unique(author_places[trees.numbers(campaign_id)])
        own.append(np.union1d(posting[posting >= 0], np.array(listed.get(campaign_id, []), dtype=np.intp)))
    return _rows(own, len(place))


def _listed(project_id: UUID, place: Mapping[UUID | None, int]) -> dict[UUID, list[int]]:
    """The tracked creators that are items anywhere beneath each campaign."""
    items = CampaignItem.objects.in_project(project_id).filter(creator__isnull=False)
    listed: dict[UUID, list[int]] = {}
    for campaign_id, creator_id in items.values_list("parent__paths_up__ancestor_id", "creator_id"):
        if creator_id in place:
            listed.setdefault(campaign_id, []).append(place[creator_id])
    return listed
