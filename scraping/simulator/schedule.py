"""When an account posts, as arithmetic: slot n's second can be computed without knowing the posts before it.

Slots are one posting period apart; a post falls anywhere in its slot and is then moved, within its day, to an hour at
which people post. So a post is never a day or more away from its slot, and any stretch of time is found by division.
"""

from collections.abc import Iterator

from scraping.simulator.chance import Dice, Weighted

DAY = 86_400
_PURPOSE = 1
_HOURS = Weighted((1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 5, 5, 5, 6, 8, 7, 6, 6, 8, 11, 13, 14, 12, 9, 5, 2))
_SECONDS_STEP = 7  # coprime to 60: neighbouring slots never share a second, so ids never collide


class Schedule:
    """One account's posting times: slot 0 begins at `origin`, each lasts `period` seconds; period 0 = never posts.

    `hour_shift` moves the whole day's rhythm, as another time zone would.
    """

    def __init__(self, key: int, origin: int, period: int, hour_shift: int) -> None:
        self.origin = origin
        self.period = period
        self._key = key
        self._hour_shift = hour_shift
        self._seconds: dict[int, int] = {}

    def second(self, slot: int) -> int:
        """The Unix second at which a slot's post appears."""
        found = self._seconds.get(slot)
        if found is None:
            found = self._seconds[slot] = self._draw_second(slot)
        return found

    def _draw_second(self, slot: int) -> int:
        dice = Dice(self._key, slot, _PURPOSE)
        raw = self.origin + int((slot + dice.fraction(0)) * self.period)
        hour = (_HOURS.index(dice.fraction(1)) + self._hour_shift) % 24
        second_of_minute = (slot * _SECONDS_STEP + self._key) % 60
        return raw // DAY * DAY + hour * 3600 + dice.number(2, 60) * 60 + second_of_minute

    def _slots_within(self, after: int, until: int) -> range:
        """Every slot whose post could lie in (after, until], and a few around it."""
        first = (after - DAY - self.origin) // self.period - 1
        last = (until + DAY - self.origin) // self.period
        return range(max(0, first), max(0, last + 1))

    def between(self, after: int, until: int) -> list[tuple[int, int]]:
        """(second, slot) of the posts in (after, until], newest first."""
        if not self.period:
            return []
        found = ((self.second(slot), slot) for slot in self._slots_within(after, until))
        return sorted([pair for pair in found if after < pair[0] <= until], reverse=True)

    def newest(self, until: int) -> Iterator[tuple[int, int]]:
        """(second, slot) of every post up to and including `until`, newest first."""
        while self.period and until >= self.origin - DAY:
            after = until - max(20 * self.period, 2 * DAY)
            yield from self.between(after, until)
            until = after

    def slot_at(self, second: int) -> int | None:
        """The slot whose post appears at exactly this second, if one does."""
        return next((slot for _, slot in self.between(second - 1, second)), None)

    def settled_slots(self, until: int) -> int:
        """How many first slots have all certainly been posted by `until`."""
        return max(0, (until - DAY - self.origin) // self.period) if self.period else 0

    def slots_after(self, settled: int, until: int) -> list[int]:
        """The slots from `settled` on that have been posted by `until`, in no particular order."""
        if not self.period:
            return []
        return [slot for slot in range(settled, self._slots_within(until, until).stop) if self.second(slot) <= until]

    def count(self, until: int) -> int:
        """How many posts have appeared up to and including `until`."""
        settled = self.settled_slots(until)
        return settled + len(self.slots_after(settled, until))
