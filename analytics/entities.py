"""What a number can be asked of, and whose counting posts and accounts it then stands for. All in the open scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Aggregate, BigIntegerField, BinaryField, Case, F, Func, Value, When
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from analytics.errors import BadParameter, EntityNotFound
from analytics.members import Members, Tracked
from analytics.metrics import EntityType
from campaigns.models import Campaign
from campaigns.queries import creators_of, videos_of
from creators.models import Creator
from creators.queries import CreatorQuerySet
from projects.models import Project
from scraping.counts import ROUNDED
from scraping.interpolation import Bools
from videos.models import Video
from videos.queries import VideoQuerySet

# Stands for "no creator" where ids travel as bytes.
NOBODY = UUID(int=0)
_ROW, _MICRO, _YEAR_2000 = 64, 1_000_000, 946_684_800


@dataclass(frozen=True)
class Entity:
    """One project, campaign, creator or video of the open scope."""

    type: EntityType
    id: UUID
    label: str
    project_id: UUID

    def videos(self) -> VideoQuerySet:
        """Its counting videos. A video stands for itself, whether it counts elsewhere or not."""
        return self._videos.all()

    @cached_property
    def _videos(self) -> VideoQuerySet:
        # A campaign's is put together in milliseconds, and asked for several times in one answer.
        match self.type:
            case EntityType.PROJECT:
                return Video.objects.counting().in_project(self.id)
            case EntityType.CREATOR:
                return Video.objects.counting().of_creator(self.id)
            case EntityType.CAMPAIGN:
                return videos_of(self.id)
            case _:
                return Video.objects.visible().filter(id=self.id)

    def creators(self) -> CreatorQuerySet:
        """The creators whose accounts make up its followers."""
        match self.type:
            case EntityType.PROJECT:
                return Creator.objects.tracked().in_project(self.id)
            case EntityType.CREATOR:
                return Creator.objects.tracked().filter(id=self.id)
            case EntityType.CAMPAIGN:
                return creators_of(self.id)
            case _:
                return Creator.objects.none()


def resolve(type_name: str, entity_id: UUID) -> Entity:
    """The entity of this type and id. Raises BadParameter for a type that does not exist, EntityNotFound."""
    try:
        entity_type = EntityType(type_name)
    except ValueError:
        names = ", ".join(EntityType)
        raise BadParameter(f"There is no entity {type_name!r}; choose one of {names}.", "entity") from None
    entity: Entity | None = _FINDERS[entity_type](entity_id)
    if entity is None:
        raise EntityNotFound(f"There is no such {entity_type}.", "entity_id")
    return entity


def _project(entity_id: UUID) -> Entity | None:
    project = Project.objects.visible().filter(id=entity_id).first()
    return None if project is None else Entity(EntityType.PROJECT, project.id, project.name, project.id)


def _creator(entity_id: UUID) -> Entity | None:
    creator = Creator.objects.visible().filter(id=entity_id).first()
    return None if creator is None else entity_of_creator(creator)


def _campaign(entity_id: UUID) -> Entity | None:
    campaign = Campaign.objects.visible().filter(id=entity_id).first()
    if campaign is None:
        return None
    return Entity(EntityType.CAMPAIGN, campaign.id, campaign.name, campaign.project_id)


def _video(entity_id: UUID) -> Entity | None:
    video = Video.objects.visible().in_visible_projects().filter(id=entity_id).first()
    if video is None:
        return None
    return Entity(EntityType.VIDEO, video.id, video.title or str(video.post_id), video.project_id)


def entity_of_creator(creator: Creator) -> Entity:
    """A creator that was read already."""
    return Entity(EntityType.CREATOR, creator.id, f"@{creator.tiktok_handle}", creator.project_id)


_FINDERS: dict[EntityType, Any] = {
    EntityType.PROJECT: _project,
    EntityType.CAMPAIGN: _campaign,
    EntityType.CREATOR: _creator,
    EntityType.VIDEO: _video,
}


@dataclass(frozen=True)
class PostSet:
    """Counting posts: as the canonical layer is asked for them, and the rows they come from, in the same order. A video
    without a creator has None for it. `rounds`: whether TikTok shows the post's larger counts rounded."""

    members: Members
    rounds: Bools
    _video_ids: bytes
    _creator_ids: bytes

    @cached_property
    def video_ids(self) -> list[UUID]:
        return [UUID(bytes=self._video_ids[at : at + 16]) for at in range(0, len(self._video_ids), 16)]

    @cached_property
    def creator_ids(self) -> list[UUID | None]:
        ids = (self._creator_ids[at : at + 16] for at in range(0, len(self._creator_ids), 16))
        return [None if one == NOBODY.bytes else UUID(bytes=one) for one in ids]

    def positions_by_creator(self, creator_ids: Sequence[UUID]) -> "list[NDArray[np.intp]]":
        """The positions of each creator's posts, in the order given."""
        wanted = np.array([creator_id.bytes for creator_id in creator_ids], "S16")
        own = np.frombuffer(self._creator_ids, "S16")
        by_creator = np.argsort(own, kind="stable")
        low = np.searchsorted(own, wanted, "left", sorter=by_creator)
        high = np.searchsorted(own, wanted, "right", sorter=by_creator)
        return [by_creator[start:stop] for start, stop in zip(low, high, strict=True)]


@dataclass(frozen=True, slots=True)
class AccountSet:
    """Distinct accounts, and the creators they are, in the same order."""

    members: Members
    creator_ids: Sequence[UUID]


def post_set(videos: VideoQuerySet) -> PostSet:
    """Read the posts behind videos, in no particular order. They come as one value, many times quicker than as rows."""
    sent = [
        _send("uuid_send", F("id")),
        _send("uuid_send", Coalesce(F("creator_id"), Value(NOBODY))),
        _send("int8send", F("post_id")),
        _send("timestamptz_send", F("tracked_since")),
        _send("timestamptz_send", F("posted_at")),
        _send("int8send", _IS_ROUNDED),
    ]
    row = Func(*sent, template="%(expressions)s", arg_joiner=" || ", output_field=BinaryField())
    data = videos.order_by().aggregate(
        rows=Aggregate(row, Value(b""), function="string_agg", output_field=BinaryField())
    )
    rows = np.frombuffer(data["rows"] or b"", np.uint8).reshape(-1, _ROW)
    post_id, since, posted, rounds = rows[:, 32:].copy().view(">i8").astype(np.int64).T
    members = Members(post_id, -(-since // _MICRO) + _YEAR_2000, posted // _MICRO + _YEAR_2000)
    return PostSet(members, rounds == 1, rows[:, :16].tobytes(), rows[:, 16:32].tobytes())


_IS_ROUNDED = Case(When(counts_precision=ROUNDED, then=Value(1)), default=Value(0), output_field=BigIntegerField())


def _send(function: str, expression: Any) -> Func:
    """A value as PostgreSQL sends it in binary: ids as they are, times in microseconds since 2000."""
    return Func(expression, function=function, output_field=BinaryField())


def account_set(creators: CreatorQuerySet) -> AccountSet:
    """Read the accounts behind creators; those that TikTok has not answered for have none."""
    rows = list(creators.read().order_by("id").values_list("id", "account_id", "tracked_since"))
    tracked = [Tracked(account_id or 0, since) for _, account_id, since in rows]
    return AccountSet(Members.of(tracked), [row[0] for row in rows])
