"""What can be wrong with a change to campaigns, in words for the person who asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass


class CampaignError(Exception):
    """A change to a campaign that cannot be made."""


class CampaignArchived(CampaignError):
    """The campaign is archived: it can be read, not changed."""

    def __str__(self) -> str:
        return "This campaign is archived. Restore it to make changes."


class NameNotRepeated(CampaignError):
    """Deleting asks for the campaign's name, and something else was typed."""

    def __str__(self) -> str:
        return "Type the campaign’s name exactly as it is written."


@dataclass
class WouldContainItself(CampaignError):
    """A campaign would contain itself. `names`: the way from it back to it, in campaigns' names."""

    names: Sequence[str]

    def __str__(self) -> str:
        return f"A campaign cannot contain itself: {' → '.join(self.names)}."
