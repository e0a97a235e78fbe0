"""Numbers over all videos of a project that pages show again and again: kept until a video changes, because counting a
hundred thousand takes longer than everything else on a page.

Every change of a video is stamped by the database, whoever makes it (projects.following), and so is what a change of
its creator does to it; a deleted one leaves a row. So as long as an organization's newest stamps are the same, so are
its numbers. Only a transaction that stamps first and is seen last could be overlooked: for KEPT_SECONDS at most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, Subquery, Value, When
from django.db.models.expressions import Combinable

from projects.models import GoneRow, Project
from videos.models import Video

Number = TypeVar("Number")
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Stamps:
    """When a video of the organization was changed last, and when one was deleted last; None: never."""

    changed: datetime | None
    gone: datetime | None


@dataclass(frozen=True, slots=True)
class Kept(Generic[Number]):
    """A number, and the stamps at which it is what it is."""

    number: Number
    stamps: Stamps


def kept(name: str, project_id: UUID) -> Kept[Any] | None:
    """What is kept of a project under this name, whether or not something has changed since."""
    found: Kept[Any] | None = cache.get(_key(name, project_id))
    return found


def keep(name: str, project_id: UUID, number: object, stamps: Stamps) -> None:
    """Keep a number that was read with these stamps or after them."""
    cache.set(_key(name, project_id), Kept(number, stamps), KEPT_SECONDS)


def _key(name: str, project_id: UUID) -> str:
    return f"videos:{name}:{project_id}"


def newest_stamps() -> dict[str, Subquery]:
    """Expressions for the newest stamps of the open scope, by the names of Stamps."""
    changed = Video.objects.order_by("-updated_at").values("updated_at")[:1]
    gone = GoneRow.objects.of_kind(GoneRow.Kind.VIDEO).order_by("-gone_at").values("gone_at")[:1]
    return {"changed": Subquery(changed), "gone": Subquery(gone)}


def unless_kept(known: Kept[Any] | None, number: Combinable) -> Combinable:
    """`number`, or null where the annotated stamps are those of what is known: then the database does not count."""
    if known is None:
        return number
    stamps = {"changed": known.stamps.changed, "gone": known.stamps.gone}
    return Case(When(**stamps, then=Value(None)), default=number)


def read_once(name: str, project: Project, count: Callable[[], Number]) -> Number:
    """What `count` gives now, from what is kept if nothing has changed."""
    stamps = Stamps(*Project.objects.filter(id=project.id).values_list(*newest_stamps().values()).get())
    known: Kept[Number] | None = kept(name, project.id)
    if known is not None and known.stamps == stamps:
        return known.number
    number = count()
    keep(name, project.id, number, stamps)
    return number
