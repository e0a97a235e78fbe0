"""The named outcomes of one scrape and what follows from each: the table every retry reads.

Waits are seconds. Sources: public clients' practice for status codes and rates people run without trouble.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHORT_WAITS = (5, 5, 5, 60, 300, 900, 1800, 3600)
LONG_WAITS = (60, 300, 900, 1800, 3600)
DAY = 86_400


class Outcome(StrEnum):
    """How one attempt to read TikTok ended."""

    OK = "ok"
    NOT_FOUND = "not_found"
    PRIVATE_ACCOUNT = "private_account"
    POST_UNAVAILABLE = "post_unavailable"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    SCHEMA_CHANGED = "schema_changed"
    PROVIDER_DOWN = "provider_down"
    QUOTA_EXHAUSTED = "quota_exhausted"


class UnavailableReason(StrEnum):
    """Why TikTok no longer shows a post."""

    DELETED = "deleted"
    PRIVATE = "private"
    IN_REVIEW = "in_review"
    REGION = "region"
    AGE = "age"


class Refusal(StrEnum):
    """How a source refused, where it told more than `blocked`."""

    CAPTCHA = "captcha"
    CHALLENGE = "challenge"
    EMPTY = "empty"
    LOGIN = "login"
    STATUS = "status"
    # A token opens nothing (any more): a matter of the account that gave it, not of the source.
    CONSENT = "consent"


class Weight(StrEnum):
    """What one failure counts towards the breaker of its provider and exit (`SOFT_LIMIT`, `HARD_LIMIT`)."""

    NONE = "none"
    # An answer that refuses or cannot be read: asking on makes it worse.
    SOFT = "soft"
    # No answer: the source or the way to it is down.
    HARD = "hard"


# Failures in a row after which a provider's exit is left alone.
SOFT_LIMIT = 5
HARD_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Strikes:
    """How often, and over how long, a target must fail in this way before its state changes.

    `count` failures, each at least `apart_seconds` after the one before, the last at least `over_seconds` after the
    first.
    """

    count: int
    apart_seconds: int
    over_seconds: int

    def reached(self, looks: Iterable[datetime]) -> bool:
        """Whether failed looks at these times, in any order, are enough. Looks too close to the one before, such as
        somebody's impatient "Update now", add nothing."""
        counted: list[datetime] = []
        for look in sorted(looks):
            if not counted or (look - counted[-1]).total_seconds() >= self.apart_seconds:
                counted.append(look)
        if len(counted) < self.count:
            return False
        return (counted[-1] - counted[0]).total_seconds() >= self.over_seconds


