"""What campaigns consist of, at any depth, in the open scope. Everything is as of now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from campaigns.graph import children_first, children_of
from campaigns.models import Campaign, CampaignItem
from campaigns.querysets import CampaignItemQuerySet, CampaignPathQuerySet, CampaignQuerySet
from creators.models import Creator
from creators.queries import CreatorQuerySet
from videos.models import Video
from videos.queries import VideoQuerySet

__all__ = [
    "CampaignItemQuerySet",
    "CampaignPathQuerySet",
    "CampaignQuerySet",
    "ProjectTrees",
    "counting_rows",
    "creators_of",
    "only_counting_in",
    "project_creators",
    "project_trees",
    "trees_of_rows",
    "videos_of",
]

Bits = np.ndarray[Any, np.dtype[np.uint8]]


def videos_of(campaign_id: UUID) -> VideoQuerySet:
    """The counting videos of a campaign's whole tree, each once however many paths lead to it.

    A video is in it if it is an item itself or if its creator is one.
    """
    return only_counting_in(campaign_id, Video.objects.all())


def only_counting_in(campaign_id: UUID, videos: VideoQuerySet) -> VideoQuerySet:
    """Those of some videos that are counting videos of a campaign's whole tree."""
    items = CampaignItem.objects.beneath(campaign_id)
    return videos.counting().filter(
        Q(_one_of("id", items.ids_of("video"))) | Q(_one_of("creator_id", items.ids_of("creator")))
    )


def creators_of(campaign_id: UUID) -> CreatorQuerySet:
    """A campaign's creators: those that are items anywhere beneath it, and those of its counting videos; none that is
    removed."""
    listed = CampaignItem.objects.beneath(campaign_id).ids_of("creator")
    posting = videos_of(campaign_id).filter(creator__isnull=False).values("creator_id").distinct()
    creators: CreatorQuerySet = Creator.objects.tracked().filter(
        Q(_one_of("id", listed)) | Q(_one_of("id", posting.order_by()))
    )
    return creators


def _one_of(column: str, ids: "QuerySet[Any, Any]") -> Func:
    """`column = ANY(ARRAY(SELECT …))`: unlike two IN (SELECT …) joined by OR, PostgreSQL answers two of these from
    indexes, so that a small campaign costs little in a large project."""
    return Func(
        F(column),
        ArraySubquery(ids),
        arg_joiner=" = ANY(",
        template="(%(expressions)s))",
        output_field=BooleanField(),
    )


@dataclass(frozen=True)
class ProjectTrees(Mapping[UUID, frozenset[UUID]]):
    """Every campaign of a project → the ids of its counting videos.

    Each set is kept as a row of packed bits (bit n stands for `videos[n]`), so that all campaigns of a project are
    compared with each other quickly.
    """

    videos: tuple[UUID, ...]
    bits: Mapping[UUID, Bits]

    def __getitem__(self, campaign_id: UUID) -> frozenset[UUID]:
        return frozenset(self.videos[number] for number in self.numbers(campaign_id))

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.bits)

    def __len__(self) -> int:
        return len(self.bits)

    def numbers(self, campaign_id: UUID) -> "np.ndarray[Any, np.dtype[np.intp]]":
        """Where in `videos` the campaign's counting videos stand, ascending."""
        return np.flatnonzero(np.unpackbits(self.bits[campaign_id], count=len(self.videos)))

    def count(self, campaign_id: UUID) -> int:
        """How many counting videos a campaign has."""
        return _ones(self.bits[campaign_id])

    def shared(self, one: UUID, other: UUID) -> int:
        """How many counting videos two campaigns have in common."""
        return _ones(self.bits[one] & self.bits[other])

    def united(self, one: UUID, other: UUID) -> int:
        """How many counting videos two campaigns have together."""
        return _ones(self.bits[one] | self.bits[other])


def project_trees(project_id: UUID) -> ProjectTrees:
    """The counting videos of every campaign of a project, archived ones included, in four reads."""
    return trees_of_rows(project_id, counting_rows(project_id))


def counting_rows(project_id: UUID, *columns: str) -> list[tuple[Any, ...]]:
    """(id, creator's id, columns …) of every counting video of a project, by id."""
    videos = Video.objects.in_project(project_id).counting().order_by("id")
    return list(videos.values_list("id", "creator_id", *columns))


def trees_of_rows(project_id: UUID, rows: Sequence[tuple[Any, ...]]) -> ProjectTrees:
    """The trees of a project over counting videos that were read already by `counting_rows`."""
    campaigns = list(Campaign.objects.in_project(project_id).values_list("id", flat=True))
    items = CampaignItem.objects.in_project(project_id)
    edges = list(items.edges())
    bits = _brought(rows, campaigns, items.not_campaigns().values_list("parent_id", "creator_id", "video_id"))
    children = children_of(edges)
    for parent in children_first(campaigns, edges):
        for child in children[parent]:
            bits[parent] |= bits[child]
    return ProjectTrees(tuple(row[0] for row in rows), bits)


def project_creators(project_id: UUID) -> dict[UUID, frozenset[UUID]]:
    """Every campaign of a project → the ids of its creators, as `creators_of` finds them, in five reads."""
    rows = counting_rows(project_id)
    trees = trees_of_rows(project_id, rows)
    tracked = set(Creator.objects.in_project(project_id).tracked().values_list("id", flat=True))
    creators: dict[UUID, set[UUID]] = {
        campaign_id: {rows[number][1] for number in trees.numbers(campaign_id)} for campaign_id in trees
    }
    items = CampaignItem.objects.in_project(project_id)
    for parent, creator_id in items.filter(creator__isnull=False).values_list("parent_id", "creator_id"):
        creators[parent].add(creator_id)
    edges = list(items.edges())
    children = children_of(edges)
    for parent in children_first(creators, edges):
        creators[parent].update(*(creators[child] for child in children[parent]))
    return {campaign_id: frozenset(found & tracked) for campaign_id, found in creators.items()}


def _brought(
    videos: Sequence[tuple[Any, ...]],
    campaigns: Iterable[UUID],
    items: Iterable[tuple[UUID, UUID | None, UUID | None]],
) -> dict[UUID, Bits]:
    """What the creators and videos that stand directly in each campaign bring."""
    place = {video_id: number for number, (video_id, *_) in enumerate(videos)}
    places_of: defaultdict[UUID, list[int]] = defaultdict(list)
    for number, (_, creator_id, *_) in enumerate(videos):
        if creator_id is not None:
            places_of[creator_id].append(number)
    direct: dict[UUID, list[int]] = {campaign: [] for campaign in campaigns}
    for parent, creator_id, video_id in items:
        if creator_id is not None:
            direct[parent] += places_of.get(creator_id, ())
        elif video_id in place:
            direct[parent].append(place[video_id])
    return {campaign: _packed(places, len(videos)) for campaign, places in direct.items()}


def _packed(places: Sequence[int], length: int) -> Bits:
    row = np.zeros(length, dtype=bool)
    row[np.array(places, dtype=np.intp)] = True
    return np.packbits(row)


def _ones(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())
