"""/projects/{id}/goal-compliance, and the report of its counts: how creators' goals do. See goals.compliance."""

from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.formulas import rounded
from analytics.query import earliest_allowed
from api.aggregates import ProjectQuery
from api.analytics import NumberField
from api.envelope import success
from api.errors import InvalidParams, RetentionExceeded
from api.fields import PictureField
from api.lists import ListView
from api.pagination import Page, PagedQuery, newest_first
from api.parameters import DayField, IdField, Query, path_id
from api.ranges import RETENTION
from api.views import AggregateView
from creators.models import Creator
from goals.compliance import compliance_of, goals_on
from goals.evaluation import STATUSES, ComplianceState, Status
from goals.report import compliance_counts
from goals.terms import GoalType, Measure, PeriodKind
from orgs.limits import limit
from orgs.models import Organization
from orgs.scope import current_org_id
from orgs.timezones import local_date
from projects.models import Project


class ExactField(NumberField):
    """An exact number: whole as it is, else rounded to 6 places; null where it is not known."""

    def to_representation(self, value: Any) -> Any:
        return rounded(value)


@extend_schema_field({"type": "number"})
class TargetField(serializers.Field[Any, Any, Any, Any]):
    """A goal's target: a whole number, for `rate` a percentage."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> int | float:
        return int(value) if value == int(value) else float(value)


class GoalCreatorSerializer(serializers.Serializer[Creator]):
    """Whose goals they are."""

    id = serializers.UUIDField(read_only=True)
    tiktok_handle = serializers.CharField(read_only=True)
    display_name = serializers.CharField(read_only=True)
    avatar_url = PictureField(key="avatar_key", address="avatar_url")


class GoalSerializer(serializers.Serializer[Any]):
    """What a creator is to reach in every period."""

    id = serializers.UUIDField(read_only=True)
    creator_id = serializers.UUIDField(read_only=True)
    project_id = serializers.UUIDField(read_only=True)
    type = serializers.ChoiceField(read_only=True, choices=GoalType.choices, help_text="What it is about.")
    measure = serializers.ChoiceField(read_only=True, choices=Measure.choices, help_text="What of it is measured.")
    period = serializers.ChoiceField(read_only=True, choices=PeriodKind.choices, help_text="How long a period is.")
    target = TargetField(help_text="The latest target; percent for `rate`.")
    start_date = serializers.DateField(read_only=True, help_text="Its first day, in the organization's time zone.")
    end_date = serializers.DateField(read_only=True, allow_null=True, help_text="Its last day; null while it is open.")


class AdvisorySerializer(serializers.Serializer[Any]):
    """What to know about a result."""

    has_advisory = serializers.BooleanField(read_only=True, help_text="Whether any of the flags is set.")
    messages = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="A sentence for each flag that is set."
    )
    period_in_progress = serializers.BooleanField(read_only=True, help_text="The period is still running.")
    period_recently_ended = serializers.BooleanField(
        read_only=True, help_text="It ended less than 48 hours ago: numbers of late posts may still settle."
    )
    scrape_stale = serializers.BooleanField(
        read_only=True, help_text="The creator's posts were not read for twice the interval or 48 hours."
    )
    not_yet_started = serializers.BooleanField(read_only=True, help_text="The goal starts later.")


class GoalComplianceSerializer(serializers.Serializer[Any]):
    """How one goal does in one period."""

    goal = GoalSerializer(read_only=True, help_text="The goal.")
    period_start = serializers.DateField(read_only=True, source="period.first", help_text="The period's first day.")
    period_end = serializers.DateField(read_only=True, source="period.last", help_text="Its last day, inclusive.")
    actual = ExactField(source="compliance.actual", help_text="What was reached so far; null if nothing was measured.")
    target = TargetField(source="compliance.target", help_text="What is to be reached in this period.")
    expected = ExactField(
        source="compliance.expected", help_text="What should be reached by now; null before the goal starts."
    )
    pace = ExactField(source="compliance.pace", help_text="Actual ÷ expected; null without data.")
    status = serializers.ChoiceField(
        choices=STATUSES, read_only=True, source="compliance.status", help_text="How the goal does."
    )
    advisory = AdvisorySerializer(read_only=True, source="compliance.advisory", help_text="What to know about it.")


class CreatorComplianceSerializer(serializers.Serializer[Any]):
    """A creator and the goals it has."""

    creator = GoalCreatorSerializer(read_only=True, help_text="The creator.")
    compliance = GoalComplianceSerializer(many=True, read_only=True, source="goals", help_text="One for each goal.")


class GoalComplianceQuery(PagedQuery):
    """Whose goals, of which period, in the period of which day."""

    creator_id = IdField(required=False, help_text="Only the goals of this creator.")
    period = serializers.ChoiceField(
        required=False, choices=PeriodKind.choices, help_text="Only goals with periods of this length."
    )
    reference_date = DayField(
        required=False, help_text="The day whose period is looked at, judged as of now; by default today."
    )


class GoalCompliance(ListView):
    """How the goals of a project's creators do, creator by creator, the newest first.

    Creators without a goal are left out, and so are goals that are paused, deleted or ended before the day. A period
    that is over and settled stays as it was then.
    """

    operation_id, summary = "getGoalCompliance", "Get goal compliance"
    query_class: ClassVar[type[Query]] = GoalComplianceQuery
    serializer_class = CreatorComplianceSerializer

    def get(self, request: Request, **path: str) -> Response:
        now = timezone.now()
        org = Organization.objects.get(id=current_org_id())
        today = local_date(now, org.timezone)
        day: date = self.query.get("reference_date", today)
        if day > today:
            raise InvalidParams("reference_date: Goals cannot be judged for a day to come.", ["reference_date"])
        project = get_object_or_404(Project.objects.visible(), id=path_id(path["id"]))
        creators = self._creators(project, day)
        _require_shown(org, day, now)
        page = Page.of(partial(_ids, creators), self.query)
        found = compliance_of(
            project.id,
            now=now,
            creator_ids=[row["id"] for row in page.rows],
            period=self.query.get("period"),
            reference_date=day,
        )
        return success(self.serializer_class(found, many=True).data, meta={"nextCursor": page.next_cursor})

    def _creators(self, project: Project, day: date) -> QuerySet[Creator]:
        creators: QuerySet[Creator] = Creator.objects.visible().in_project(project.id)
        if "creator_id" in self.query:
            creator = get_object_or_404(creators, id=self.query["creator_id"])
            creators = creators.filter(id=creator.id)
        goals = goals_on(project.id, day, self.query.get("period"))
        return creators.filter(id__in=goals.order_by().values("creator_id"))


def _ids(creators: QuerySet[Creator], before: UUID | None, number: int) -> list[dict[str, Any]]:
    ids = newest_first(creators, before).values_list("id", flat=True)
    return [{"id": creator_id} for creator_id in ids[:number]]


def _require_shown(org: Organization, day: date, now: datetime) -> None:
    """Raise RetentionExceeded if the day is further back than the plan shows."""
    days = limit(org, RETENTION)
    earliest = earliest_allowed(days, org.timezone, now=now)
    if earliest is not None and day < earliest:
        message = f"reference_date is before {earliest}; your plan shows the last {days} days."
        raise RetentionExceeded(message, tier_retention_days=days)


class StatusCountsSerializer(serializers.Serializer[Any]):
    """How many goals have each status."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        counts = {
            status.value: serializers.IntegerField(read_only=True, help_text=f"Goals that are `{status}`.")
            for status in Status
        }
        return {**fields, **counts}