class StateChange(StrEnum):
    """What a target becomes once an outcome is believed."""

    NONE = "none"
    ACTIVE = "active"
    PRIVATE = "private"
    AUTO_DISABLED = "auto_disabled"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one outcome leads to.

    `waits`: seconds until the next attempt by number of failures in a row, the last one repeating; empty means "at the
    usual interval". `says_something_about_the_target` is false where only the provider failed: then nothing about the
    account or post changes. `asks_next`: the next provider able to answer is asked at once. `weight`: what it counts
    towards the breaker. `alerts_staff`: somebody must look at the code. `change` is believed after `strikes` (None: at
    once). `sentence` is what a brand manager reads.
    """

    waits: tuple[int, ...]
    says_something_about_the_target: bool
    asks_next: bool
    weight: Weight
    alerts_staff: bool
    change: StateChange
    strikes: Strikes | None
    sentence: str

    def wait(self, failures: int) -> int | None:
        """Seconds to wait after this many failures in a row (1 = the first); None means the usual interval."""
        if not self.waits:
            return None
        return self.waits[min(failures, len(self.waits)) - 1]


def _about_target(
    sentence: str, change: StateChange, *, waits: tuple[int, ...] = (), strikes: Strikes | None = None
) -> Consequence:
    return Consequence(waits, True, False, Weight.NONE, False, change, strikes, sentence)


def _about_provider(
    sentence: str, weight: Weight, *, waits: tuple[int, ...], alerts_staff: bool = False
) -> Consequence:
    return Consequence(waits, False, True, weight, alerts_staff, StateChange.NONE, None, sentence)


HOUR = 3600
TARGET_WAITS = (6 * HOUR, 12 * HOUR, DAY)

CONSEQUENCES: dict[Outcome, Consequence] = {
    Outcome.OK: _about_target("Up to date", StateChange.ACTIVE),
    Outcome.NOT_FOUND: _about_target(
        "Not found on TikTok",
        StateChange.AUTO_DISABLED,
        waits=TARGET_WAITS,
        strikes=Strikes(count=5, apart_seconds=6 * HOUR, over_seconds=72 * HOUR),
    ),
    Outcome.PRIVATE_ACCOUNT: _about_target("This account is private", StateChange.PRIVATE, waits=(DAY,)),
    Outcome.POST_UNAVAILABLE: _about_target(
        "TikTok no longer shows this post",
        StateChange.UNAVAILABLE,
        waits=TARGET_WAITS,
        strikes=Strikes(count=3, apart_seconds=6 * HOUR, over_seconds=12 * HOUR),
    ),
    Outcome.BLOCKED: _about_provider("TikTok did not answer", Weight.SOFT, waits=LONG_WAITS),
    Outcome.RATE_LIMITED: _about_provider("TikTok asked us to slow down", Weight.SOFT, waits=LONG_WAITS),
    Outcome.SCHEMA_CHANGED: _about_provider(
        "TikTok's answer could not be read", Weight.SOFT, waits=(1800, HOUR), alerts_staff=True
    ),
    Outcome.PROVIDER_DOWN: _about_provider("TikTok did not answer", Weight.HARD, waits=SHORT_WAITS),
    Outcome.QUOTA_EXHAUSTED: _about_provider("The data source's quota is used up", Weight.NONE, waits=(HOUR,)),
}

# Whether a post's absence, as one source explains it, must be confirmed by a second source before it is believed.
# "Deleted" and "region" may mean this exit alone, and so may an absence without a reason; the others are the post's.
NEEDS_SECOND_SOURCE: dict[UnavailableReason | None, bool] = {
    None: True,
    UnavailableReason.DELETED: True,
    UnavailableReason.REGION: True,
    UnavailableReason.PRIVATE: False,
    UnavailableReason.IN_REVIEW: False,
    UnavailableReason.AGE: False,
}


class ScrapeFailure(Exception):
    """A provider could not deliver data, for one of the named reasons.

    `detail` is for staff and the run record; `path` names the missing or mistyped key for `schema_changed`;
    `sample` is the shape of what was found there instead, without any value of it. `retry_after` is the source's own
    wish in seconds, which waits never undercut. `refusal` says more about `blocked`. `confirmed`: a second source
    agrees that the post is gone. `unasked`: our own gate held the request back; the source knows nothing of it.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str = "",
        *,
        reason: UnavailableReason | None = None,
        path: str | None = None,
        sample: str | None = None,
        retry_after: float | None = None,
        refusal: Refusal | None = None,
        confirmed: bool = False,
        unasked: bool = False,
    ) -> None:
        super().__init__(f"{outcome}: {detail}" if detail else str(outcome))
        self.outcome = outcome
        self.detail = detail
        self.reason = reason
        self.path = path
        self.sample = sample
        self.retry_after = retry_after
        self.refusal = refusal
        self.confirmed = confirmed
        self.unasked = unasked

    def confirmed_by_another(self) -> "ScrapeFailure":
        """The same, after a second source agreed."""
        return ScrapeFailure(
            self.outcome, self.detail, reason=self.reason, path=self.path, sample=self.sample, confirmed=True
        )

    @property
    def is_the_sources(self) -> bool:
        """Whether the source failed, and not what was asked for or the token it was asked with."""
        is_about_the_target = CONSEQUENCES[self.outcome].says_something_about_the_target
        return not is_about_the_target and self.refusal is not Refusal.CONSENT

    @property
    def needs_second_source(self) -> bool:
        """Whether this says that a post is gone in a way that one source alone cannot know."""
        ambiguous = self.outcome is Outcome.POST_UNAVAILABLE and NEEDS_SECOND_SOURCE[self.reason]
        return ambiguous and not self.confirmed
