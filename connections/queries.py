"""Reads over connections and what they brought, in the open scope."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from connections.models import ConnectedAccount, ConnectedAccountSnapshot, ConnectedPostSnapshot, ConnectionLink


class ConnectedAccountQuerySet(OrgScopedQuerySet["ConnectedAccount"]):
    """Named reads over connected accounts."""

    def of_account(self, account_id: int | None) -> Self:
        """At most one; none for an account that nobody knows yet."""
        return self.filter(account_id=account_id) if account_id is not None else self.none()

    def due(self, now: datetime) -> Self:
        """Those that are to be read, or whose consent is to be given back."""
        return self.filter(due_at__lte=now)

    def holding_tokens(self) -> Self:
        return self.exclude(access_token="")

    def with_consent_of(self, open_id: str) -> Self:
        """Connections that live from one person's consent."""
        return self.filter(open_id=open_id, state="connected")


class ConnectionLinkQuerySet(OrgScopedQuerySet["ConnectionLink"]):
    """Named reads over links that ask for consent."""

    def open(self, now: datetime) -> Self:
        """Those that can still be used."""
        return self.filter(used_at=None, expires_at__gt=now)


class ConnectedAccountSnapshotQuerySet(OrgScopedQuerySet["ConnectedAccountSnapshot"]):
    """Named reads over an account's own numbers."""

    def of_account(self, account_id: int | None) -> Self:
        return self.filter(account_id=account_id) if account_id is not None else self.none()


class ConnectedPostSnapshotQuerySet(OrgScopedQuerySet["ConnectedPostSnapshot"]):
    """Named reads over posts' own numbers."""

    def of_post(self, post_id: int) -> Self:
        return self.filter(post_id=post_id)

    def latest_of(self, post_ids: Collection[int]) -> dict[int, "ConnectedPostSnapshot"]:
        """The newest reading of each of these posts, by post; in one statement."""
        newest: Iterable[ConnectedPostSnapshot] = (
            self.filter(post_id__in=post_ids).order_by("post_id", "-captured_at").distinct("post_id")
        )
        return {reading.post_id: reading for reading in newest}


def tracked_or_just_removed(since: datetime) -> Q:
    """Creators that are tracked, or whose removal, later than `since`, may still be taken back."""
    return Q(removed_at=None) | Q(removed_at__gt=since)
