"""TikTok accounts whose owners let an organization read their numbers from TikTok itself, and what was read.

All of it is the organization's own: nothing here is shared with others who track the same account.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from connections.queries import (
    ConnectedAccountQuerySet,
    ConnectedAccountSnapshotQuerySet,
    ConnectedPostSnapshotQuerySet,
    ConnectionLinkQuerySet,
)
from creators.models import Creator
from orgs.models import User
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from scraping.counts import EXACT

SOURCE = "official"


class ConnectionLink(OrgScoped):
    """A link with which a creator's owner is asked for consent: one per creator. Its secret is a signature over id and
    `issue`, so nothing that opens it is stored; making it again raises `issue`, which ends older links."""

    LIFETIME = timedelta(days=7)

    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="connection_links")
    issue = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = OrgScopedManager.from_queryset(ConnectionLinkQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="creator", to="creators.Creator", name="connections_connectionlink_creator_in_org"),
            models.UniqueConstraint(fields=["org", "creator"], name="connections_connectionlink_once"),
        ]


class ConnectedAccount(OrgScoped):
    """An account and its owner's consent. Tokens are sealed (connections.sealing) and emptied once it is over.

    `open_id` is how TikTok names the owner towards us; `handle` is the account's at the last reading. `due_at` is when
    a worker looks at it next, to read or to give the consent back; None: never. `lease` tells whose work it is then.
    """

    class State(models.TextChoices):
        CONNECTED = "connected", "Connected"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Taken back"
        DISCONNECTED = "disconnected", "Disconnected"

    account_id = models.BigIntegerField()
    open_id = models.CharField(max_length=128)
    handle = models.CharField(max_length=30)
    scopes = ArrayField(models.CharField(max_length=64), default=list)
    state = models.CharField(max_length=12, choices=State.choices)
    access_token = models.TextField(blank=True)
    refresh_token = models.TextField(blank=True)
    access_expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)

    objects = OrgScopedManager.from_queryset(ConnectedAccountQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(fields=["org", "account_id"], name="connections_connectedaccount_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="connections_account_due"),
            models.Index(fields=["open_id"], name="connections_account_consent"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def is_connected(self) -> bool:
        return self.state == self.State.CONNECTED

    def end(self, state: "ConnectedAccount.State", now: datetime) -> None:
        """Let nothing be read any more, unsaved. What was read stays."""
        self.state, self.ended_at, self.failure, self.failures = state, now, "", 0
        self.lease = None

    def forget_tokens(self) -> None:
        """Empty both tokens, unsaved: nothing is left for a worker to do."""
        self.access_token = self.refresh_token = ""
        self.due_at = None


class OwnSnapshot(OrgScoped):
    """One reading from TikTok's own API, at a whole second; never changed. A reading that equals the one before it is
    not kept: `ConnectedAccount.last_read_at` tells that it was looked at."""

    captured_at = models.DateTimeField()
    source = models.CharField(max_length=16, default=SOURCE, editable=False)
    precision = models.CharField(max_length=7, default=EXACT, editable=False)

    class Meta(OrgScoped.Meta):
        abstract = True


class ConnectedAccountSnapshot(OwnSnapshot):
    """A connected account's numbers."""

    account_id = models.BigIntegerField()
    follower_count = models.BigIntegerField(null=True)
    following_count = models.BigIntegerField(null=True)
    total_likes = models.BigIntegerField(null=True)
    video_count = models.BigIntegerField(null=True)

    objects = OrgScopedManager.from_queryset(ConnectedAccountSnapshotQuerySet)()

    class Meta(OwnSnapshot.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(fields=["org", "account_id", "captured_at"], name="connections_account_read_once"),
        ]

    @property
    def counts(self) -> tuple[int | None, ...]:
        """What makes two readings equal."""
        return (self.follower_count, self.following_count, self.total_likes, self.video_count)


class ConnectedPostSnapshot(OwnSnapshot):
    """The numbers of a connected account's post. The API does not tell how often it was saved: `save_count` is None."""

    post_id = models.BigIntegerField()
    view_count = models.BigIntegerField(null=True)
    like_count = models.BigIntegerField(null=True)
    comment_count = models.BigIntegerField(null=True)
    share_count = models.BigIntegerField(null=True)
    save_count = models.BigIntegerField(null=True)

    objects = OrgScopedManager.from_queryset(ConnectedPostSnapshotQuerySet)()

    class Meta(OwnSnapshot.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.UniqueConstraint(fields=["org", "post_id", "captured_at"], name="connections_post_read_once"),
        ]

    @property
    def counts(self) -> tuple[int | None, ...]:
        """What makes two readings equal."""
        return (self.view_count, self.like_count, self.comment_count, self.share_count)
