"""The canonical layer: what TikTok shows, once, whoever tracks it. No organization in it, no foreign keys between its
tables, ids never made by the database, so that it can be distributed over servers by post and account id."""

from datetime import datetime
from uuid import UUID, uuid5

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from scraping.models.pictures import Picture, PictureCopy
from scraping.models.sources import ProviderCheck, ProviderSwitch, SchemaAlert
from scraping.outcomes import Outcome, UnavailableReason
from scraping.providers.interface import PostKind
from scraping.queries import PostQuerySet, StrikeQuerySet, TargetQuerySet

__all__ = [
    "Account",
    "AccountBan",
    "AccountSnapshot",
    "ChangedAccounts",
    "EndedWeeks",
    "Picture",
    "PictureCopy",
    "Post",
    "PostDays",
    "PostSnapshot",
    "PostSpan",
    "ProviderCheck",
    "ProviderSwitch",
    "SchemaAlert",
    "ScrapeRun",
    "ScrapeTarget",
    "Strike",
]

TARGET_NAMESPACE = UUID("6f0c6a53-5f0e-4f6c-9d0e-1d1c9b6f4a10")


class Account(models.Model):
    """A TikTok account by its user id. Numbers are the latest read; None = unknown."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PRIVATE = "private", "Private"

    id = models.BigIntegerField(primary_key=True)
    handle = models.CharField(max_length=30, db_index=True)
    sec_uid = models.CharField(max_length=200, blank=True)
    nickname = models.CharField(max_length=120, blank=True)
    bio = models.TextField(blank=True)
    avatar_url = models.URLField(max_length=2000, blank=True)
    verified = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    follower_count = models.BigIntegerField(null=True)
    following_count = models.BigIntegerField(null=True)
    total_likes = models.BigIntegerField(null=True)
    video_count = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField()
    # When the profile, and when a list of posts, was read last; None = never.
    seen_at = models.DateTimeField(null=True)
    posts_seen_at = models.DateTimeField(null=True)
    # Advanced by every ingest; tenants' mirrors follow it.
    ingested_seq = models.BigIntegerField(default=0)
    # When somebody began to track the account last: the first reading after it is always kept as a snapshot.
    begun_at = models.DateTimeField(null=True)
    # The open run of equal readings (docs/history.md): its last reading, its stored first one, and whose it is.
    observed_at = models.DateTimeField(null=True)
    snapshot_at = models.DateTimeField(null=True)
    counts_source = models.CharField(max_length=12, blank=True)
    counts_precision = models.CharField(max_length=7, blank=True)

    def __str__(self) -> str:
        return f"@{self.handle}"


class ChangedAccounts(models.Model):
    """Accounts whose `ingested_seq` one transaction advanced. Stays until somebody has seen to it that every copy of
    them follows, or at least tried to (services/changes)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account_ids = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{len(self.account_ids)} accounts"


class Post(models.Model):
    """A TikTok post by its video id. Numbers are effective counts as of `seen_at`; None = unknown."""

    class Availability(models.TextChoices):
        AVAILABLE = "available", "Available"
        UNAVAILABLE = "unavailable", "Unavailable"

    id = models.BigIntegerField(primary_key=True)
    account_id = models.BigIntegerField(null=True)
    author_handle = models.CharField(max_length=30, blank=True)
    posted_at = models.DateTimeField()
    caption = models.TextField(blank=True)
    kind = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in PostKind])
    duration_seconds = models.PositiveIntegerField(null=True)
    cover_url = models.URLField(max_length=2000, blank=True)
    hashtags = ArrayField(models.CharField(max_length=200), default=list)
    music_title = models.CharField(max_length=300, blank=True)
    availability = models.CharField(max_length=11, choices=Availability.choices, default=Availability.AVAILABLE)
    unavailable_reason = models.CharField(
        max_length=9, blank=True, choices=[(reason.value, reason.value) for reason in UnavailableReason]
    )
    view_count = models.BigIntegerField(null=True)
    like_count = models.BigIntegerField(null=True)
    comment_count = models.BigIntegerField(null=True)
    share_count = models.BigIntegerField(null=True)
    save_count = models.BigIntegerField(null=True)
    counts_precision = models.CharField(max_length=7, blank=True)
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # Of what a post says besides its numbers: where it is the same, that is not written again.
    content_hash = models.BigIntegerField(null=True)
    # When it was asked for by itself and not shown.
    tried_at = models.DateTimeField(null=True)
    # The open run of equal readings (docs/history.md): its last reading, its stored first one, and whose it is.
    observed_at = models.DateTimeField(null=True)
    snapshot_at = models.DateTimeField(null=True)
    counts_source = models.CharField(max_length=12, blank=True)
    # The account's ingested_seq of the ingest that wrote this row last.
    seq = models.BigIntegerField(default=0)

    objects = models.Manager.from_queryset(PostQuerySet)()

    class Meta:
        # None on what every reading changes, so that updating a post touches no index.
        indexes = [models.Index(fields=["account_id", "posted_at"], name="scraping_post_by_account")]

    def __str__(self) -> str:
        return str(self.id)


