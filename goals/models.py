"""Goals of creators, the targets they had, and the periods that are over and settled."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from creators.models import Creator
from goals.evaluation import ComplianceState, Status
from goals.queries import ClosedPeriodQuerySet, GoalQuerySet, GoalTemplateQuerySet
from goals.terms import DECIMALS, MEASURES, GoalTerms, GoalType, Measure, PeriodKind, goal_words
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.models import Project
from projects.tenancy import ProjectForeignKey

FITTING = [Q(type=type, measure__in=measures) for type, measures in MEASURES.items()]


class Goal(OrgScoped):
    """What a creator is to reach in every period from `start_date` to `end_date` (None: until it is ended).

    Deleted goals stay, hidden, for the sake of their history. Targets are in its versions.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="goals")
    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="goals")
    type = models.CharField(max_length=10, choices=GoalType.choices)
    measure = models.CharField(max_length=9, choices=Measure.choices)
    period = models.CharField(max_length=7, choices=PeriodKind.choices)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(GoalQuerySet)()

    # The latest; set by `with_target` and by whatever judges the goal.
    target: Decimal
    # Set by `with_versions`: from when on which target holds, oldest first.
    version_days: list[date]
    version_targets: list[Decimal]
    # Set by `with_last_kept_day`: the last day of its newest kept period.
    last_kept_day: date | None

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="goals_goal_project_in_org"),
            ProjectForeignKey(field="creator", to="creators.Creator", name="goals_goal_creator_in_project"),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=F("start_date")), name="goals_goal_dates_in_order"
            ),
            models.CheckConstraint(
                condition=FITTING[0] | FITTING[1] | FITTING[2] | FITTING[3], name="goals_goal_measure_fits_type"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "project", "creator"], name="goals_goal_of_project"),
            models.Index(fields=["org", "creator"], name="goals_goal_of_creator"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.measure} {self.period}"

    @property
    def words(self) -> str:
        """The goal as people say it; needs `target`."""
        return goal_words(self.type, self.measure, self.period, self.target)

    def terms(self) -> GoalTerms:
        """What it asks for; needs `target`."""
        return GoalTerms(self.type, self.measure, self.period, self.target, self.start_date, self.end_date)


class GoalVersion(OrgScoped):
    """A goal's target from the period that holds `effective_from` on, until a later version's."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="versions")
    target = models.DecimalField(max_digits=22, decimal_places=DECIMALS)
    effective_from = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrgScopedManager["GoalVersion"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="goal", to="goals.Goal", name="goals_goalversion_goal_in_org"),
            models.UniqueConstraint(fields=["org", "goal", "effective_from"], name="goals_goalversion_once"),
            models.CheckConstraint(condition=Q(target__gt=0), name="goals_goalversion_target_above_zero"),
        ]


class GoalPause(OrgScoped):
    """A time in which a goal was paused. What ends within it is not judged."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="pauses")
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField()

    objects = OrgScopedManager["GoalPause"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="goal", to="goals.Goal", name="goals_goalpause_goal_in_org"),
        ]


class ClosedPeriod(OrgScoped):
    """How a period ended, kept once late posts had settled: nothing that changes later alters it.

    `period_start` and `period_end`: its days in `timezone`, both inclusive; `calendar_start`: the day on which the
    calendar period begins that it is cut from. `pace` and a rate's `actual` are rounded to 6 places.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="closed_periods")
    calendar_start = models.DateField()
    period_start = models.DateField()
    period_end = models.DateField()
    timezone = models.CharField(max_length=64)
    actual = models.DecimalField(max_digits=26, decimal_places=DECIMALS, null=True)
    target = models.DecimalField(max_digits=22, decimal_places=DECIMALS)
    pace = models.DecimalField(max_digits=26, decimal_places=DECIMALS, null=True)
    status = models.CharField(max_length=11, choices=[(status.value, status.value) for status in Status])
    closed_at = models.DateTimeField()

    objects = OrgScopedManager.from_queryset(ClosedPeriodQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="goal", to="goals.Goal", name="goals_closedperiod_goal_in_org"),
            models.UniqueConstraint(fields=["org", "goal", "calendar_start"], name="goals_closedperiod_once"),
        ]
        indexes = [models.Index(fields=["org", "goal", "-period_end"], name="goals_closedperiod_newest")]

    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return self.period_start, self.period_end


class CreatorGoalState(OrgScoped):
    """A creator's compliance when it was judged last: what the change log has said, so that it says a change once."""

    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="goal_states")
    compliance = models.CharField(max_length=13, choices=[(state.value, state.value) for state in ComplianceState])
    changed_at = models.DateTimeField()

    objects = OrgScopedManager["CreatorGoalState"]()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="creator", to="creators.Creator", name="goals_creatorgoalstate_creator_in_org"),
            models.UniqueConstraint(fields=["org", "creator"], name="goals_creatorgoalstate_once"),
        ]


class GoalTemplate(OrgScoped):
    """Terms that a project sets again and again, under a name."""

    NAME_LENGTH = 80

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="goal_templates")
    name = models.CharField(max_length=NAME_LENGTH)
    type = models.CharField(max_length=10, choices=GoalType.choices)
    measure = models.CharField(max_length=9, choices=Measure.choices)
    period = models.CharField(max_length=7, choices=PeriodKind.choices)
    target = models.DecimalField(max_digits=22, decimal_places=DECIMALS)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(GoalTemplateQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="goals_goaltemplate_project_in_org"),
            models.UniqueConstraint(fields=["org", "project", "name"], name="goals_goaltemplate_name_once"),
            models.CheckConstraint(
                condition=FITTING[0] | FITTING[1] | FITTING[2] | FITTING[3], name="goals_template_measure_fits_type"
            ),
            models.CheckConstraint(condition=Q(target__gt=0), name="goals_template_target_above_zero"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> str:
        """What it asks for, as people say it."""
        return goal_words(self.type, self.measure, self.period, self.target)
