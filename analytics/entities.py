"""What a number can be asked of, and whose counting posts and accounts it then stands for. All in the open scope."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from analytics.errors import BadParameter, EntityNotFound
from analytics.metrics import EntityType
from campaigns.models import Campaign
from campaigns.queries import creators_of, videos_of
from creators.models import Creator
from creators.queries import CreatorQuerySet
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
