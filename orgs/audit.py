"""The audit log: who changed what, when, from where. It is only ever added to.

`record` writes in the caller's transaction: a change that is rolled back leaves no entry. Who acts, from which address
and under which request id comes from the request that `ActorMiddleware` keeps at hand, so services need not pass it on.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from orgs.models import ApiKey, AuditEntry, User
from orgs.scope import STAFF_PREFIX, current_org_id

Values = Mapping[str, Any]

_request: ContextVar[HttpRequest | None] = ContextVar("audit_request", default=None)
_asked_for: ContextVar[User | None] = ContextVar("audit_asked_for", default=None)


class ActorMiddleware:
    """Keeps the request at hand for `record` while it is answered. Stands inside authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def record(
    *,
    action: str,
    actor: User | ApiKey | None = None,
    object_type: str,
    object_id: object,
    object_label: str = "",
    before: Values | None = None,
    after: Values | None = None,
    org_id: UUID | None = None,
) -> AuditEntry:
    """Add an entry about a change, in the open scope and the caller's transaction.

    `action` is `<object>.<what happened>`, such as `member.removed`. `actor`: the request's unless given; work without
    a request is the system's. `before` and `after` hold what changed, by field name; never secrets. `org_id`: the open
    scope's unless given, which only staff's scope over all organizations needs to.
    """
    request = _request.get()
    who = _actor(actor, request)
    entry: AuditEntry = AuditEntry.objects.create(
        org_id=org_id or current_org_id(),
        action=action,
        actor_kind=who.kind,
        actor_id=who.id,
        actor_label=who.label,
        object_type=object_type,
        object_id=str(object_id),
        object_label=object_label[: AuditEntry.LABEL_LENGTH],
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        ip=client_ip(request) if request else None,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    return entry


def current_user() -> User | None:
    """The signed-in person whose request is being answered, or for whom a worker does what they asked for; None for
    work that nobody asked for."""
    who = _asking(_request.get()) or _asked_for.get()
    return who if isinstance(who, User) else None


@contextmanager
def on_behalf_of(person: User | None) -> Iterator[None]:
    """Let what a worker does in here be recorded as the doing of whoever asked for it; None: of nobody."""
    token = _asked_for.set(person)
    try:
        yield
    finally:
        _asked_for.reset(token)


def changes(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two states reduced to the fields in which they differ, ready for `record`."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def client_ip(request: HttpRequest) -> str | None:
    """The address that the request came from: behind a proxy the one that the proxy itself saw."""
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or None


@dataclass(frozen=True, slots=True)
class _Actor:
    kind: AuditEntry.ActorKind
    id: UUID | None = None
    label: str = ""


def _actor(given: User | ApiKey | None, request: HttpRequest | None) -> _Actor:
    who = given or _asking(request) or _asked_for.get()
    if isinstance(who, ApiKey):
        return _Actor(AuditEntry.ActorKind.API_KEY, who.id, str(who))
    if isinstance(who, User):
        is_staff_work = request is not None and request.path_info.startswith(STAFF_PREFIX)
        kind = AuditEntry.ActorKind.STAFF if is_staff_work else AuditEntry.ActorKind.USER
        return _Actor(kind, who.id, who.email)
    return _Actor(AuditEntry.ActorKind.SYSTEM)


def _asking(request: HttpRequest | None) -> User | ApiKey | None:
    """Whose request it is: its key's, else its signed-in user's."""
    key: ApiKey | None = getattr(request, "api_key", None)
    if key is not None:
        return key
    user = getattr(request, "user", None)
    # A lazy object that has to be told by what it stands for.
    return user if user is not None and user.is_authenticated else None
