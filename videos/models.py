"""A video: a TikTok post as one project tracks it; and how far each account's posts are mirrored."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from creators.models import Creator
from orgs.models import User
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.models import Project
from projects.tenancy import ProjectForeignKey
from scraping.models import Post
from scraping.outcomes import UnavailableReason
from scraping.providers.interface import PostKind
from videos.queries import DecisionQuerySet, MirrorStateQuerySet, VideoChangeQuerySet, VideoQuerySet

UNAVAILABLE_WORDS: dict[str, str] = {
    UnavailableReason.DELETED: "Deleted on TikTok",
    UnavailableReason.PRIVATE: "Its owner made it private",
    UnavailableReason.IN_REVIEW: "TikTok is reviewing it",
    UnavailableReason.REGION: "Not shown in this region",
    UnavailableReason.AGE: "Shown to adults who are signed in only",
}


class Video(OrgScoped):
    """One row per project and post. Numbers are a copy of the latest read, refreshed by the mirror; None = unknown."""

    class TrackingStatus(models.TextChoices):
        AUTO_TRACKED = "auto_tracked", "Auto-tracked"
        PENDING_REVIEW = "pending_review", "Pending review"
        INCLUDED = "included", "Included"
        EXCLUDED = "excluded", "Excluded"
        DIRECT_ADD = "direct_add", "Direct add"

    Availability = Post.Availability

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="videos")
    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, null=True, related_name="videos")
    post_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    author_handle = models.CharField(max_length=30, blank=True)
    title = models.TextField(blank=True)
    kind = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in PostKind])
    # Where TikTok shows the cover, for some hours; the key of our own copy, "" while there is none.
    thumbnail_url = models.URLField(max_length=2000, blank=True)
    cover_key = models.CharField(max_length=64, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True)
    posted_at = models.DateTimeField()
    hashtags = ArrayField(models.CharField(max_length=200), default=list)
    music_title = models.CharField(max_length=300, blank=True)
    tracking_status = models.CharField(max_length=14, choices=TrackingStatus.choices)
    tracking_disabled = models.BooleanField(default=False)
    tracked_since = models.DateTimeField()
    availability = models.CharField(max_length=11, choices=Availability.choices, default=Availability.AVAILABLE)
    unavailable_reason = models.CharField(
        max_length=9, blank=True, choices=[(reason.value, reason.value) for reason in UnavailableReason]
    )
    description = models.TextField(blank=True, max_length=20_000)
    metadata = models.JSONField(default=dict, blank=True)
    view_count = models.BigIntegerField(null=True)
    like_count = models.BigIntegerField(null=True)
    comment_count = models.BigIntegerField(null=True)
    share_count = models.BigIntegerField(null=True)
    save_count = models.BigIntegerField(null=True)
    counts_precision = models.CharField(max_length=7, blank=True)
    stats_updated_at = models.DateTimeField(null=True)
    # Who decided on it, and what it was before anybody did; both empty while nobody has.
    decision = models.ForeignKey(
        "videos.Decision", on_delete=models.RESTRICT, null=True, blank=True, related_name="videos"
    )
    status_before = models.CharField(max_length=14, blank=True, choices=TrackingStatus.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    # Stamped by the database (projects.following), whatever is saved here.
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(VideoQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="videos_video_project_in_org"),
            OrgForeignKey(field="creator", to="creators.Creator", name="videos_video_creator_in_org"),
            ProjectForeignKey(field="decision", to="videos.Decision", name="videos_video_decision_in_project"),
            models.UniqueConstraint(fields=["org", "project", "id"], name="videos_video_in_project"),
            models.UniqueConstraint(fields=["org", "project", "post_id"], name="videos_video_once_per_project"),
        ]
        indexes = [
            models.Index(fields=["org", "project", "-posted_at"], name="videos_video_newest"),
            models.Index(fields=["org", "creator", "-posted_at"], name="videos_video_of_creator"),
            models.Index(
                fields=["org", "project", "-posted_at", "-id"],
                condition=models.Q(tracking_status="pending_review"),
                name="videos_video_in_inbox",
            ),
            models.Index(fields=["org", "updated_at", "id"], name="videos_video_changed"),
            # The order most asked for, in either direction, known and unknown numbers apart.
            models.Index(fields=["org", "project", "view_count", "id"], name="videos_video_by_views"),
            # Whose author nobody has read yet, and whom a directly added post belongs to: what the mirror looks for.
            models.Index(fields=["post_id"], name="videos_video_unread", condition=Q(account_id=None)),
            models.Index(fields=["account_id"], name="videos_video_direct", condition=Q(tracking_status="direct_add")),
        ]

    @property
    def is_unread(self) -> bool:
        """Whether TikTok has not answered for it since it was added by its address."""
        return self.stats_updated_at is None

    def expired_at(self, days: int | None) -> datetime | None:
        """When scraping of it ends by itself, so many days after posting; None: never."""
        return None if days is None else self.posted_at + timedelta(days=days)

    @property
    def unavailable_words(self) -> str:
        """Why TikTok no longer shows the post, for people; "" while it does."""
        if self.availability == self.Availability.AVAILABLE:
            return ""
        return UNAVAILABLE_WORDS.get(self.unavailable_reason, "TikTok no longer shows this post")

    def __str__(self) -> str:
        return str(self.post_id)


# What people can decide a post to be.
DECIDED_STATUSES = (Video.TrackingStatus.INCLUDED, Video.TrackingStatus.EXCLUDED)


class Decision(OrgScoped):
    """One action on posts that wait for it: who decided, when, to what, on how many; the posts name it.

    `made_by` is None once that person is gone. `overruled`: the posts on which somebody had decided before, each with
    that decision and the status it had given, for the undo.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="decisions")
    tracking_status = models.CharField(
        max_length=8, choices=[(status.value, status.label) for status in DECIDED_STATUSES]
    )
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    video_count = models.PositiveIntegerField(default=0)
    overruled = models.JSONField(default=list, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OrgScopedManager.from_queryset(DecisionQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="videos_decision_project_in_org"),
            models.UniqueConstraint(fields=["org", "project", "id"], name="videos_decision_in_project"),
        ]
        indexes = [models.Index(fields=["org", "project", "made_by", "-made_at"], name="videos_decision_newest")]

    @property
    def words(self) -> str:
        """What was decided, for people: approved, excluded."""
        return "approved" if self.tracking_status == Video.TrackingStatus.INCLUDED else "excluded"

    @property
    def maker(self) -> str:
        """Who decided, for people."""
        return self.made_by.display_name if self.made_by else "Somebody who has left"

    def __str__(self) -> str:
        return f"{self.tracking_status} {self.made_at:%Y-%m-%d %H:%M:%S}"


