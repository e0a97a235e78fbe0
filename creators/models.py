"""A creator: a TikTok account that an organization tracks in one project."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from creators.queries import CreatorChangeQuerySet, CreatorQuerySet, WaitingLinkQuerySet
from orgs.models import User
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.models import Project
from scraping.outcomes import Outcome


def display_name_of(override: str, nickname: str, handle: str) -> str:
    """The organization's own name for a creator, else TikTok's nickname, else the handle."""
    return override or nickname or handle


class Creator(OrgScoped):
    """A tracked account. `account_id` (TikTok's user id) is None until TikTok has answered for the handle.

    Numbers are a copy of the latest read since `tracked_since`, the moment the organization first added the account.
    """

    class TrackingMode(models.TextChoices):
        AUTO = "auto", "Auto"
        SELECTIVE = "selective", "Selective"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PRIVATE = "private", "Private"
        AUTO_DISABLED = "auto_disabled", "Auto-disabled"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="creators")
    account_id = models.BigIntegerField(null=True)
    tiktok_handle = models.CharField(max_length=30)
    nickname = models.CharField(max_length=120, blank=True)
    display_name_override = models.CharField(max_length=120, blank=True)
    # Where TikTok shows it, for some hours; the key of our own copy, "" while there is none.
    avatar_url = models.URLField(max_length=2000, blank=True)
    avatar_key = models.CharField(max_length=64, blank=True)
    description = models.TextField(blank=True, max_length=20_000)
    metadata = models.JSONField(default=dict, blank=True)
    tracking_mode = models.CharField(max_length=9, choices=TrackingMode.choices, default=TrackingMode.AUTO)
    tracking_start_date = models.DateField()
    # 00:00 of that day in the organization's zone: creators.starts keeps the two together.
    tracking_starts_at = models.DateTimeField()
    tracked_since = models.DateTimeField()
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.ACTIVE)
    removed_at = models.DateTimeField(null=True, blank=True)
    follower_count = models.BigIntegerField(null=True)
    following_count = models.BigIntegerField(null=True)
    total_likes = models.BigIntegerField(null=True)
    video_count = models.BigIntegerField(null=True)
    last_scraped_at = models.DateTimeField(null=True)
    # Failed looks count from here, if it is later than `tracked_since`: a person has switched the creator on again.
    strikes_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=16, blank=True, choices=[(o.value, o.value) for o in Outcome])
    # The most followers in the organization's own readings, and up to which profile they were looked through.
    follower_peak = models.BigIntegerField(null=True, blank=True)
    profile_read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Stamped by the database (projects.following), whatever is saved here.
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(CreatorQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="creators_creator_project_in_org"),
            models.UniqueConstraint(fields=["org", "project", "id"], name="creators_creator_in_project"),
            models.UniqueConstraint(
                fields=["org", "project", "account_id"],
                condition=Q(account_id__isnull=False),
                name="creators_creator_once_per_project",
            ),
            models.UniqueConstraint(
                fields=["org", "project", "tiktok_handle"],
                condition=Q(removed_at=None, account_id=None),
                name="creators_creator_unread_handle_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account_id"], name="creators_creator_by_account"),
            models.Index(fields=["org", "updated_at", "id"], name="creators_creator_changed"),
            models.Index(fields=["tiktok_handle"], name="creators_creator_by_handle"),
            # Whom nobody has read yet: what the sweep asks for.
            models.Index(
                fields=["tiktok_handle"], name="creators_creator_unread", condition=Q(account_id=None, removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.tiktok_handle}"

    @property
    def display_name(self) -> str:
        """The organization's own name for the creator, else TikTok's nickname, else the handle."""
        return display_name_of(self.display_name_override, self.nickname, self.tiktok_handle)

    @property
    def is_disabled(self) -> bool:
        """Whether it is read no longer because TikTok said for days that there is no such account."""
        return self.status == self.Status.AUTO_DISABLED

    @property
    def judged_since(self) -> datetime:
        """From when on failed looks at the account count for this creator."""
        return max(filter(None, (self.tracked_since, self.strikes_since)))

    @property
    def is_read(self) -> bool:
        """Whether TikTok has answered since the organization began to track the account."""
        return self.account_id is not None and self.last_scraped_at is not None


class CreatorChange(OrgScoped):
    """One event of a creator's life, append-only: what changed, from what to what, who did it.

    `actor` is None where nobody did: the scraper noticed it. `once_key` names an event that happens at most once.
    """

    class Kind(models.TextChoices):
        ADDED = "added", "Added"
        REACTIVATED = "reactivated", "Reactivated"
        REMOVED = "removed", "Removed"
        FOLLOWER_MILESTONE = "follower_milestone", "Follower milestone"
        TRACKING_MODE_CHANGED = "tracking_mode_changed", "Tracking mode changed"
        GOAL_COMPLIANCE_CHANGED = "goal_compliance_changed", "Goal compliance changed"
        HANDLE_CHANGED = "handle_changed", "Handle changed"
        WENT_PRIVATE = "went_private", "Went private"
        CAME_BACK = "came_back", "Came back"
        AUTO_DISABLED = "auto_disabled", "Auto-disabled"

    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=23, choices=Kind.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    happened_at = models.DateTimeField()
    once_key = models.CharField(max_length=80, blank=True)

    objects = OrgScopedManager.from_queryset(CreatorChangeQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="creator", to="creators.Creator", name="creators_creatorchange_creator_in_org"),
            models.UniqueConstraint(
                fields=["org", "creator", "once_key"], condition=~Q(once_key=""), name="creators_creatorchange_once"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "creator", "-happened_at"], name="creators_change_newest"),
            models.Index(fields=["org", "-happened_at", "-id"], name="creators_change_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M:%S}"


class WaitingLink(OrgScoped):
    """A short link that somebody pasted, until a worker has found out where it leads and has added that.

    `next_try_at` is None once nothing more is tried: then `error` says why, in plain words, until somebody has read it.
    """

    class Purpose(models.TextChoices):
        CREATOR = "creator", "Creator"
        VIDEO = "video", "Video"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="waiting_links")
    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    url = models.URLField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = OrgScopedManager.from_queryset(WaitingLinkQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="creators_waitinglink_project_in_org"),
            models.UniqueConstraint(
                fields=["org", "project", "purpose", "url"], name="creators_waitinglink_once_per_project"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], name="creators_waitinglink_due")]

    def __str__(self) -> str:
        return self.url


class OrganizationTerms(OrgScoped):
    """What an organization's plan and settings asked for when its schedule and its history were fitted to them last.
    Its id is the organization's: there is one.

    `retention_days`: how long its history is kept (None: for ever), until `longer_until` longer than its plan's.
    """

    schedule = models.CharField(max_length=300, blank=True)
    retention_days = models.PositiveIntegerField(null=True)
    longer_until = models.DateTimeField(null=True)

    objects = OrgScopedManager["OrganizationTerms"]()
