"""The parts an entity is broken down into, and which of them are shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from analytics.entities import Entity
from analytics.formulas import Exact
from analytics.metrics import EntityType, Metric
from analytics.panel import Group, Panel, Positions
from campaigns.models import Campaign, CampaignItem
from campaigns.queries import project_trees

SHOWN = 10
OTHER = "__other__"
NOTHING: Positions = np.array([], np.intp)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an entity: what it is called, and its posts and accounts."""

    id: str
    label: str
    group: Group


def parts_of(entity: Entity, kind: EntityType, panel: Panel) -> list[Part]:
    """Every video, creator or campaign of an entity, with what of the entity belongs to it."""
    if kind is EntityType.VIDEO:
        return _videos(entity, panel)
    return _creators(entity, panel) if kind is EntityType.CREATOR else _campaigns(entity, panel)


def top_parts(parts: Sequence[Part], totals: Sequence[Exact], panel: Panel, metric: Metric) -> list[Part]:
    """The ten with the largest totals, unknown ones last, ties by id; then what none of the ten holds, if anything."""
    ranked = sorted(zip(totals, parts, strict=True), key=lambda pair: (pair[0] is None, -(pair[0] or 0), pair[1].id))
    shown = [part for _, part in ranked[:SHOWN]]
    rest = Group(
        _without([part.group.posts for part in shown], len(panel.posts.members)),
        _without([part.group.accounts for part in shown], len(panel.accounts.members)),
    )
    if len(rest.accounts if metric.is_account_level else rest.posts):
        shown.append(Part(OTHER, "Other", rest))
    return shown


def _videos(entity: Entity, panel: Panel) -> list[Part]:
    rows = entity.videos().values_list("id", "title", "post_id")
    titles = {video_id: title or str(post_id) for video_id, title, post_id in rows}
    return [
        Part(str(video_id), titles.get(video_id, ""), Group(np.array([number], np.intp), NOTHING))
        for number, video_id in enumerate(panel.posts.video_ids)
    ]


def _creators(entity: Entity, panel: Panel) -> list[Part]:
    posts: dict[UUID | None, list[int]] = defaultdict(list)
    for number, creator_id in enumerate(panel.posts.creator_ids):
        posts[creator_id].append(number)
    accounts = {creator_id: number for number, creator_id in enumerate(panel.accounts.creator_ids)}
    return [
        Part(
            str(creator_id),
            f"@{handle}",
            Group(
                np.array(posts.get(creator_id, []), np.intp),
                np.array([accounts[creator_id]] if creator_id in accounts else [], np.intp),
            ),
        )
        for creator_id, handle in entity.creators().values_list("id", "tiktok_handle")
    ]


def _campaigns(entity: Entity, panel: Panel) -> list[Part]:
    """The project's campaigns, or those that stand directly in a campaign. They may overlap."""
    campaigns = Campaign.objects.in_project(entity.project_id)
    if entity.type is EntityType.CAMPAIGN:
        campaigns = campaigns.filter(id__in=CampaignItem.objects.of(entity.id).ids_of("campaign"))
    trees, listed = project_trees(entity.project_id), _listed_creators(entity.project_id)
    places = {video_id: number for number, video_id in enumerate(panel.posts.video_ids)}
    accounts = {creator_id: number for number, creator_id in enumerate(panel.accounts.creator_ids)}
    parts = []
    for campaign_id, name in campaigns.values_list("id", "name"):
        posts = sorted(places[video_id] for video_id in trees[campaign_id] if video_id in places)
        creators = listed[campaign_id] | {panel.posts.creator_ids[number] for number in posts}
        own = sorted(accounts[creator_id] for creator_id in creators if creator_id in accounts)
        parts.append(Part(str(campaign_id), name, Group(np.array(posts, np.intp), np.array(own, np.intp))))
    return parts


def _listed_creators(project_id: UUID) -> defaultdict[UUID, set[UUID | None]]:
    """The creators that are items anywhere beneath each campaign of a project."""
    listed: defaultdict[UUID, set[UUID | None]] = defaultdict(set)
    items = CampaignItem.objects.in_project(project_id).filter(creator__isnull=False)
    for campaign_id, creator_id in items.values_list("parent__paths_up__ancestor_id", "creator_id"):
        listed[campaign_id].add(creator_id)
    return listed


def _without(taken: Sequence[Positions], size: int) -> Positions:
    left = np.ones(size, np.bool_)
    for positions in taken:
        left[positions] = False
    return np.flatnonzero(left)