class MirrorState(OrgScoped):
    """How far an organization's copies follow the canonical layer for one account.

    `waiting_posts`: discovered posts that the plan's cap keeps outside for now. `is_void`: what was copied counts for
    nothing, everything is copied anew.
    """

    account_id = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)
    waiting_posts = models.PositiveIntegerField(default=0)
    is_void = models.BooleanField(default=False)

    objects = OrgScopedManager.from_queryset(MirrorStateQuerySet)()

    @property
    def is_waiting(self) -> bool:
        """Whether all is to be copied, whatever was copied before."""
        return bool(self.waiting_posts) or self.is_void

    def follow(self, seq: int, *, waiting_posts: int) -> None:
        """Everything up to `seq` is copied but posts that wait for room; unsaved."""
        self.seq = max(self.seq, seq)
        self.waiting_posts, self.is_void = waiting_posts, False

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(fields=["org", "account_id"], name="videos_mirrorstate_once"),
        ]
        indexes = [
            models.Index(fields=["account_id"], name="videos_mirrorstate_of_account"),
            # What waits although nothing new was read. None on `seq`, which every mirroring changes.
            models.Index(
                fields=["account_id"],
                condition=Q(waiting_posts__gt=0) | Q(is_void=True),
                name="videos_mirrorstate_waits",
            ),
        ]


class VideoText(OrgScoped):
    """The words of one video by which it is found (videos/words.py): kept apart, so that new numbers of a video do not
    write them anew. Searched by the database function `videos_matching` alone, which holds the wall by itself."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    document = SearchVectorField()

    objects = OrgScopedManager["VideoText"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="video", to="videos.Video", name="videos_videotext_video_in_org"),
            models.UniqueConstraint(fields=["org", "video"], name="videos_videotext_once"),
        ]
        indexes = [GinIndex(fields=["org", "document"], name="videos_videotext_words")]


class VideoChange(OrgScoped):
    """One event of a video's life, append-only: what changed, from what to what, who did it.

    `actor` is None where nobody did: the scraper noticed it.
    """

    class Kind(models.TextChoices):
        ADDED = "added", "Added by link"
        TRACKING_STATUS_CHANGED = "tracking_status_changed", "Status changed"
        TRACKING_DISABLED = "tracking_disabled", "Tracking switched off"
        TRACKING_ENABLED = "tracking_enabled", "Tracking switched on"
        UNAVAILABLE = "unavailable", "No longer shown by TikTok"
        CAME_BACK = "came_back", "Shown by TikTok again"

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=23, choices=Kind.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    happened_at = models.DateTimeField()

    objects = OrgScopedManager.from_queryset(VideoChangeQuerySet)()

    @property
    def words(self) -> str:
        """What happened, for people."""
        before, after = self.before or {}, self.after or {}
        match self.kind:
            case self.Kind.TRACKING_STATUS_CHANGED:
                labels = dict(Video.TrackingStatus.choices)
                was, became = (labels.get(str(state.get("tracking_status")), "New") for state in (before, after))
                return f"{was} → {became}"
            case self.Kind.UNAVAILABLE:
                reason = UNAVAILABLE_WORDS.get(after.get("unavailable_reason", ""))
                return f"{self.get_kind_display()}: {reason}" if reason else self.get_kind_display()
            case self.Kind.ADDED if before:
                return "Added by link again; its creator is tracked no longer"
        return self.get_kind_display()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="video", to="videos.Video", name="videos_videochange_video_in_org"),
        ]
        indexes = [models.Index(fields=["org", "video", "-happened_at"], name="videos_change_newest")]
