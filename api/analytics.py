"""/analytics: any metric of any entity over any range; what can be asked; the notes on charts."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.buckets import Granularity
from analytics.engine import Answer, Point, answer
from analytics.exports import SERIES_HEADER, series_rows
from analytics.metrics import METRICS, EntityType, Unit
from analytics.metrics import Kind as MetricKind
from analytics.models import Annotation
from analytics.query import BREAKDOWNS, COMPARISONS, MODES
from analytics.query import Query as Question
from api.envelope import success
from api.fields import TimeField
from api.parameters import IdField
from api.ranges import RANGE_META, RETENTION_SCHEMA, ProjectRange, ProjectRangeQuery, RangeQuery, questions
from api.views import ApiView
from orgs.csv import csv_response

ENTITIES = [str(kind) for kind in EntityType]
ANALYTICS_META = {
    "type": "object",
    "properties": {
        "tier_retention_days": RETENTION_SCHEMA,
        "fresh_as_of": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "The newest reading behind the numbers; null if there is none.",
        },
    },
    "required": ["tier_retention_days", "fresh_as_of"],
}


class AnalyticsQuery(RangeQuery):
    """A question: what of whom, over which days, in which buckets."""

    entity = serializers.ChoiceField(choices=ENTITIES, help_text="What kind of thing the number is of.")
    entity_id = IdField(help_text="Which one.")
    metric = serializers.ChoiceField(choices=list(METRICS), help_text="See /analytics/schema for what each means.")
    mode = serializers.ChoiceField(
        choices=MODES, default="new", help_text="`new`: gained in each bucket. `cumulative`: as of each bucket's end."
    )
    granularity = serializers.ChoiceField(
        choices=[str(value) for value in Granularity],
        default="day",
        help_text="How long a bucket is; hours up to 7 days.",
    )
    tz = serializers.CharField(required=False, help_text="IANA time zone of the days; by default the organization's.")
    base_metric = serializers.ChoiceField(
        choices=list(METRICS), required=False, help_text="For growth_rate_pop: whose growth; by default `views`."
    )
    compare = serializers.ChoiceField(
        choices=COMPARISONS, required=False, help_text="Also the period before, as long as this one."
    )
    breakdown = serializers.ChoiceField(
        choices=["video", "creator", "campaign"], required=False, help_text="Also the ten largest parts and the rest."
    )
    format = serializers.ChoiceField(choices=["json", "csv"], default="json", help_text="CSV has the series alone.")


@extend_schema_field({"type": "number"})
class NumberField(serializers.Field[Any, Any, Any, Any]):
    """A whole number for counts, a number rounded to 6 places for ratios, null where nothing is known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return value


class EntityRefSerializer(serializers.Serializer[Any]):
    """What a series is about."""

    type = serializers.ChoiceField(choices=ENTITIES, read_only=True)
    id = serializers.CharField(read_only=True, help_text="`__other__` for what a breakdown's ten leave over.")
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]


class PointSerializer(serializers.Serializer[Point]):
    """One bucket."""

    bucket = serializers.CharField(read_only=True, help_text="Its local start: a day, or an hour with its offset.")
    value = NumberField()
    partial = serializers.BooleanField(  # type: ignore[assignment]
        read_only=True, help_text="Cut by the range, or still running."
    )
    baseline = serializers.BooleanField(read_only=True, help_text="Holds a first reading, which is no gain.")
    rounded = serializers.BooleanField(
        read_only=True, help_text="Approximate: TikTok shows a count behind it rounded, from 10,000 on."
    )


class ComparisonSerializer(serializers.Serializer[Any]):
    """The same over the period before; pairs with the main series by position."""

    series = PointSerializer(many=True, read_only=True)
    total = NumberField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        first = serializers.DateField(read_only=True, source="from_")
        return {"from": first, "to": serializers.DateField(read_only=True), **super().get_fields()}


class BreakdownSeriesSerializer(serializers.Serializer[Any]):
    """The series of one part."""

    entity_ref = EntityRefSerializer(read_only=True)
    series = PointSerializer(many=True, read_only=True)


class AnnotationSerializer(serializers.Serializer[Annotation]):
    """A note on a day."""

    id = serializers.UUIDField(read_only=True)
    date = serializers.DateField(read_only=True)
    kind = serializers.ChoiceField(read_only=True, choices=Annotation.Kind.choices)
    text = serializers.CharField(read_only=True)