class TypeCountsSerializer(serializers.Serializer[Any]):
    """The same by what goals are about."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        types = {
            type.value: StatusCountsSerializer(read_only=True, help_text=f"Goals about {type}.") for type in GoalType
        }
        return {**fields, **types}


class StateCountsSerializer(serializers.Serializer[Any]):
    """How many creators are compliant: every goal on track or completed, those without data aside."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        states = {
            state.value: serializers.IntegerField(read_only=True, help_text=f"Creators that are `{state}`.")
            for state in ComplianceState
        }
        return {**fields, **states}


class ComplianceCountsSerializer(serializers.Serializer[Any]):
    """Goals of a project by status and by type, and its creators by what their goals come to."""

    goal_count = serializers.IntegerField(read_only=True, help_text="How many goals are judged.")
    creator_count = serializers.IntegerField(read_only=True, help_text="How many creators have one.")
    by_status = StatusCountsSerializer(read_only=True, help_text="Goals by status.")
    by_type = TypeCountsSerializer(read_only=True, help_text="Goals by what they are about, and status.")
    by_compliance = StateCountsSerializer(
        read_only=True, help_text="Creators; one goal off track makes a creator `non_compliant`."
    )


class GoalComplianceReport(AggregateView):
    """How many goals of a project are on track, as of now, by status and by type."""

    operation_id, summary = "getGoalComplianceCounts", "Goal compliance"
    query_class = ProjectQuery
    serializer_class = ComplianceCountsSerializer

    def get(self, request: Request) -> Response:
        project = get_object_or_404(Project.objects.visible(), id=self.query["project_id"])
        return success(ComplianceCountsSerializer(compliance_counts(project.id, now=timezone.now())).data)