class AccountSnapshot(models.Model):
    """One account's numbers at one second. Append-only, in partitions by month of `captured_at`. Of a run of equal
    readings the first and the last are kept: between them every value is theirs (docs/history.md)."""

    pk = models.CompositePrimaryKey("account_id", "captured_at")
    account_id = models.BigIntegerField()
    captured_at = models.DateTimeField()
    follower_count = models.BigIntegerField(null=True)
    following_count = models.BigIntegerField(null=True)
    total_likes = models.BigIntegerField(null=True)
    video_count = models.BigIntegerField(null=True)
    source = models.CharField(max_length=12)
    precision = models.CharField(max_length=7)

    def __str__(self) -> str:
        return f"{self.account_id} at {self.captured_at:%Y-%m-%d %H:%M:%S}"


class PostSnapshot(models.Model):
    """One post's effective counts at one second. Append-only, in partitions by month of `captured_at`. Of a run of
    equal readings the first and the last are kept: between them every value is theirs (docs/history.md)."""

    pk = models.CompositePrimaryKey("post_id", "captured_at")
    post_id = models.BigIntegerField()
    captured_at = models.DateTimeField()
    view_count = models.BigIntegerField(null=True)
    like_count = models.BigIntegerField(null=True)
    comment_count = models.BigIntegerField(null=True)
    share_count = models.BigIntegerField(null=True)
    save_count = models.BigIntegerField(null=True)
    source = models.CharField(max_length=12)
    precision = models.CharField(max_length=7)

    def __str__(self) -> str:
        return f"{self.post_id} at {self.captured_at:%Y-%m-%d %H:%M:%S}"


class PostSpan(models.Model):
    """Where one post's stored snapshots begin and end, by counter: moved on by the transaction that stores one.

    `ends`: per counter the time and value of the first and of the last known snapshot, as 64-bit integers; all zero
    where there is none. `zones`: the time zones in which days are kept for the post. `weeks`: for each of them, one
    after the other, the values at the newest midnights (packed_weeks), which are not in PostDays yet.
    """

    post_id = models.BigIntegerField(primary_key=True)
    ends = models.BinaryField()
    weeks = models.BinaryField(db_default=b"")
    zones = ArrayField(models.CharField(max_length=64), default=list)

    def __str__(self) -> str:
        return str(self.post_id)


class PostDays(models.Model):
    """One post's values at the midnights of one month of a time zone, packed (packed_weeks): per counter 31 of them.
    `month`: years × 12 + months - 1. A value is meant only between the first and last snapshot that PostSpan names;
    UNPACKED there: in the span's newest week, or not packed yet."""

    pk = models.CompositePrimaryKey("post_id", "zone", "month")
    post_id = models.BigIntegerField()
    zone = models.CharField(max_length=64)
    month = models.IntegerField()
    days = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.post_id} {self.zone} {self.month}"


