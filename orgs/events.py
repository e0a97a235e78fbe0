"""The outbox: what happened is written beside the change itself, in one transaction, and handed to listeners after it.

Delivery is at least once and by listener: one that fails is tried again with growing waits, alone, and after the last
try the event is set aside for staff to see. A listener works in the event's organization's scope and in a transaction
of its own, so what it writes to the database happens exactly once; what it sends elsewhere may happen again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone

from orgs.models import OutboxEvent
from orgs.scope import current_org_id, organization_scope, platform_scope

DELIVER_TASK = "orgs.tasks.deliver_events"
AT_ONCE = 500
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=6)
# Over about ten hours.
MOST_ATTEMPTS = 9
KEPT = timedelta(days=30)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """What a listener is told."""

    id: UUID
    org_id: UUID
    kind: str
    data: Mapping[str, Any]
    created_at: datetime


Listener = Callable[[Event], object]
_listeners: dict[str, dict[str, Listener]] = {}


def listen(kind: str) -> Callable[[Listener], Listener]:
    """Register a function for events of a kind; call it in AppConfig.ready(). Its full name is remembered in rows."""

    def register(listener: Listener) -> Listener:
        _listeners.setdefault(kind, {})[f"{listener.__module__}.{listener.__qualname__}"] = listener
        return listener

    return register


def emit(kind: str, *, data: Mapping[str, Any], dedup_key: str = "") -> None:
    """Note that something happened, in the open scope and the caller's transaction; listeners hear of it after commit.

    With a `dedup_key` the organization's listeners hear of it once, however often this is called in KEPT.
    """
    event = OutboxEvent(org_id=current_org_id(), kind=kind, data=dict(data), dedup_key=dedup_key)
    OutboxEvent.objects.bulk_create([event], ignore_conflicts=True)
    # Should the queue be down, beat delivers soon after it is back.
    transaction.on_commit(_wake_up, robust=True)


def _wake_up() -> None:
    current_app.send_task(DELIVER_TASK, expires=60)


def deliver_due(clock: Callable[[], datetime] = timezone.now) -> int:
    """Hand every due event to the listeners that have not got it; returns how many events were looked at."""
    due = _due_events(clock())
    for event_id, org_id in due:
        _deliver(event_id, org_id, clock)
    return len(due)


def _due_events(now: datetime) -> list[tuple[UUID, UUID]]:
    with platform_scope():
        return list(OutboxEvent.objects.due(now).values_list("id", "org_id")[:AT_ONCE])


def _deliver(event_id: UUID, org_id: UUID, clock: Callable[[], datetime]) -> None:
    """One event to all its listeners; a failing one does not keep it from the others."""
    errors = []
    for name in _listeners_of(event_id, org_id):
        try:
            _deliver_to(name, event_id, org_id)
        except Exception as error:
            # Whatever a listener raises is kept with the event and retried: it must not stop other events.
            log.exception("a listener failed", listener=name, event_id=str(event_id), org_id=str(org_id))
            errors.append(f"{name}: {type(error).__name__}: {error}")
    _settle(event_id, org_id, errors, clock())


def _listeners_of(event_id: UUID, org_id: UUID) -> list[str]:
    with organization_scope(org_id):
        event = OutboxEvent.objects.waiting().filter(id=event_id).first()
    return [] if event is None else [name for name in _listeners.get(event.kind, {}) if name not in event.delivered_to]


def _deliver_to(name: str, event_id: UUID, org_id: UUID) -> None:
    with organization_scope(org_id):
        event = (
            OutboxEvent.objects.waiting().select_for_update(skip_locked=True, no_key=True).filter(id=event_id).first()
        )
        if event is None or name in event.delivered_to:
            return  # another worker has it
        _listeners[event.kind][name](Event(event.id, org_id, event.kind, event.data, event.created_at))
        event.delivered_to = [*event.delivered_to, name]
        event.save(update_fields=["delivered_to"])


def _settle(event_id: UUID, org_id: UUID, errors: list[str], now: datetime) -> None:
    """Delivered to all, to be tried again later, or set aside."""
    with organization_scope(org_id):
        event = (
            OutboxEvent.objects.waiting().select_for_update(skip_locked=True, no_key=True).filter(id=event_id).first()
        )
        if event is None:
            return
        if not errors:
            if set(_listeners.get(event.kind, {})) <= set(event.delivered_to):
                event.delivered_at, event.last_error = now, ""
        else:
            event.attempts += 1
            event.last_error = "\n".join(errors)
            event.due_at = now + wait_after(event.attempts)
            event.set_aside_at = now if event.attempts >= MOST_ATTEMPTS else None
        event.save(update_fields=["attempts", "last_error", "due_at", "set_aside_at", "delivered_at"])


def wait_after(attempts: int) -> timedelta:
    """How long an event waits after so many failed attempts: four times longer each time, up to LONGEST_WAIT."""
    wait: timedelta = FIRST_WAIT * 4 ** (attempts - 1)
    return min(wait, LONGEST_WAIT)


def send_again(event: OutboxEvent, now: datetime) -> None:
    """Take an event that was set aside up again, for those of its listeners that have not got it."""
    event.attempts, event.set_aside_at, event.due_at = 0, None, now
    event.save(update_fields=["attempts", "set_aside_at", "due_at"])
    transaction.on_commit(_wake_up, robust=True)


def forget_delivered(now: datetime) -> int:
    """Delete events that all their listeners got more than KEPT ago; returns how many."""
    with platform_scope():
        deleted, _ = OutboxEvent.objects.filter(delivered_at__lt=now - KEPT).delete()
    return deleted
