"""The forms for goals: what a goal asks for, when it begins, and whom it is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from creators.models import Creator
from goals.models import Goal, GoalTemplate
from goals.periods import Calendar, next_period_start
from goals.terms import GoalTerms, PeriodKind
from goals.wording import KINDS, kind_key, kind_of
from orgs.models import Organization

MOST_DIGITS, PLACES = 22, 6
WEEKLY_POSTS = "posts.count"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice with a sentence of its own."""

    label: str
    help: str = ""

    def __str__(self) -> str:
        return self.label


BEGINS = {
    "next": Option("With the next period", "The first period is a whole one."),
    "now": Option("With the current period", "What was done since its first day counts, and so does the whole target."),
    "date": Option("On a day", "If that is within a period, the first one is shorter, its target the same."),
}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def target_field() -> forms.DecimalField:
    return forms.DecimalField(
        max_digits=MOST_DIGITS,
        decimal_places=PLACES,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "autocomplete": "off"}),
        help_text="To be reached in every period. For a rate in percent, else a whole number.",
        error_messages={"required": "Say how much is to be reached.", "invalid": "Give a number, such as 5 or 2.5."},
    )


class TermsForm(forms.Form):
    """What a goal asks for in every period."""

    kind = forms.ChoiceField(
        label="What to reach",
        choices=[(kind_key(kind), Option(words.label, words.help)) for kind, words in KINDS.items()],
        widget=forms.RadioSelect,
        initial=WEEKLY_POSTS,
        error_messages={
            "required": "Choose what to reach.",
            "invalid_choice": "“%(value)s” cannot be measured. Choose one of these.",
        },
    )
    period = forms.ChoiceField(
        label="In every",
        choices=[(kind.value, Option(kind.label)) for kind in PeriodKind],
        widget=forms.RadioSelect,
        initial=PeriodKind.WEEKLY.value,
        error_messages={"required": "Choose a period.", "invalid_choice": "Choose a day, a week or a month."},
    )
    target = target_field()

    @staticmethod
    def filled(template: GoalTemplate) -> dict[str, Any]:
        """The initial values that a template gives."""
        return {
            "kind": kind_key((template.type, template.measure)),
            "period": template.period,
            "target": plain(template.target),
        }

    def terms(self, *, start: date, end: date | None = None) -> GoalTerms:
        """What was filled in, in force on these days."""
        data = self.cleaned_data
        return GoalTerms(*kind_of(data["kind"]), data["period"], data["target"], start, end)


class GoalForm(TermsForm):
    """A new goal, for one creator or for many."""

    begins = forms.ChoiceField(
        label="Begins", choices=list(BEGINS.items()), widget=forms.RadioSelect, initial="next", required=False
    )
    start_date = forms.DateField(required=False, label="First day", widget=day_input())
    end_date = forms.DateField(
        required=False, label="Last day", widget=day_input(), help_text="Leave it empty for a goal that goes on."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") == "date" and not data.get("start_date") and "start_date" not in self.errors:
            self.add_error("start_date", "Say on which day it begins.")
        return data

    def begin(self, org: Organization, today: date) -> date:
        """The goal's first day as it was chosen."""
        data = self.cleaned_data
        if data["begins"] == "date":
            day: date = data["start_date"]
            return day
        if data["begins"] == "now":
            return Calendar(org.timezone, org.week_start).period_of(data["period"], today).first
        return next_period_start(data["period"], today=today, week_start=org.week_start)


class EditForm(forms.Form):
    """A goal's target from the current period on, and its last day; its first one while no period of it is over."""

    target = target_field()
    start_date = forms.DateField(
        label="First day", widget=day_input(), error_messages={"required": "Say on which day it begins."}
    )
    end_date = forms.DateField(
        required=False, label="Last day", widget=day_input(), help_text="Leave it empty for a goal that goes on."
    )

    @classmethod
    def of(cls, goal: Goal, data: Any = None, *, can_begin_anew: bool) -> "EditForm":
        """`can_begin_anew`: no period of it is over."""
        days = {"start_date": goal.start_date, "end_date": goal.end_date}
        form = cls(data, initial={"target": plain(goal.target), **days})
        if not can_begin_anew:
            del form.fields["start_date"]
        return form


class TemplateForm(TermsForm):
    """Terms under a name."""

    name = forms.CharField(
        max_length=GoalTemplate.NAME_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": "Core creators", "autocomplete": "off"}),
        error_messages={"required": "Give the template a name."},
    )


class CreatorsField(forms.MultipleChoiceField):
    """Some creators of a project, as ids; a foreign or unknown one is refused in words."""

    default_error_messages = {
        "required": "Choose at least one creator.",
        "invalid_choice": "One of the chosen creators is not tracked in this project any more. Choose again.",
    }

    def clean(self, value: Any) -> list[UUID]:
        return [UUID(text) for text in super().clean(value)]


class CreatorsForm(forms.Form):
    """Whom something is for: `creators`, any number of ids."""

    creators = CreatorsField(label="Creators")

    def __init__(self, data: Any, *, listed: Iterable[Creator], chosen: Sequence[UUID] = ()) -> None:
        super().__init__(data, initial={"creators": [str(creator_id) for creator_id in chosen]})
        self.listed = list(listed)
        self.fields["creators"].choices = [(str(creator.id), str(creator)) for creator in self.listed]  # type: ignore[attr-defined]

    @property
    def marked(self) -> set[str]:
        """The ids that are chosen now."""
        return set(self.data.getlist("creators")) if self.is_bound else set(self.initial["creators"])  # type: ignore[attr-defined]


def plain(number: Decimal) -> str:
    """A target as people type it: 5, 2.5."""
    return f"{number.normalize():f}"
