"""The named outcomes of one scrape and what follows from each: the table every retry reads.

Waits are seconds. Sources: public clients' practice for status codes and rates people run without trouble.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one outcome leads to.

    `waits`: seconds until the next attempt by number of failures in a row, the last one repeating; empty means
    "at the usual interval". `says_something_about_the_target` is false where only the provider failed: then nothing
    about the account or post changes. `sentence` is what a brand manager reads.
    """

    waits: tuple[int, ...]
    says_something_about_the_target: bool
    sentence: str

    def wait(self, failures: int) -> int | None:
        """Seconds to wait after this many failures in a row (1 = the first); None means the usual interval."""
        if not self.waits:
            return None
        return self.waits[min(failures, len(self.waits)) - 1]


CONSEQUENCES: dict[Outcome, Consequence] = {
    Outcome.OK: Consequence((), True, "Up to date"),
    Outcome.NOT_FOUND: Consequence((6 * 3600, 12 * 3600, DAY), True, "Not found on TikTok"),
    Outcome.PRIVATE_ACCOUNT: Consequence((DAY,), True, "This account is private"),
    Outcome.POST_UNAVAILABLE: Consequence((6 * 3600, 12 * 3600, DAY), True, "TikTok no longer shows this post"),
    Outcome.BLOCKED: Consequence(LONG_WAITS, False, "TikTok did not answer"),
    Outcome.RATE_LIMITED: Consequence(LONG_WAITS, False, "TikTok asked us to slow down"),
    Outcome.SCHEMA_CHANGED: Consequence((1800, 3600), False, "TikTok's answer could not be read"),
    Outcome.PROVIDER_DOWN: Consequence(SHORT_WAITS, False, "TikTok did not answer"),
    Outcome.QUOTA_EXHAUSTED: Consequence((3600,), False, "The data source's quota is used up"),
}


class ScrapeFailure(Exception):
    """A provider could not deliver data, for one of the named reasons.

    `detail` is for staff and the run record; `path` names the missing or mistyped key for `schema_changed`;
    `retry_after` is the source's own wish in seconds, which waits never undercut.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str = "",
        *,
        reason: UnavailableReason | None = None,
        path: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{outcome}: {detail}" if detail else str(outcome))
        self.outcome = outcome
        self.detail = detail
        self.reason = reason
        self.path = path
        self.retry_after = retry_after
