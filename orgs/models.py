"""People and what they belong to: users, organizations, memberships, API keys."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django_rls_tenants.rls.constraints import RLSConstraint
from uuid_utils.compat import uuid7

from orgs.limits import Tier
from orgs.queries import ApiKeyQuerySet
from orgs.tenancy import OrgScoped, OrgScopedManager
from orgs.timezones import validate_timezone

# The flag of orgs.identity: lets these tables' rows be read, never written, before an organization is known.
IDENTITY_FLAG = "rls.identity"


def readable_for_identity() -> list[models.BaseConstraint]:
    """The constraints of `OrgScoped` for a table that orgs.identity may read before an organization is known."""
    wall = RLSConstraint(
        field="org",
        tenant_pk_type="uuid",
        extra_bypass_flags=[IDENTITY_FLAG],
        name="%(app_label)s_%(class)s_wall",
    )
    return [wall, *OrgScoped.Meta.constraints[1:]]


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address; belongs to organizations through `Membership`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="orgs_user_email_ci")]

    def __str__(self) -> str:
        return self.email


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
    suspended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Membership(OrgScoped):
    """A user's role in an organization."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        MEMBER = "member", "Member"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrgScopedManager["Membership"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *readable_for_identity(),
            models.UniqueConstraint(fields=["org", "user"], name="orgs_membership_once"),
        ]

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN


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

    def clean(self) -> None:
        if self.expires_at is not None and self.expires_at <= timezone.now():
            raise ValidationError({"expires_at": "Choose a time in the future."})
