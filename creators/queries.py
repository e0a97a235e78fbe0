"""Reads over creators in the open scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import BigIntegerField, CharField, F, Func, JSONField, OrderBy, Q, Value
from django.db.models.functions import Cast

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from creators.models import Creator, CreatorChange, WaitingLink

ORDERS = ("tiktok_handle", "follower_count", "total_likes", "video_count", "created_at", "last_scraped_at")
# Not a column: see CreatorQuerySet.with_views_gained.
VIEWS_GAINED = "views_gained"


class CreatorQuerySet(OrgScopedQuerySet["Creator"]):
    """Named reads over creators."""

    def tracked(self) -> Self:
        """Creators that are not removed; removed ones keep their history but are shown nowhere."""
        return self.filter(removed_at=None)

    def visible(self) -> Self:
        """Creators that exist for the API: not removed, in a project that is not in deletion."""
        return self.tracked().filter(project__deleted_at=None)

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def with_views_gained(self, gained: Mapping[UUID, int]) -> Self:
        """With `views_gained` to sort by; null for whoever is not in `gained`."""
        numbers = Value({str(creator_id): number for creator_id, number in gained.items()}, JSONField())
        own = Func(numbers, Cast("id", CharField()), function="jsonb_extract_path_text", output_field=CharField())
        return self.annotate(**{VIEWS_GAINED: Cast(own, BigIntegerField())})

    def active(self) -> Self:
        """Creators that are read: neither removed nor auto-disabled."""
        return self.tracked().exclude(status="auto_disabled")

    def selective(self) -> Self:
        """Tracked creators whose new posts wait for a decision."""
        return self.tracked().filter(tracking_mode="selective")

    def counted_toward_plan(self) -> Self:
        """Active creators over all projects that are not in deletion."""
        return self.active().filter(project__deleted_at=None)

    def unread(self) -> Self:
        """Active creators whose handle TikTok has not answered for yet."""
        return self.active().filter(account_id=None)

    def missing(self, account_ids: Sequence[int], handles: Sequence[str]) -> Self:
        """Active creators that are one of these accounts, or wait for one of these handles."""
        return self.active().filter(Q(account_id__in=account_ids) | Q(account_id=None, tiktok_handle__in=handles))

    def newest_last(self) -> Self:
        return self.order_by("id")

    def of_accounts(self, handles: Mapping[int, str]) -> Self:
        """Creators that are one of these accounts, or that wait for the handle one has; `handles` by account id."""
        return self.filter(Q(account_id__in=handles) | Q(account_id=None, tiktok_handle__in=handles.values()))

    def read(self) -> Self:
        """Creators whose handle TikTok has answered for."""
        return self.filter(account_id__isnull=False)

    def search(self, text: str) -> Self:
        """Creators whose handle or names contain the text, whatever its case; a leading @ is ignored."""
        text = text.strip().removeprefix("@")
        if not text:
            return self
        return self.filter(
            Q(tiktok_handle__icontains=text) | Q(nickname__icontains=text) | Q(display_name_override__icontains=text)
        )

    def in_order(self, order: str) -> Self:
        """Sorted by one of ORDERS, a leading "-" for descending; unknown numbers last, ties by id."""
        name = order.removeprefix("-")
        if name not in ORDERS:
            raise ValueError(f"creators cannot be ordered by {name!r}")
        return self.order_by(OrderBy(F(name), descending=order.startswith("-"), nulls_last=True), "id")


class CreatorChangeQuerySet(OrgScopedQuerySet["CreatorChange"]):
    """Named reads over the change log."""

    def of_creator(self, creator_id: UUID) -> Self:
        return self.filter(creator_id=creator_id)

    def in_project(self, project_id: UUID) -> Self:
        """Events of a project's creators, removed ones included."""
        return self.filter(creator__project_id=project_id)

    def with_names(self) -> Self:
        """With the creator and who did it, in one read."""
        return self.select_related("creator", "actor")

    def search(self, text: str) -> Self:
        """Events of creators, or done by people, whose names contain the text; a leading @ is ignored."""
        text = text.strip().removeprefix("@")
        names = ("creator__tiktok_handle", "creator__nickname", "creator__display_name_override")
        wanted = Q()
        for name in (*names, "actor__name", "actor__email"):
            wanted |= Q(**{f"{name}__icontains": text})
        return self.filter(wanted) if text else self

    def newest_first(self) -> Self:
        return self.order_by("-happened_at", "-id")


class WaitingLinkQuerySet(OrgScopedQuerySet["WaitingLink"]):
    """Named reads over short links that wait."""

    def of_list(self, project_id: UUID, purpose: str) -> Self:
        """What was pasted into one of a project's lists, oldest first."""
        return self.filter(project_id=project_id, purpose=purpose).order_by("asked_at", "id")

    def due(self, now: datetime) -> Self:
        """Links of which it is time to find out more."""
        return self.filter(next_try_at__lte=now)
