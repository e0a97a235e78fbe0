"""How a list's rows become what its serializer describes, without an object per row: columns are read as tuples, most
values go out as they come in (api.rendering writes ids and times), the rest through the serializer's own fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db.models import QuerySet
from rest_framework import serializers

from api.fields import MadeField

Convert = Callable[..., Any]
# Fields whose values the renderer writes as the fields would.
AS_THEY_ARE = (
    serializers.UUIDField,
    serializers.DateTimeField,
    serializers.DateField,
    serializers.IntegerField,
    serializers.BooleanField,
    serializers.JSONField,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """`columns`: what is read, one column a field, and behind them what made fields need. `converted`: which values
    are not sent as they are, by position. `made`: fields made of several columns, by position."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    converted: tuple[tuple[int, Convert], ...]
    made: tuple[tuple[int, Convert, tuple[int, ...]], ...]

    @classmethod
    def of(cls, serializer_class: type[serializers.Serializer[Any]]) -> Self:
        """The shape of what a serializer describes, all of whose fields are columns or made of columns."""
        fields = serializer_class().fields
        columns = [field.of[0] if isinstance(field, MadeField) else str(field.source) for field in fields.values()]
        made = []
        for place, field in enumerate(fields.values()):
            if isinstance(field, MadeField):
                made.append((place, field.by, tuple(_place(columns, name) for name in field.of)))
        converted = [
            (place, field.to_representation)
            for place, field in enumerate(fields.values())
            if not isinstance(field, (*AS_THEY_ARE, MadeField)) and type(field) is not serializers.CharField
        ]
        return cls(tuple(fields), tuple(columns), tuple(converted), tuple(made))

    def read(self, rows: QuerySet[Any]) -> list[dict[str, Any]]:
        """The rows of a queryset, in one statement."""
        return [self.row(values) for values in rows.values_list(*self.columns)]

    def row(self, values: Sequence[Any]) -> dict[str, Any]:
        """One row, from the values of `columns`."""
        shown = list(values)
        for place, convert in self.converted:
            if shown[place] is not None:
                shown[place] = convert(shown[place])
        for place, by, places in self.made:
            shown[place] = by(*(values[needed] for needed in places))
        return dict(zip(self.names, shown, strict=False))


def _place(columns: list[str], name: str) -> int:
    """Where a column is read; it is put last if it is not yet."""
    if name not in columns:
        columns.append(name)
    return columns.index(name)


shape_of = cache(Shape.of)
