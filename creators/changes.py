"""Writing the change log: what happened to a creator, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from creators.models import Creator, CreatorChange
from orgs.models import User

Kind = CreatorChange.Kind
Values = Mapping[str, Any]


def record(
    creator: Creator,
    kind: Kind,
    *,
    before: Values | None,
    after: Values | None,
    actor: User | None = None,
    happened_at: datetime,
    once_key: str = "",
) -> bool:
    """Append an event to a creator's change log, in the open scope and the caller's transaction.

    `before` and `after` are what changed, by field name. With a `once_key` the event is written at most once for the
    creator, however often this is called. Returns whether it was written.
    """
    event = {
        "org_id": creator.org_id,
        "kind": kind,
        "before": dict(before) if before is not None else None,
        "after": dict(after) if after is not None else None,
        "actor": actor,
        "happened_at": happened_at,
    }
    if not once_key:
        CreatorChange.objects.create(creator=creator, **event)
        return True
    _, is_new = CreatorChange.objects.get_or_create(creator=creator, once_key=once_key, defaults=event)
    return is_new
