"""The end of a connection: nothing is read any more, the consent is given back, the tokens are forgotten.

What was read before stays the organization's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from connections.installation import installed_consent
from connections.models import ConnectedAccount
from connections.queries import tracked_or_just_removed
from connections.sealing import Unreadable, opened
from connections.work import attend_soon
from creators.models import Creator
from orgs import audit
from orgs.scope import current_org_id, organization_scope, platform_scope
from orgs.services.purge import Aftermath
from scraping.outcomes import ScrapeFailure
from scraping.providers.official.consent import Consent

log = structlog.get_logger(__name__)

# A removal can be undone; for so long the connection outlives its creator, unread.
REMOVAL_GRACE = timedelta(hours=1)


def disconnect(*, connected_id: UUID, now: datetime) -> ConnectedAccount:
    """Read a connected account no longer; a worker gives the consent back at TikTok and forgets the tokens.

    In the open scope. Raises ConnectedAccount.DoesNotExist; harmless where it has ended already.
    """
    connected: ConnectedAccount = ConnectedAccount.objects.select_for_update(no_key=True).get(id=connected_id)
    if connected.is_connected:
        end(connected, ConnectedAccount.State.DISCONNECTED, now)
        connected.due_at = now
        connected.save()
        attend_soon(current_org_id(), connected_id)
    return connected


def end(connected: ConnectedAccount, state: ConnectedAccount.State, now: datetime) -> None:
    """Note that a connection is over, unsaved but for the audit log."""
    connected.end(state, now)
    audit.record(
        action=f"connection.{state}",
        object_type="connection",
        object_id=connected.id,
        object_label=str(connected),
        before={"state": ConnectedAccount.State.CONNECTED},
        after={"state": state},
    )


def give_consent_back(open_id: str, access_token: str, *, consent: Consent) -> bool:
    """Take a token back at TikTok, unless another connection here lives from the same person's consent: TikTok ends
    them all together. Returns whether there is nothing more to try."""
    if _others_live_from(open_id):
        return True
    try:
        consent.revoke(access_token)
    except ScrapeFailure as failure:
        log.warning("a consent was not given back", outcome=str(failure.outcome))
        return False
    return True


def _others_live_from(open_id: str) -> bool:
    with platform_scope():
        return ConnectedAccount.objects.with_consent_of(open_id).exists()


def end_untracked(now: datetime) -> int:
    """End every connection whose account its organization tracks no longer; returns how many."""
    over = _untracked(now)
    for org_id, connected_id in over:
        with organization_scope(org_id):
            disconnect(connected_id=connected_id, now=now)
    return len(over)


def _untracked(now: datetime) -> list[tuple[UUID, UUID]]:
    with platform_scope():
        connected = ConnectedAccount.objects.filter(state=ConnectedAccount.State.CONNECTED)
        accounts = set(connected.values_list("org_id", "account_id"))
        tracking = Creator.objects.filter(tracked_or_just_removed(now - REMOVAL_GRACE))
        tracked = set(
            tracking.filter(account_id__in={account_id for _, account_id in accounts}).values_list(
                "org_id", "account_id"
            )
        )
        rows = connected.values_list("org_id", "id", "account_id")
        return [(org_id, row_id) for org_id, row_id, account_id in rows if (org_id, account_id) not in tracked]


def consents_to_give_back() -> Aftermath:
    """Note the open scope's organization's consents; the returned call gives back those whose rows are gone then."""
    org_id = current_org_id()
    held = list(ConnectedAccount.objects.holding_tokens())

    def give_back() -> None:
        with organization_scope(org_id):
            kept = set(ConnectedAccount.objects.values_list("id", flat=True))
        _give_back([connected for connected in held if connected.id not in kept])

    return give_back


def _give_back(gone: Sequence[ConnectedAccount]) -> None:
    for connected in gone:
        try:
            give_consent_back(connected.open_id, opened(connected.access_token), consent=installed_consent())
        except Unreadable:
            log.warning("a consent was not given back", outcome="unreadable")
