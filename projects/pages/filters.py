"""What lists can be narrowed by: each filter says which fields ask for it, what it does to the rows and how a person
reads it. What makes no sense in a URL counts as not given."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from orgs.templatetags.times import short_date

ANY = "Any"
MAX_TEXT = 200
MAX_NUMBER = 10**15
REASONABLE = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
Narrow = Callable[[Any, Any], Any]
Cleaned = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set, in words, and the URL's parameters that set it."""

    words: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Filter(ABC):
    """One thing to narrow a list by. `name` is its parameter in the URL, or what its parameters begin with."""

    name: str
    label: str

    @abstractmethod
    def fields(self) -> dict[str, forms.Field]:
        """The fields that ask for it, by parameter."""

    @abstractmethod
    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        """The rows that are left."""

    @abstractmethod
    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        """What of it is set."""


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One of a few values. `narrow(rows, value)` keeps the rows that have it."""

    choices: Sequence[tuple[str, str]]
    narrow: Narrow
    any_words: str = ANY

    def fields(self) -> dict[str, forms.Field]:
        choices = [("", self.any_words), *self.choices]
        return {self.name: forms.ChoiceField(label=self.label, choices=choices, required=False)}

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        value = cleaned.get(self.name)
        return self.narrow(rows, value) if value else rows

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        value = cleaned.get(self.name)
        return [Chosen(f"{self.label}: {dict(self.choices)[value]}", (self.name,))] if value else []


@dataclass(frozen=True, kw_only=True)
class Choices(Filter):
    """Any of several values, each a checkbox. `narrow(rows, values)` keeps the rows that have one of them."""

    choices: Sequence[tuple[str, str]]
    narrow: Narrow

    def fields(self) -> dict[str, forms.Field]:
        field = forms.MultipleChoiceField(
            label=self.label, choices=list(self.choices), required=False, widget=forms.CheckboxSelectMultiple
        )
        return {self.name: field}

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        values = cleaned.get(self.name)
        return self.narrow(rows, values) if values else rows

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        values = cleaned.get(self.name) or []
        words = " or ".join(dict(self.choices)[value] for value in values)
        return [Chosen(f"{self.label}: {words}", (self.name,))] if values else []


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """Some text. `narrow(rows, text)` keeps the rows that fit it."""

    narrow: Narrow
    placeholder: str = ""

    def fields(self) -> dict[str, forms.Field]:
        widget = forms.TextInput(attrs={"placeholder": self.placeholder, "autocomplete": "off", "spellcheck": "false"})
        return {self.name: forms.CharField(label=self.label, required=False, max_length=MAX_TEXT, widget=widget)}

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        text = cleaned.get(self.name)
        return self.narrow(rows, text) if text else rows

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        text = cleaned.get(self.name)
        return [Chosen(f"{self.label}: {text}", (self.name,))] if text else []


@dataclass(frozen=True, kw_only=True)
class Number(Filter):
    """A column at least and at most: parameters `<name>_min` and `<name>_max`. Unknown values fit neither."""

    column: str
    has_most: bool = True

    def fields(self) -> dict[str, forms.Field]:
        labels = {f"{self.name}_min": "At least"} | ({f"{self.name}_max": "At most"} if self.has_most else {})
        return {
            name: forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=MAX_NUMBER,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            for name, label in labels.items()
        }

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        low, high = cleaned.get(f"{self.name}_min"), cleaned.get(f"{self.name}_max")
        if low is not None:
            rows = rows.filter(**{f"{self.column}__gte": low})
        return rows if high is None else rows.filter(**{f"{self.column}__lte": high})

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        bounds = {"min": "at least", "max": "at most"}
        return [
            Chosen(f"{self.label} {words} {value:,}", (f"{self.name}_{side}",))
            for side, words in bounds.items()
            if (value := cleaned.get(f"{self.name}_{side}")) is not None
        ]


@dataclass(frozen=True, kw_only=True)
class Days(Filter):
    """A column's day in the organization's time zone: parameters `<name>_from` and `<name>_to`, both inclusive."""

    column: str

    def fields(self) -> dict[str, forms.Field]:
        labels = {f"{self.name}_from": "From", f"{self.name}_to": "To"}
        return {
            name: forms.DateField(
                label=label, required=False, validators=REASONABLE, widget=forms.DateInput(attrs={"type": "date"})
            )
            for name, label in labels.items()
        }

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        first, last = cleaned.get(f"{self.name}_from"), cleaned.get(f"{self.name}_to")
        if first is not None:
            rows = rows.filter(**{f"{self.column}__gte": _midnight(first)})
        return rows if last is None else rows.filter(**{f"{self.column}__lt": _midnight(last + timedelta(days=1))})

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        today = timezone.localdate()
        sides = {"from": "from", "to": "until"}
        return [
            Chosen(f"{self.label} {words} {short_date(value, today)}", (f"{self.name}_{side}",))
            for side, words in sides.items()
            if (value := cleaned.get(f"{self.name}_{side}")) is not None
        ]


@dataclass(frozen=True, kw_only=True)
class Flag(Filter):
    """Yes, or not asked. `narrow(rows, True)` keeps the rows of which it is so."""

    narrow: Narrow

    def fields(self) -> dict[str, forms.Field]:
        return {self.name: forms.BooleanField(label=self.label, required=False)}

    def apply(self, rows: Any, cleaned: Cleaned) -> Any:
        return self.narrow(rows, True) if cleaned.get(self.name) else rows

    def chosen(self, cleaned: Cleaned) -> list[Chosen]:
        return [Chosen(self.label, (self.name,))] if cleaned.get(self.name) else []


def _midnight(day: date) -> datetime:
    """Where a day begins in the active time zone, in UTC."""
    return datetime.combine(day, time(), timezone.get_current_timezone()).astimezone(UTC)
