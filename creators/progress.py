"""What a creator's row is waiting for, in words: from "queued" to "tracked", or why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from creators.models import Creator
from scraping.models import ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome
from scraping.services.bans import banned_accounts, banned_handles


class State(StrEnum):
    """Where reading a creator stands."""

    QUEUED = "queued"
    READING = "reading"
    TRACKED = "tracked"
    NOT_FOUND = "not_found"
    PRIVATE = "private"
    RETRYING = "retrying"
    AUTO_DISABLED = "auto_disabled"
    BANNED = "banned"


TONES = {
    State.QUEUED: "neutral",
    State.READING: "neutral",
    State.TRACKED: "good",
    State.NOT_FOUND: "bad",
    State.PRIVATE: "warn",
    State.RETRYING: "warn",
    State.AUTO_DISABLED: "bad",
    State.BANNED: "bad",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """One creator's state for people. Times are UTC; None = never, or not planned."""

    state: State
    label: str
    detail: str = ""
    last_updated: datetime | None = None
    next_update: datetime | None = None

    @property
    def tone(self) -> str:
        """The color family that goes with the words: good, warn, bad or neutral."""
        return TONES[self.state]

    @property
    def is_settled(self) -> bool:
        """Nothing will change within seconds: the row need not ask again."""
        return self.state not in (State.QUEUED, State.READING)


PRIVATE = (
    "This account is private: TikTok shows its posts and numbers to its followers alone. What was read before stays "
    "and counts; it is tried again daily."
)
BANNED = Progress(
    State.BANNED,
    "Banned",
    "This account is banned from trackagoat and read no longer; its history stays. Write to support if that is wrong.",
)


def progress_of(creators: Sequence[Creator], now: datetime) -> dict[UUID, Progress]:
    """The progress of these creators by id, in few queries. Times inside sentences are in the active time zone."""
    accounts = [creator.account_id for creator in creators if creator.account_id is not None]
    handles = [creator.tiktok_handle for creator in creators if creator.account_id is None]
    by_subject: dict[int | str, list[ScrapeTarget]] = {}
    for target in ScrapeTarget.objects.of_subjects(account_ids=accounts, handles=handles):
        by_subject.setdefault(target.account_id or target.handle, []).append(target)
    # Nothing is read of a banned account, so only those without a target may be one.
    idle = [creator for creator in creators if _subject(creator) not in by_subject]
    banned: set[int | str] = {
        *banned_accounts(creator.account_id for creator in idle if creator.account_id is not None),
        *banned_handles(creator.tiktok_handle for creator in idle if creator.account_id is None),
    }
    return {
        creator.id: BANNED
        if _subject(creator) in banned
        else _progress(creator, by_subject.get(_subject(creator), []), now)
        for creator in creators
    }


def _subject(creator: Creator) -> int | str:
    """Whose reading the creator waits for: the account's; the handle's until that was read."""
    return creator.account_id if creator.account_id is not None else creator.tiktok_handle


def _progress(creator: Creator, targets: Sequence[ScrapeTarget], now: datetime) -> Progress:
    if creator.is_disabled:
        return Progress(State.AUTO_DISABLED, "Auto-disabled", _why_disabled(creator), creator.last_scraped_at)
    if not creator.is_read:
        return _first_read(targets, now)
    next_update = min((target.due_at for target in targets), default=None)
    last = creator.last_scraped_at
    if creator.status == Creator.Status.PRIVATE:
        return Progress(State.PRIVATE, "Private", PRIVATE, last, next_update)
    failed = _worst_failure(creator, targets)
    if failed is not None:
        state, label, detail = _failure_words(failed)
        if state is State.NOT_FOUND:
            detail = "TikTok no longer shows this account; its history is kept, and it is tried again."
        return Progress(state, label, detail, last, next_update)
    posts = next((target for target in targets if target.kind == ScrapeTarget.Kind.DISCOVER_VIDEOS), None)
    if posts is None or posts.last_ok_at is None or posts.last_ok_at < creator.tracked_since:
        return Progress(State.READING, "Reading posts…", "", last, next_update)
    return Progress(State.TRACKED, "Tracked", "", last, next_update)


def _first_read(targets: Sequence[ScrapeTarget], now: datetime) -> Progress:
    if any(target.is_leased(now) for target in targets):
        return Progress(State.READING, "Reading profile…")
    failed = max((target for target in targets if _has_failed(target)), key=lambda target: target.due_at, default=None)
    if failed is None:
        return Progress(State.QUEUED, "Queued", "TikTok is asked within seconds.")
    state, label, detail = _failure_words(failed)
    return Progress(state, label, detail, None, failed.due_at)


def _has_failed(target: ScrapeTarget) -> bool:
    """Whether its last reading failed and nobody has asked for another since."""
    return bool(target.failures) and target.last_run_at is not None and target.requested_at <= target.last_run_at


def _why_disabled(creator: Creator) -> str:
    days = f"since {timezone.localtime(creator.disabled_at):%-d %b %Y}" if creator.disabled_at else "now"
    return (
        f"TikTok said for three days that this account does not exist or is banned. It has not been read {days}; "
        "its history is kept."
    )


def _worst_failure(creator: Creator, targets: Iterable[ScrapeTarget]) -> ScrapeTarget | None:
    """The failing target to speak of; failures from before the organization began to track are not its own."""
    failing = [
        target
        for target in targets
        if target.failures and target.last_run_at is not None and target.last_run_at >= creator.tracked_since
    ]
    return max(failing, key=lambda target: target.failures, default=None)


def _failure_words(target: ScrapeTarget) -> tuple[State, str, str]:
    outcome = Outcome(target.last_outcome or Outcome.PROVIDER_DOWN)
    sentence = CONSEQUENCES[outcome].sentence
    if outcome is Outcome.NOT_FOUND:
        return State.NOT_FOUND, sentence, "Check the spelling and correct the handle, or remove it."
    if outcome is Outcome.PRIVATE_ACCOUNT:
        return State.PRIVATE, "Private", f"{sentence}; tried again daily."
    next_try = timezone.localtime(target.due_at)
    return State.RETRYING, "Retrying", f"{sentence}, next try at {next_try:%H:%M}."
