"""Why a connection was not made, in words for whoever tried."""

from enum import StrEnum


class ConnectionRefused(Exception):
    """A mistake or a decision of people's; its text can be shown to them."""


class Why(StrEnum):
    """Why a link that asks for consent cannot be used."""

    DAMAGED = "damaged"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"
    CLOSED = "closed"


class LinkUnusable(ConnectionRefused):
    """A link that asks for consent to nothing (any more)."""

    WORDS = {
        Why.DAMAGED: "The link is incomplete or was changed. Copy it whole, or ask for a new one.",
        Why.USED: "This link was used already: the account is connected. A link can be used once.",
        Why.REPLACED: "A newer link was made. Use that one, or ask for it.",
        Why.EXPIRED: "This link was valid for seven days, which are over. Ask for a new one.",
        Why.CLOSED: "The account is not tracked there any more, so there is nothing to connect.",
    }

    def __init__(self, why: Why) -> None:
        super().__init__(self.WORDS[why])
        self.why = why


class NotConsented(ConnectionRefused):
    """Whoever was asked said no."""

    def __str__(self) -> str:
        return "You did not allow it, so nothing is read. If you change your mind, open the link again."


class TooLittleConsented(ConnectionRefused):
    """Some of what is needed was left out."""

    def __str__(self) -> str:
        return (
            "TikTok was not allowed to share all four things: your name, your profile, your numbers and your posts. "
            "Nothing was stored. Open the link again and leave every box checked."
        )


class WrongAccount(ConnectionRefused):
    """Somebody else's account answered than the one that was asked for."""

    def __init__(self, asked: str, answered: str) -> None:
        super().__init__(
            f"TikTok answered for @{answered}, but this link is for @{asked}. Nothing was stored. Sign in to TikTok as "
            f"@{asked}, then open the link again."
        )


class UnexpectedAnswer(ConnectionRefused):
    """TikTok's answer does not belong to a question that this browser asked, or was used already."""

    def __str__(self) -> str:
        return "This answer of TikTok's was not expected here: it is too old, or was used already. Open the link again."


class TikTokAway(ConnectionRefused):
    """TikTok could not be asked right now."""

    def __str__(self) -> str:
        return "TikTok could not be reached just now. Nothing was stored. Wait a minute, then open the link again."


class NotReady(ConnectionRefused):
    """TikTok has not answered for the creator yet."""

    def __str__(self) -> str:
        return "TikTok has not answered for this creator yet. Try again once it has numbers."
