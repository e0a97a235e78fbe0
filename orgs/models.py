"""People and what they belong to: users, organizations, memberships, invitations, API keys; and what is kept of their
doings."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

from orgs import keycache
from orgs.limits import Tier
from orgs.queries import (
    ApiKeyQuerySet,
    AuditEntryQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    OutboxEventQuerySet,
)
from orgs.tenancy import OrgScoped, OrgScopedManager, Wall
from orgs.timezones import validate_timezone

# The flag of orgs.identity: lets these tables' rows be read, never written, before an organization is known.
IDENTITY_FLAG = "rls.identity"


def readable_for_identity() -> list[models.BaseConstraint]:
    """The constraints of `OrgScoped` for a table that orgs.identity may read before an organization is known."""
    wall = Wall(extra_bypass_flags=[IDENTITY_FLAG], name="%(app_label)s_%(class)s_wall")
    return [wall, *OrgScoped.Meta.constraints[1:]]


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, *, verified: bool = False, **fields: Any) -> "User":
        """Make a user. `verified`: the address is known to be theirs, so that no mail has to confirm it first."""
        from allauth.account.models import EmailAddress

        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a member of staff; whoever can run this on the server is believed about the address."""
        return self.create_user(email, password, verified=True, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address; belongs to organizations through `Membership`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="orgs_user_email_ci")]

    def __str__(self) -> str:
        return self.email

    @property
    def display_name(self) -> str:
        """The name, for who gave one; else the address."""
        return self.name or self.email


class Organization(models.Model):
    """A customer. Its row is walled as well: it exists only inside its own scope and for orgs.identity."""

    class WeekStart(models.TextChoices):
        MONDAY = "monday", "Monday"
        SUNDAY = "sunday", "Sunday"
        SATURDAY = "saturday", "Saturday"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=16, choices=[(tier.value, tier.value) for tier in Tier])
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    week_start = models.CharField(max_length=9, choices=WeekStart.choices, default=WeekStart.MONDAY)
    creator_profiles_hours = models.PositiveSmallIntegerField(default=12)
    discover_videos_hours = models.PositiveSmallIntegerField(default=6)
    video_stats_hours = models.PositiveSmallIntegerField(default=6)
    video_expiry_days = models.PositiveSmallIntegerField(default=90, null=True, blank=True)
    require_two_factor = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    tier_changed_at = models.DateTimeField(null=True, blank=True)
    # limit key → staff's own value for it, None = unlimited; see orgs.limits.
    limit_overrides = models.JSONField(default=dict, blank=True)
    # What admins were warned of and has not fallen below since; see orgs.limits.warnings.
    limit_warnings = models.JSONField(default=dict, blank=True, editable=False)
    # Longer retentions that still hold for a while after a downgrade; see orgs.limits.retention.
    retention_graces = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and have every process read it anew for the API keys it remembers."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if not is_new:
            keycache.forget_organization(self.id)


class Membership(OrgScoped):
    """A user's role in an organization."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        MEMBER = "member", "Member"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrgScopedManager.from_queryset(MembershipQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *readable_for_identity(),
            models.UniqueConstraint(fields=["org", "user"], name="orgs_membership_once"),
        ]

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN


class Invitation(OrgScoped):
    """An address asked to join with a role. Its link carries a signature over id and `sending`, so nothing that opens
    it is stored; sending it again raises `sending`, which ends older links."""

    LIFETIME = timedelta(days=7)

    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Membership.Role.choices)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    sending = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = OrgScopedManager.from_queryset(InvitationQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *readable_for_identity(),
            models.UniqueConstraint(
                fields=["org", "email"],
                condition=Q(accepted_at=None, declined_at=None, cancelled_at=None),
                name="orgs_invitation_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["email"],
                condition=Q(accepted_at=None, declined_at=None, cancelled_at=None),
                name="orgs_invitation_of_address",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def is_pending(self, now: datetime) -> bool:
        """Whether it can still be accepted: not answered, not cancelled, not expired."""
        return self.is_open and self.expires_at > now

    @property
    def is_open(self) -> bool:
        """Neither answered nor cancelled; it may have expired."""
        return self.accepted_at is None and self.declined_at is None and self.cancelled_at is None


class ApiKey(OrgScoped):
    """A key to the v1 API. Only its SHA-256 is kept; `prefix` is the recognizable beginning of the key."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OrgScopedManager.from_queryset(ApiKeyQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = readable_for_identity()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and have every process forget the key it remembers."""
        super().save(*args, **kwargs)
        keycache.forget(self.org_id, self.digest)

    def is_live(self, now: datetime) -> bool:
        """Whether the key opens the API: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def clean(self) -> None:
        if self.expires_at is not None and self.expires_at <= timezone.now():
            raise ValidationError({"expires_at": "Choose a time in the future."})


class AuditEntry(models.Model):
    """A line of the audit log. Written by `orgs.audit.record` alone; the database lets nobody change or, but for the
    owner's upkeep after an organization's end, delete one.

    The organization is a plain column, None for the platform's own: entries outlive what they tell of.
    """

    class ActorKind(models.TextChoices):
        USER = "user", "Member"
        API_KEY = "api_key", "API key"
        STAFF = "staff", "trackagoat staff"
        SYSTEM = "system", "trackagoat"

    LABEL_LENGTH = 254

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org_id = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    object_type = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = OrgScopedManager.from_queryset(AuditEntryQuerySet)()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [Wall(name="orgs_auditentry_wall")]
        indexes = [models.Index(fields=["org_id", "-id"], name="orgs_auditentry_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label or self.object_id}"


class OutboxEvent(OrgScoped):
    """Something that happened and must reach its listeners, those in `delivered_to` got it; see `orgs.events`."""

    kind = models.CharField(max_length=64)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    dedup_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_to = models.JSONField(default=list, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = OrgScopedManager.from_queryset(OutboxEventQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(
                fields=["org", "kind", "dedup_key"], condition=~Q(dedup_key=""), name="orgs_outboxevent_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at=None, set_aside_at=None),
                name="orgs_outboxevent_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class DailyUsage(OrgScoped):
    """What was used of a daily limit on a UTC day, as it was noted last: `in_redis` counted there, `in_database` here
    while Redis was away; `parts` divides the former. See `orgs.limits.meter`."""

    limit_key = models.CharField(max_length=64)
    day = models.DateField()
    in_redis = models.PositiveIntegerField(default=0)
    in_database = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict, blank=True)

    objects = OrgScopedManager["DailyUsage"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(fields=["org", "limit_key", "day"], name="orgs_dailyusage_once"),
        ]
