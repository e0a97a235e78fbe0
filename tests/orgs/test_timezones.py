"""Time zones an organization may choose."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from orgs.timezones import local_date, timezone_names, validate_timezone


def test_offered_zones_name_places_and_utc_in_alphabetical_order() -> None:
    names = timezone_names()
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"} <= set(names)
    assert list(names) == sorted(names)
    assert not {"EST", "GMT", "CET", "Japan"} & set(names)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC"])
def test_an_iana_zone_is_accepted(name: str) -> None:
    validate_timezone(name)


@pytest.mark.parametrize("name", ["", "Berlin", "europe/berlin", "+02:00", "../../etc/passwd", "Europe/Atlantis"])
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_timezone(name)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Kiritimati", date(2026, 11, 25)),
        ("UTC", date(2026, 11, 24)),
        ("Pacific/Pago_Pago", date(2026, 11, 24)),
    ],
)
def test_the_day_depends_on_the_zone(zone: str, day: date) -> None:
    assert local_date(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), zone) == day