class EndedWeeks(models.Model):
    """Weeks of posts in a time zone that have ended, and are not in PostDays yet (services/weeks)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.CharField(max_length=64)
    weeks = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.zone} {self.id}"


class ScrapeTarget(models.Model):
    """What to read next and when. Its id follows from its kind and subject, so asking twice is asking once.

    A lease is one claim: only the holder of the current `lease_id` may write the result.
    """

    class Kind(models.TextChoices):
        CREATOR_PROFILES = "creator_profiles", "Profile"
        DISCOVER_VIDEOS = "discover_videos", "Posts"
        VIDEO_STATS = "video_stats", "Numbers of older posts"

    class Priority(models.IntegerChoices):
        SCHEDULED = 0, "Scheduled"
        INTERACTIVE = 10, "Somebody is waiting"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    account_id = models.BigIntegerField(null=True)
    handle = models.CharField(max_length=30, blank=True)
    due_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.SCHEDULED)
    interval_seconds = models.PositiveIntegerField()
    # For posts: which are wanted, by when they went up, by how long they are read, by id; and which are not, by id.
    posts_since = models.DateTimeField(null=True)
    expiry_seconds = models.PositiveBigIntegerField(null=True)
    post_ids = ArrayField(models.BigIntegerField(), default=list)
    unwanted_ids = ArrayField(models.BigIntegerField(), default=list)
    # How far back the listing was read without a gap; and, while read in parts, back to where and from which cursor on.
    read_back_to = models.DateTimeField(null=True)
    resume_bound = models.DateTimeField(null=True)
    resume_cursor = models.CharField(max_length=200, blank=True)
    lease_id = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_outcome = models.CharField(max_length=16, blank=True, choices=[(o.value, o.value) for o in Outcome])
    last_run_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(TargetQuerySet)()

    class Meta:
        indexes = [
            # The claim walks this in order, per priority. A leased target stands at its lease's end.
            models.Index(fields=["priority", "due_at"], name="scraping_target_due"),
            models.Index(
                fields=["account_id"], name="scraping_target_of_account", condition=Q(account_id__isnull=False)
            ),
            models.Index(fields=["handle"], name="scraping_target_of_handle", condition=Q(account_id=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"

    @property
    def subject(self) -> str:
        """What it reads: an account by its id, a handle that nobody has read yet, or a post that nobody has."""
        if self.account_id is not None:
            return str(self.account_id)
        return f"@{self.handle}" if self.handle else f"post {self.post_ids[0]}"

    @staticmethod
    def id_for(kind: str, *, account_id: int | None = None, handle: str = "", post_id: int | None = None) -> UUID:
        """The id of the target of this kind and subject."""
        if post_id is not None:
            return uuid5(TARGET_NAMESPACE, f"{kind}:post {post_id}")
        return uuid5(TARGET_NAMESPACE, f"{kind}:{account_id if account_id is not None else '@' + handle}")

    def is_leased(self, now: datetime) -> bool:
        """Whether a worker is reading it right now."""
        return self.lease_until is not None and self.lease_until > now


class ScrapeRun(models.Model):
    """What one attempt did: the record behind "last updated", "last failure" and the staff's health page."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    target_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=ScrapeTarget.Kind.choices)
    account_id = models.BigIntegerField(null=True)
    handle = models.CharField(max_length=30, blank=True)
    provider = models.CharField(max_length=12)
    outcome = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Outcome])
    detail = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    # How long after its due time it began: the schedule's lag.
    waited_ms = models.PositiveIntegerField(default=0)
    posts_seen = models.PositiveIntegerField(default=0)
    posts_new = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["target_id", "-started_at"], name="scraping_run_by_target"),
            models.Index(fields=["-started_at"], name="scraping_run_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome} {self.started_at:%Y-%m-%d %H:%M:%S}"


class Strike(models.Model):
    """One look at an account, handle or post that TikTok answered with "there is no such thing".

    Evidence, not a state: looks from before the target was last read do not count any more, and who tracks an account
    judges by those made since it began to. `confirmed`: a second source said the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    # Exactly one of the three: a handle stands for itself only while nobody knows whose it is.
    account_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    handle = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(max_length=9, blank=True, choices=[(r.value, r.value) for r in UnavailableReason])
    confirmed = models.BooleanField(default=False)
    provider = models.CharField(max_length=12)
    struck_at = models.DateTimeField()

    objects = models.Manager.from_queryset(StrikeQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "struck_at"], name="scraping_strike_account"),
            models.Index(fields=["post_id", "struck_at"], name="scraping_strike_post"),
            models.Index(fields=["handle", "struck_at"], name="scraping_strike_handle"),
            models.Index(fields=["struck_at"], name="scraping_strike_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.struck_at:%Y-%m-%d %H:%M:%S}"


class AccountBan(models.Model):
    """An account that staff have banned from the platform: by its user id where that was known, else by its handle."""

    NAMESPACE = UUID("5b0c3f57-6f0e-4d54-9a3e-4e6a3d8c2f71")

    id = models.UUIDField(primary_key=True, editable=False)
    account_id = models.BigIntegerField(null=True, editable=False)
    handle = models.CharField(max_length=30)
    reason = models.CharField(max_length=500, blank=True)
    banned_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["account_id"], name="scraping_ban_by_account"),
            models.Index(fields=["handle"], name="scraping_ban_by_handle"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @classmethod
    def id_for(cls, *, account_id: int | None, handle: str) -> UUID:
        """The one id of the ban on an account, so that banning it twice is one ban."""
        return uuid5(cls.NAMESPACE, f"@{handle}" if account_id is None else str(account_id))
