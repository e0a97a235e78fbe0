"""How far the first reading of videos has come that were added by their address, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from scraping.models import ScrapeTarget
from scraping.outcomes import CONSEQUENCES, Outcome
from videos.models import Video


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What a video that was never read waits for. `is_waiting`: something is about to happen within seconds."""

    label: str
    detail: str
    is_waiting: bool


def first_readings(videos: Sequence[Video], now: datetime) -> dict[UUID, FirstReading]:
    """What each of these videos that was never read waits for, in one query; none of those that were."""
    unread = {
        ScrapeTarget.id_for(ScrapeTarget.Kind.VIDEO_STATS, post_id=video.post_id): video
        for video in videos
        if video.is_unread
    }
    targets = ScrapeTarget.objects.in_bulk(list(unread)) if unread else {}
    return {video.id: _first_reading(video, targets.get(key), now) for key, video in unread.items()}


def _first_reading(video: Video, target: ScrapeTarget | None, now: datetime) -> FirstReading:
    if video.tracking_disabled:
        return FirstReading("Not read", "Tracking was switched off before its first numbers.", False)
    if target is None or target.last_run_at is None or target.requested_at > target.last_run_at:
        is_read = target is not None and target.is_leased(now)
        return FirstReading("Reading…" if is_read else "Queued", "TikTok is asked within seconds.", True)
    outcome = Outcome(target.last_outcome or Outcome.PROVIDER_DOWN)
    sentence = CONSEQUENCES[outcome].sentence
    if outcome is Outcome.POST_UNAVAILABLE:
        return FirstReading("Not shown", f"{sentence}. Check the link; it is tried again.", False)
    next_try = timezone.localtime(target.due_at)
    return FirstReading("Retrying", f"{sentence}, next try at {next_try:%H:%M}.", False)
