"""Reads over goals and what was kept of them, in the open scope."""

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Subquery

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from goals.models import ClosedPeriod, Goal, GoalTemplate


class GoalQuerySet(OrgScopedQuerySet["Goal"]):
    """Named reads over goals."""

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def of_creator(self, creator_id: UUID) -> Self:
        return self.filter(creator_id=creator_id)

    def listed(self) -> Self:
        """Goals that people see: not deleted, of a creator that is not removed."""
        return self.filter(deleted_at=None, creator__removed_at=None)

    def running(self) -> Self:
        """Goals that are judged: listed and not paused."""
        return self.listed().filter(paused_at=None)

    def paused(self) -> Self:
        """Goals that wait to be resumed."""
        return self.filter(paused_at__isnull=False)

    def over_before(self, day: date) -> Self:
        """Goals whose last day is before this one."""
        return self.filter(end_date__lt=day)

    def not_over_before(self, day: date) -> Self:
        """Goals that have a day at all, and had not ended before this one."""
        return self.filter(
            Q(end_date=None) | Q(end_date__gte=day, creator__tracking_start_date__lte=F("end_date")),
        )

    def with_target(self) -> Self:
        """Goals, which have at least one version, with the latest one's target as `target`."""
        from goals.models import GoalVersion

        latest = GoalVersion.objects.filter(goal=OuterRef("pk")).order_by("-effective_from", "-id")
        return self.annotate(target=Subquery(latest.values("target")[:1])).exclude(target=None)

    def with_versions(self) -> Self:
        """Goals with all the targets they had: `version_days` and `version_targets`, oldest first."""
        from goals.models import GoalVersion

        versions = GoalVersion.objects.filter(goal=OuterRef("pk")).order_by("effective_from", "id")
        return self.annotate(
            version_days=ArraySubquery(versions.values("effective_from")),
            version_targets=ArraySubquery(versions.values("target")),
        )

    def with_last_kept_day(self) -> Self:
        """Goals with the last day of their newest kept period as `last_kept_day`; None without one."""
        from goals.models import ClosedPeriod

        kept = ClosedPeriod.objects.filter(goal=OuterRef("pk")).order_by("-period_end")
        return self.annotate(last_kept_day=Subquery(kept.values("period_end")[:1]))


class ClosedPeriodQuerySet(OrgScopedQuerySet["ClosedPeriod"]):
    """Named reads over the periods that are kept."""

    def overlapping(self, first: date, last: date) -> Self:
        """Periods with a day from `first` to `last`."""
        return self.filter(period_end__gte=first, period_start__lte=last)

    def ended_between(self, project_id: UUID, first: date, last: date, *, creator_id: UUID | None = None) -> Self:
        """Periods of listed goals in a project whose last day is from `first` to `last`; of one creator if given."""
        periods = self.filter(
            goal__project_id=project_id,
            goal__deleted_at=None,
            goal__creator__removed_at=None,
            period_end__range=(first, last),
        )
        return periods if creator_id is None else periods.filter(goal__creator_id=creator_id)

    def by_day(self) -> list[tuple[date, str, int]]:
        """(last day, status, how many) of these periods."""
        return list(self.order_by().values_list("period_end", "status").annotate(number=Count("id")))


class GoalTemplateQuerySet(OrgScopedQuerySet["GoalTemplate"]):
    """Named reads over templates."""

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def by_name(self) -> Self:
        return self.order_by("name", "id")
