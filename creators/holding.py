"""Rows of upper apps that change with creators: whoever changes many creators locks all of theirs first, together.

The database changes them creator by creator; others lock them by their own ids.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from creators.models import Creator

Hold = Callable[[Collection[UUID]], object]
_holds: list[Hold] = []


def held_with_creators(hold: Hold) -> None:
    """Register how an upper app locks what changes when creators with these ids are removed or come back, in the open
    scope; call it in AppConfig.ready()."""
    _holds.append(hold)


def hold_what_changes_with(creators: Iterable[Creator]) -> None:
    """Lock what changes when these creators are removed or come back, until the transaction ends."""
    ids = [creator.id for creator in creators]
    if len(ids) > 1:
        for hold in _holds:
            hold(ids)
