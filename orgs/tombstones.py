"""What is left of the audit log of an organization that was purged: one line, saying that it was and when."""

from uuid import UUID

from orgs.models import AuditEntry, Organization
from orgs.scope import platform_scope

PURGED = "organization.purged"


def leave_tombstones() -> int:
    """Delete all entries of organizations that are gone, but for the one that tells of the end; returns of how many.

    The owner's work: nobody else may delete an entry. Repeatable.
    """
    with platform_scope():
        gone = _gone()
        for org_id in gone:
            of_org = AuditEntry.objects.filter(org_id=org_id)
            ends = of_org.filter(action=PURGED)
            last = (ends if ends.exists() else of_org).newest_first()[:1].get()
            of_org.exclude(id=last.id).delete()
    return len(gone)


def _gone() -> list[UUID]:
    """Organizations that have more than one entry and no row any more."""
    ids = AuditEntry.objects.exclude(org_id=None).order_by().values_list("org_id", flat=True).distinct()
    logged = {org_id for org_id in ids if org_id is not None}
    ended = logged - set(Organization.objects.filter(id__in=logged).values_list("id", flat=True))
    return sorted(org_id for org_id in ended if AuditEntry.objects.filter(org_id=org_id).count() > 1)
