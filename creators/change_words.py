"""What the change log's events say to people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from creators.models import Creator, CreatorChange
from scraping.outcomes import CONSEQUENCES, Outcome

Kind = CreatorChange.Kind
COMPLIANCE = {"compliant": "Compliant", "non_compliant": "Non-compliant", "no_data": "No data"}
FIELDS = {
    "tiktok_handle": "Handle",
    "tracking_mode": "New posts",
    "status": "Status",
    "reason": "Reason",
    "follower_count": "Followers",
    "compliance": "Compliance",
}
WORDS: dict[str, Callable[[Any], str]] = {
    "tiktok_handle": "@{}".format,
    "tracking_mode": lambda mode: str(Creator.TrackingMode(mode).label),
    "status": lambda status: str(Creator.Status(status).label),
    "reason": lambda reason: CONSEQUENCES[Outcome(reason)].sentence,
    "follower_count": "{:,}".format,
    "compliance": lambda state: COMPLIANCE.get(state, state),
}
SENTENCES = {
    Kind.ADDED: "Added to the project",
    Kind.REACTIVATED: "Tracked again",
    Kind.REMOVED: "Removed from the project",
    Kind.TRACKING_MODE_CHANGED: "New posts are treated differently",
    Kind.GOAL_COMPLIANCE_CHANGED: "Goal compliance changed",
    Kind.HANDLE_CHANGED: "Handle changed",
    Kind.WENT_PRIVATE: "Went private",
    Kind.CAME_BACK: "Public again",
    Kind.AUTO_DISABLED: "Auto-disabled",
}
TONES = {
    Kind.FOLLOWER_MILESTONE: "good",
    Kind.CAME_BACK: "good",
    Kind.REACTIVATED: "good",
    Kind.WENT_PRIVATE: "warn",
    Kind.AUTO_DISABLED: "bad",
    Kind.REMOVED: "warn",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an event, before and after, in words; "" where there was none."""

    label: str
    before: str
    after: str


def sentence(change: CreatorChange) -> str:
    """What happened, in a few words."""
    if change.kind == Kind.FOLLOWER_MILESTONE:
        return f"Reached {(change.after or {}).get('milestone', 0):,} followers"
    return SENTENCES[Kind(change.kind)]


def tone(change: CreatorChange) -> str:
    """The color family that goes with the words."""
    return TONES.get(Kind(change.kind), "plain")


def differences(change: CreatorChange) -> list[Difference]:
    """What changed, field by field; what stayed as it was, or is said by the sentence, is left out."""
    before, after = change.before or {}, change.after or {}
    return [
        Difference(label, _words(name, before), _words(name, after))
        for name, label in FIELDS.items()
        if before.get(name) != after.get(name)
    ]


def _words(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    return "" if value is None else WORDS[name](value)
