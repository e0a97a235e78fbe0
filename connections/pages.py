"""What a creator's pages show of its connection."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from connections.installation import is_offered
from connections.links import link_token
from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectionLink
from creators.models import Creator

# What each state means to somebody who manages the creator, and what to do.
WORDS: dict[str, str] = {
    ConnectedAccount.State.CONNECTED: "Exact numbers are read from TikTok itself.",
    ConnectedAccount.State.EXPIRED: "The consent has run out, so nothing is read. Send the creator a new link.",
    ConnectedAccount.State.REVOKED: (
        "The creator took the consent back in TikTok's settings, so nothing is read. If that was a mistake, send a new "
        "link."
    ),
    ConnectedAccount.State.DISCONNECTED: "Disconnected here. The readings made before are kept.",
}
TONES: dict[str, str] = {
    ConnectedAccount.State.CONNECTED: "good",
    ConnectedAccount.State.EXPIRED: "warn",
    ConnectedAccount.State.REVOKED: "warn",
    ConnectedAccount.State.DISCONNECTED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """A creator's connection as its pages show it. `account` is None where there never was one; `numbers` are the
    newest; `link_url` is empty where no link is open."""

    is_offered: bool
    account: ConnectedAccount | None
    numbers: ConnectedAccountSnapshot | None
    link: ConnectionLink | None = None
    link_url: str = ""

    @property
    def words(self) -> str:
        return WORDS[self.account.state] if self.account else ""

    @property
    def tone(self) -> str:
        return TONES[self.account.state] if self.account else "neutral"

    @property
    def needs_somebody(self) -> bool:
        """Whether it ended in a way that somebody should do something about."""
        return self.account is not None and self.account.state in ("expired", "revoked")


def connection_of(creator: Creator) -> Connection:
    """The connection of a creator's account, without the link; in two statements."""
    account = ConnectedAccount.objects.of_account(creator.account_id).select_related("asked_by").first()
    numbers = None
    if account is not None:
        numbers = ConnectedAccountSnapshot.objects.of_account(creator.account_id).order_by("-captured_at").first()
    return Connection(False, account, numbers)


def connection_settings_of(creator: Creator, now: datetime) -> Connection:
    """The same with what its settings offer: whether anything can be connected here, and the link that is open."""
    shown = connection_of(creator)
    link = ConnectionLink.objects.open(now).filter(creator_id=creator.id).select_related("made_by").first()
    url = ""
    if link is not None:
        url = f"{settings.BASE_URL}{reverse('connection_link', args=[link_token(link)])}"
    return Connection(is_offered(), shown.account, shown.numbers, link, url)
