"""Reads over the canonical layer. Nothing here knows an organization."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When

if TYPE_CHECKING:
    from scraping.models import Post, ScrapeTarget, Strike

# How often a post's numbers are read again, by age: (younger than, every). Posts older than all of these: weekly.
REFRESH_BY_AGE = (
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=30), timedelta(hours=24)),
)
REFRESH_OLD = timedelta(days=7)
# Jobs do not start to the second: what would be due within this time is read together with what is due.
REFRESH_SLACK = timedelta(hours=1)


class PostQuerySet(QuerySet["Post"]):
    """Named reads over posts."""

    def due_for_refresh(self, now: datetime, *, expiry: timedelta) -> Self:
        """Posts whose numbers are older than their age allows and whose tracking has not expired."""
        every = Case(
            *[When(posted_at__gt=now - younger, then=Value(often)) for younger, often in REFRESH_BY_AGE],
            default=Value(REFRESH_OLD),
            output_field=models.DurationField(),
        )
        return self.filter(posted_at__gt=now - expiry).filter(seen_at__lte=Value(now + REFRESH_SLACK) - every)

    def changed_since(self, account_id: int, seq: int) -> Self:
        """An account's posts that were written by an ingest after `seq`."""
        return self.filter(account_id=account_id, seq__gt=seq)


class TargetQuerySet(QuerySet["ScrapeTarget"]):
    """Named reads over what is to be read next."""

    def claimable(self, now: datetime) -> Self:
        """Due and in nobody's hands, the most urgent first."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, due_at__lte=now).order_by("-priority", "due_at")

    def of_subjects(self, *, account_ids: Sequence[int] = (), handles: Sequence[str] = ()) -> Self:
        """Every target of these accounts and of these handles that nobody has read yet."""
        return self.filter(Q(account_id__in=account_ids) | Q(account_id=None, handle__in=handles))


class StrikeQuerySet(QuerySet["Strike"]):
    """Named reads over failed looks."""

    def of_subjects(self, *, account_ids: Sequence[int] = (), handles: Sequence[str] = ()) -> Self:
        """Every look at these accounts and at these handles that nobody has read yet."""
        return self.filter(Q(account_id__in=account_ids) | Q(account_id=None, post_id=None, handle__in=handles))

    def of_posts(self, post_ids: Sequence[int]) -> Self:
        return self.filter(post_id__in=post_ids)
