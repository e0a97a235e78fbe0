"""What a reading says about the numbers before it: effective counts, and whether it must be kept as a snapshot.

Of a run of equal readings only the first and the last are stored. The last is not known before the next different
one, so the account's or post's own row remembers it (`observed_at`) and it is stored together with that one.
docs/history.md shows why no value at any time, for any organization, is changed by this.
"""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from scraping.counts import EXACT, FIRST_ROUNDED, ROUNDED, effective_count, is_rounded
from scraping.providers.interface import AccountData, PostData

ACCOUNT_COUNTS = ("follower_count", "following_count", "total_likes", "video_count")
POST_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
Counts = tuple[int | None, ...]
_read_account = attrgetter(*ACCOUNT_COUNTS)
_read_post = attrgetter(*POST_COUNTS)
# The source of a run that the next reading may not continue, because a count was left out.
NOBODY = ""


def seconds(instant: datetime) -> int:
    """An instant in whole seconds since 1970."""
    return int(instant.timestamp())


@dataclass(slots=True)
class Run:
    """The open run of equal readings: its numbers, whose they are, its last reading and its stored first one. Times are
    whole seconds since 1970: snapshots are stamped to the second."""

    counts: Counts
    precision: str = ""
    source: str = NOBODY
    observed_at: int | None = None
    snapshot_at: int | None = None

    @property
    def unstored_end(self) -> int | None:
        """The run's last reading, if it is not stored yet."""
        if self.observed_at is None or (self.snapshot_at is not None and self.observed_at <= self.snapshot_at):
            return None
        return self.observed_at


@dataclass(slots=True)
class Reading:
    """What one reading leads to: the run from now on, and what is to be stored of it.

    `observed` is None where no count was read, or where the reading only continues the run; `end` is the instant of
    the last reading of the run before, where that must be stored now.
    """

    run: Run
    observed: Counts | None
    end: int | None


def read_post_counts(data: PostData, run: Run | None, *, source: str, at: int, begun_at: int | None) -> Reading:
    """What a post's reading leads to; `begun_at`: when somebody began to track its account last."""
    return _read(_read_post(data), data.source_rounds, run, source, at, begun_at)


def read_account_counts(data: AccountData, run: Run | None, *, source: str, at: int, begun_at: int | None) -> Reading:
    """What a profile's reading leads to; `begun_at`: when somebody began to track the account last."""
    return _read(_read_account(data), data.source_rounds, run, source, at, begun_at)


def _read(shown: Counts, source_rounds: bool, run: Run | None, source: str, at: int, begun_at: int | None) -> Reading:
    known: Counts = run.counts if run is not None else (None,) * len(shown)
    observed, precision = _effective(shown, known) if source_rounds else (shown, EXACT)
    whole = None not in observed
    counts = observed if whole else tuple(b if o is None else o for o, b in zip(observed, known, strict=True))
    if not whole and observed.count(None) == len(observed):
        return Reading(run or Run(counts), None, None)
    if run is not None and _continues(run, observed, precision, source, begun_at):
        return Reading(Run(counts, precision, source, at, run.snapshot_at), None, None)
    left_out = counts != observed
    following = Run(counts, precision, NOBODY if left_out else source, at, at)
    return Reading(following, observed, run.unstored_end if run is not None else None)


def _continues(run: Run, observed: Counts, precision: str, source: str, begun_at: int | None) -> bool:
    """Whether a reading only says again what the run says. The first one after somebody began to track never does."""
    if observed != run.counts or source != run.source or precision != run.precision:
        return False
    return run.snapshot_at is not None and (begun_at is None or run.snapshot_at >= begun_at)


def _effective(shown: Counts, known: Counts) -> tuple[Counts, str]:
    """The effective counts of a reading whose source rounds, and whether one of them is rounded."""
    counts = list(shown)
    precision = EXACT
    for number, count in enumerate(shown):
        if count is not None and count >= FIRST_ROUNDED and is_rounded(count, True):
            counts[number] = effective_count(known[number], count, True)
            precision = ROUNDED
    return tuple(counts), precision
