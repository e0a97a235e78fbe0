"""A token that is good now: renewed before it runs out, by one worker at a time."""

from datetime import datetime, timedelta
from uuid import UUID

from connections.models import ConnectedAccount
from connections.sealing import Unreadable, opened
from connections.services.connecting import tokens_of
from connections.services.ending import end
from orgs.scope import organization_scope
from scraping.outcomes import Refusal, ScrapeFailure
from scraping.providers.official.consent import Consent

# A token is renewed so long before it runs out: longer than any reading takes.
MARGIN = timedelta(minutes=10)


def good_token(org_id: UUID, connected_id: UUID, *, consent: Consent, now: datetime, refused: str = "") -> str | None:
    """The account's access token; None where the consent is over, which is noted then.

    `refused`: a token that TikTok did not take although it should be good; if it is the present one it is renewed.
    The row is locked meanwhile, so a refresh token is never used twice. Raises ScrapeFailure where TikTok cannot be
    asked.
    """
    with organization_scope(org_id):
        held = ConnectedAccount.objects.select_for_update(no_key=True).holding_tokens().filter(id=connected_id)
        connected: ConnectedAccount | None = held.first()
        if connected is None:
            return None
        try:
            present = opened(connected.access_token)
            if connected.access_expires_at - now > MARGIN and present != refused:
                return present
            grant = consent.refresh(opened(connected.refresh_token))
        except Unreadable:
            _over(connected, ConnectedAccount.State.EXPIRED, now)
            return None
        except ScrapeFailure as failure:
            if failure.refusal is not Refusal.CONSENT:
                raise
            ran_out = now >= connected.refresh_expires_at
            _over(connected, ConnectedAccount.State.EXPIRED if ran_out else ConnectedAccount.State.REVOKED, now)
            return None
        for name, value in tokens_of(grant).items():
            setattr(connected, name, value)
        connected.save(update_fields=list(tokens_of(grant)))
        return grant.access_token


def _over(connected: ConnectedAccount, state: ConnectedAccount.State, now: datetime) -> None:
    if connected.is_connected:
        end(connected, state, now)
    connected.forget_tokens()
    connected.save()
