"""What floors above know of each creator of a project, shown and filtered by in the list of creators.

They announce it in `AppConfig.ready()`; nothing here knows any of them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from creators.models import Creator


@dataclass(frozen=True, slots=True)
class Judgement:
    """One column and filter of the list of creators.

    `name` is the filter's parameter in the URL, `choices` value → words in the order shown, `tones` value → good, warn,
    bad or neutral. `read(project_id, now, creators)` gives the value of each of these creators, or of all of the
    project's (None), in the open scope and in the same number of queries however many there are; who is absent has
    none.
    """

    name: str
    label: str
    choices: Mapping[str, str]
    tones: Mapping[str, str]
    read: Callable[[UUID, datetime, Collection[Creator] | None], Mapping[UUID, str]]


_judgements: dict[str, Judgement] = {}


def announce(judgement: Judgement) -> None:
    """Add a judgement to the list; one of the same name is replaced."""
    _judgements[judgement.name] = judgement


def judgements() -> tuple[Judgement, ...]:
    """All that were announced, in that order."""
    return tuple(_judgements.values())
