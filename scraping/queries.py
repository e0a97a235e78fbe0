"""Reads over the canonical layer. Nothing here knows an organization."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from scraping.models import Post, ScrapeTarget, Strike


class PostQuerySet(QuerySet["Post"]):
    """Named reads over posts."""

    def changed_since(self, seqs: Mapping[int, int]) -> Self:
        """Posts of these accounts that were written by an ingest after the account's `seq` here."""
        if not seqs:
            return self.none()
        return self.filter(reduce(or_, (Q(account_id=one, seq__gt=seq) for one, seq in seqs.items())))


class TargetQuerySet(QuerySet["ScrapeTarget"]):
    """Named reads over what is to be read next."""

    def of_subjects(self, *, account_ids: Sequence[int] = (), handles: Sequence[str] = ()) -> Self:
        """Every target of these accounts and of these handles that nobody has read yet."""
        return self.filter(Q(account_id__in=account_ids) | Q(account_id=None, handle__in=handles))

    def locked_by_id(self) -> Self:
        """For a statement that changes or deletes them, in a transaction: it locks these targets in the order of their
        ids, as whoever gives many back does, so that the two never wait in a circle."""
        locked = self.order_by("id").select_for_update(no_key=True)
        return type(self)(self.model, using=self.db).filter(id__in=locked.values("id"))


class StrikeQuerySet(QuerySet["Strike"]):
    """Named reads over failed looks."""

    def of_subjects(self, *, account_ids: Sequence[int] = (), handles: Sequence[str] = ()) -> Self:
        """Every look at these accounts and at these handles that nobody has read yet."""
        return self.filter(Q(account_id__in=account_ids) | Q(account_id=None, post_id=None, handle__in=handles))

    def of_posts(self, post_ids: Sequence[int]) -> Self:
        return self.filter(post_id__in=post_ids)
