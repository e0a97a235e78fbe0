"""What was read of one post or account since the organization began to track it: reading by reading, and by age."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from analytics.buckets import seconds
from analytics.members import Members, Tracked
from analytics.values import edges_of, post_values
from connections.models import ConnectedAccountSnapshot, ConnectedPostSnapshot
from creators.models import Creator
from scraping.models import AccountSnapshot, PostSnapshot
from videos.models import Video

Snapshot = TypeVar("Snapshot", bound=Model)
HOUR = 3_600
# A post's first week is told by the hour, what follows by the day.
HOURLY_UNTIL, THEN_EVERY = 168, 24


def readings_of_video(video: Video, *, start: datetime, end: datetime) -> QuerySet[PostSnapshot]:
    """The stored snapshots in [start, end), oldest first; of equal ones in a row the first and the last."""
    return _readings(PostSnapshot.objects.filter(post_id=video.post_id), video.tracked_since, start, end)


def readings_of_creator(creator: Creator, *, start: datetime, end: datetime) -> QuerySet[AccountSnapshot]:
    """The stored snapshots in [start, end), oldest first; none while TikTok has not answered for the handle."""
    if creator.account_id is None:
        return AccountSnapshot.objects.none()
    of_account = AccountSnapshot.objects.filter(account_id=creator.account_id)
    return _readings(of_account, creator.tracked_since, start, end)


def own_readings_of_video(video: Video, *, start: datetime, end: datetime) -> QuerySet[ConnectedPostSnapshot]:
    """The same from the creator's own connection, which no other organization sees; of equal ones the first."""
    of_post = ConnectedPostSnapshot.objects.of_post(video.post_id)
    return _readings(of_post, video.tracked_since, start, end)


def own_readings_of_creator(creator: Creator, *, start: datetime, end: datetime) -> QuerySet[ConnectedAccountSnapshot]:
    """The same from the creator's own connection, which no other organization sees; of equal ones the first."""
    of_account = ConnectedAccountSnapshot.objects.of_account(creator.account_id)
    return _readings(of_account, creator.tracked_since, start, end)


def _readings(
    snapshots: QuerySet[Snapshot], tracked_since: datetime, start: datetime, end: datetime
) -> QuerySet[Snapshot]:
    own: Any = {"captured_at__gte": max(start, tracked_since), "captured_at__lt": end}
    return snapshots.filter(**own).order_by("captured_at")


def views_by_age(video: Video, *, since: datetime | None, now: datetime) -> list[tuple[int, int | None]]:
    """(hours since posting, views then): by the hour for a week, then by the day, up to the last reading. None before a
    baseline; without a reading there is nothing. Ages that the post had before `since` are left out."""
    members = Members.of([Tracked(video.post_id, video.tracked_since, video.posted_at)])
    last = int(post_values(members, "view_count", edges_of([seconds(now)])).last[0])
    looked_at = last if video.stats_updated_at is None else max(last, seconds(video.stats_updated_at))
    if last < 0:
        return []
    posted = seconds(video.posted_at)
    first = 0 if since is None else seconds(since)
    hours = [hour for hour in _ages(min(looked_at, seconds(now)) - posted) if posted + hour * HOUR >= first]
    if not hours:
        return []
    values = post_values(members, "view_count", edges_of([posted + hour * HOUR for hour in hours]))
    known_from = int(values.known_from[0])
    return [
        (hour, view_count if posted + hour * HOUR >= known_from else None)
        for hour, view_count in zip(hours, values.at[0].tolist(), strict=True)
    ]


def _ages(age: int) -> list[int]:
    """The hours that are told of a post that was last read at an age, in seconds."""
    hours = age // HOUR
    return [*range(min(hours, HOURLY_UNTIL) + 1), *range(HOURLY_UNTIL + THEN_EVERY, hours + 1, THEN_EVERY)]
