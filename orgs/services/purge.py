"""The end of an organization: after its days of grace every row of it goes, but for the audit log's last line."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from django.apps import apps

from orgs import audit
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from orgs.services.organizations import GRACE
from orgs.tenancy import OrgScoped

log = structlog.get_logger(__name__)

# What to do once rows are gone, by what was read before: see `on_purge`.
Aftermath = Callable[[], object]
_preparations: list[Callable[[], Aftermath]] = []


def on_purge(prepare: Callable[[], Aftermath]) -> None:
    """Register what an upper app does about the end of an organization or a part of it; call it in AppConfig.ready().

    `prepare` reads in the organization's scope before its rows go, and returns what to call after they are gone.
    """
    _preparations.append(prepare)


def prepared_aftermaths() -> list[Aftermath]:
    """What to call once rows of the open scope's organization are gone: of all of it, or of a part."""
    return [prepare() for prepare in _preparations]


def purge_deleted(now: datetime) -> int:
    """Delete every organization whose days of grace are over; returns how many. Each in a transaction of its own."""
    return sum(_purge(org_id, now) for org_id in _over(now))


def _over(now: datetime) -> list[UUID]:
    with platform_scope():
        return list(Organization.objects.filter(deleted_at__lte=now - GRACE).values_list("id", flat=True))


def _purge(org_id: UUID, now: datetime) -> bool:
    with organization_scope(org_id):
        # It may have been restored since it was listed.
        org = Organization.objects.select_for_update().filter(id=org_id, deleted_at__lte=now - GRACE).first()
        if org is None:
            return False
        aftermaths = prepared_aftermaths()
        audit.record(action="organization.purged", object_type="organization", object_id=org.id, object_label=org.name)
        for model in apps.get_models():
            if issubclass(model, OrgScoped):
                # The keys between tenant rows are checked at commit, so the order does not matter.
                model.objects.filter(org_id=org_id)._raw_delete(model.objects.db)
        Organization.objects.filter(id=org_id)._raw_delete(Organization.objects.db)
    for aftermath in aftermaths:
        aftermath()
    log.info("organization purged", org_id=str(org_id))
    return True
