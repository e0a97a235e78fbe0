"""Fields of the objects that the API returns, one class per kind of value."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from rest_framework import serializers


class TimeField(serializers.DateTimeField):
    """An instant as ISO 8601 in UTC with Z, whatever time zone is active."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, default_timezone=UTC, **options)


class CountField(serializers.IntegerField):
    """A counter of TikTok's; null, never 0, while it is not known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)


class TikTokIdField(serializers.CharField):
    """An id of TikTok's: a whole number too large for JSON's numbers, sent as a string of digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)


class TextOrNullField(serializers.CharField):
    """Text that is stored as "" while it is not known, and sent as null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return value or None


class ChoiceOrNullField(serializers.ChoiceField):
    """One of some words; stored as "" while it is not known, and sent as null."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices=choices, read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return value or None


class MadeField(serializers.CharField):
    """Text that is made of several columns: `by` is called with the values of `of`."""

    def __init__(self, *, of: Sequence[str], by: Callable[..., str], **options: Any) -> None:
        super().__init__(read_only=True, source="*", **options)
        self.of, self.by = tuple(of), by

    def to_representation(self, value: Any) -> str:  # type: ignore[override]
        return self.by(*(getattr(value, name) for name in self.of))