class AnswerSerializer(serializers.Serializer[Answer]):
    """The answer to a question."""

    entity = EntityRefSerializer(read_only=True)
    metric = serializers.CharField(read_only=True, source="metric.id")
    unit = serializers.ChoiceField(read_only=True, choices=[str(unit) for unit in Unit], source="metric.unit")
    mode = serializers.ChoiceField(read_only=True, choices=MODES)
    granularity = serializers.ChoiceField(read_only=True, choices=[str(value) for value in Granularity])
    timezone = serializers.CharField(read_only=True)
    to = serializers.DateField(read_only=True)
    series = PointSerializer(many=True, read_only=True)
    total = NumberField()
    compare = ComparisonSerializer(read_only=True, allow_null=True)
    breakdown_series = BreakdownSeriesSerializer(many=True, read_only=True, allow_null=True)
    annotations = AnnotationSerializer(many=True, read_only=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        first = {"from": serializers.DateField(read_only=True, source="from_")}
        names = list(fields)
        before = names.index("to")
        return {name: fields[name] for name in names[:before]} | first | {name: fields[name] for name in names[before:]}


class Analytics(ApiView):
    """Any metric of a project, campaign, creator or video as a series of buckets, with its total. With `format=csv` the
    series as rows; errors stay JSON."""

    operation_id, summary = "queryAnalytics", "Query analytics"
    query_class = AnalyticsQuery
    serializer_class = AnswerSerializer
    meta_schema: ClassVar[dict[str, Any]] = ANALYTICS_META

    def get(self, request: Request) -> HttpResponseBase:
        with questions():
            found = answer(_question(self.query), now=timezone.now())
        if self.query["format"] == "csv":
            name = f"{found.metric.id}-{found.from_}-{found.to}.csv"
            return csv_response(name, SERIES_HEADER, series_rows(found))
        fresh = TimeField().to_representation(found.fresh_as_of) if found.fresh_as_of else None
        meta = {"tier_retention_days": found.tier_retention_days, "fresh_as_of": fresh}
        return success(AnswerSerializer(found).data, meta=meta)


def _question(query: dict[str, Any]) -> Question:
    words = {name: value for name, value in query.items() if name not in {"from", "format"}}
    return Question(**words, from_=query.get("from"))


class AnnotationList(ApiView):
    """The notes on a project's charts, oldest day first. They do not wait for the plan: only the range does."""

    operation_id, summary = "listAnnotations", "List annotations"
    query_class = ProjectRangeQuery
    serializer_class = AnnotationSerializer
    answers_many = True
    meta_schema: ClassVar[dict[str, Any]] = RANGE_META

    def get(self, request: Request) -> Response:
        asked = ProjectRange(self.query, now=timezone.now())
        rows = Annotation.objects.between(asked.project.id, asked.span.first, asked.span.last)
        return success([AnnotationSerializer(row).data for row in rows], meta=asked.meta())


class MetricSerializer(serializers.Serializer[Any]):
    """One metric."""

    id = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    unit = serializers.ChoiceField(read_only=True, choices=[str(unit) for unit in Unit])
    kind = serializers.ChoiceField(read_only=True, choices=[str(kind) for kind in MetricKind])
    entities = serializers.ListField(child=serializers.CharField(), read_only=True)
    description = serializers.CharField(read_only=True, source="docs")


class BreakdownChoicesSerializer(serializers.Serializer[Any]):
    """What each entity can be broken down by."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: serializers.ListField(child=serializers.CharField(), read_only=True) for name in ENTITIES}


class AnalyticsSchemaSerializer(serializers.Serializer[Any]):
    """Everything that a question may name."""

    metrics = MetricSerializer(many=True, read_only=True)
    entities = serializers.ListField(child=serializers.CharField(), read_only=True)
    modes = serializers.ListField(child=serializers.CharField(), read_only=True)
    granularities = serializers.ListField(child=serializers.CharField(), read_only=True)
    comparisons = serializers.ListField(child=serializers.CharField(), read_only=True)
    breakdowns = BreakdownChoicesSerializer(read_only=True)


class AnalyticsSchema(ApiView):
    """What /analytics can be asked: metrics with their units and meaning, modes, granularities, breakdowns."""

    operation_id, summary = "getAnalyticsSchema", "Get what analytics can be asked"
    serializer_class = AnalyticsSchemaSerializer

    def get(self, request: Request) -> Response:
        found = {
            "metrics": metrics(),
            "entities": ENTITIES,
            "modes": MODES,
            "granularities": list(Granularity),
            "comparisons": COMPARISONS,
            "breakdowns": {str(kind): list(parts) for kind, parts in BREAKDOWNS.items()},
        }
        return success(AnalyticsSchemaSerializer(found).data)


def metrics() -> list[dict[str, Any]]:
    """What MetricSerializer shows, of every metric."""
    return [
        {
            "id": metric.id,
            "label": metric.label,
            "unit": metric.unit,
            "kind": metric.kind,
            "entities": [name for name in EntityType if name in metric.entities],
            "docs": metric.docs,
        }
        for metric in METRICS.values()
    ]
