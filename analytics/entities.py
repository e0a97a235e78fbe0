"""What a number can be asked of, and whose counting posts and accounts it then stands for. All in the open scope."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from analytics.errors import BadParameter, EntityNotFound
from analytics.metrics import EntityType
from campaigns.models import Campaign
from campaigns.queries import creators_of, videos_of
from creators.models import Creator
from creators.queries import CreatorQuerySet
from orgs.scope import current_org_id
from orgs.statements import MOST_KEPT, STAND_IN, Statement
from projects.models import Project
from videos.models import Video
from videos.queries import VideoQuerySet


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
    rows = _reads_row(current_org_id(), entity_type).read({STAND_IN: entity_id})
    if not rows:
        raise EntityNotFound(f"There is no such {entity_type}.", "entity_id")
    return _ENTITIES[entity_type](rows[0])


@lru_cache(MOST_KEPT)
def _reads_row(_org_id: UUID, kind: EntityType) -> Statement[Any]:
    match kind:
        case EntityType.PROJECT:
            return Statement.of(Project.objects.visible().filter(id=STAND_IN))
        case EntityType.CREATOR:
            return Statement.of(Creator.objects.visible().filter(id=STAND_IN))
        case EntityType.CAMPAIGN:
            return Statement.of(Campaign.objects.visible().filter(id=STAND_IN))
        case _:
            return Statement.of(Video.objects.visible().in_visible_projects().filter(id=STAND_IN))


def entity_of_creator(creator: Creator) -> Entity:
    """A creator that was read already."""
    return Entity(EntityType.CREATOR, creator.id, f"@{creator.tiktok_handle}", creator.project_id)


def _of_project(project: Project) -> Entity:
    return Entity(EntityType.PROJECT, project.id, project.name, project.id)


def _of_campaign(campaign: Campaign) -> Entity:
    return Entity(EntityType.CAMPAIGN, campaign.id, campaign.name, campaign.project_id)


def _of_video(video: Video) -> Entity:
    return Entity(EntityType.VIDEO, video.id, video.title or str(video.post_id), video.project_id)


_ENTITIES: dict[EntityType, Callable[[Any], Entity]] = {
    EntityType.PROJECT: _of_project,
    EntityType.CAMPAIGN: _of_campaign,
    EntityType.CREATOR: entity_of_creator,
    EntityType.VIDEO: _of_video,
}
