"""Fields of the objects that the API returns, one class per kind of value."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from django.conf import settings
from rest_framework import serializers

from scraping.pictures.copies import MEDIUM, path_of


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


class ChoiceOrNullField(serializers.ChoiceField):
    """One of some words; stored as "" while it is not known, and sent as null."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices=choices, read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return value or None


class MadeField(serializers.CharField):
    """Text that is made of several columns: `by` is called with the values of `of`."""

    def __init__(self, *, of: Sequence[str], by: Callable[..., str | None], **options: Any) -> None:
        super().__init__(read_only=True, source="*", **options)
        self.of, self.by = tuple(of), by

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return self.by(*(getattr(value, name) for name in self.of))


class PictureField(MadeField):
    """Where a picture is: our own copy, by the column of its key; else where TikTok shows it; else null."""

    def __init__(self, *, key: str, address: str, **options: Any) -> None:
        super().__init__(of=(key, address), by=_picture_url, allow_null=True, **options)


def _picture_url(key: str, address: str) -> str | None:
    return settings.BASE_URL + path_of(key, MEDIUM) if key else address or None
