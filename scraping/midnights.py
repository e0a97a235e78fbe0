"""Local midnights of a time zone, and where a day's value stands in a packed month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from scraping.interpolation import Bools, Ints

# TikTok's first year to well after anybody's plans; other days are computed from snapshots each time.
FIRST_DAY, LAST_DAY = date(2016, 1, 1), date(2045, 12, 31)


@dataclass(frozen=True, slots=True)
class Midnights:
    """The days from FIRST_DAY to LAST_DAY: when each begins, its month (years × 12 + months - 1), its
    place in the month."""

    at: Ints
    month: Ints
    day: Ints

    def numbers(self, instants: Ints) -> tuple[Ints, Bools]:
        """Which day begins at each instant, and whether one does."""
        number = np.minimum(np.searchsorted(self.at, instants), len(self.at) - 1)
        is_midnight: Bools = self.at[number] == instants
        return number, is_midnight


@cache
def midnights(zone: str) -> Midnights:
    """The midnights of an IANA time zone."""
    days = [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    info = ZoneInfo(zone)
    return Midnights(
        np.array([int(datetime.combine(day, time(), info).timestamp()) for day in days], np.int64),
        np.array([day.year * 12 + day.month - 1 for day in days], np.int64),
        np.array([day.day - 1 for day in days], np.int64),
    )
