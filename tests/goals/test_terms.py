"""What a goal may ask for, and how it is said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from goals.errors import InvalidGoal
from goals.periods import next_period_start
from goals.terms import GoalTerms, goal_words, require_valid

GOOD = GoalTerms("engagement", "rate", "weekly", Decimal("4.5"), date(2026, 11, 1), date(2026, 11, 1))


def test_good_terms_pass() -> None:
    require_valid(GOOD)
    require_valid(replace(GOOD, target=Decimal(100)))
    require_valid(GoalTerms("views", "per_video", "monthly", Decimal(10**15), date(2026, 11, 1)))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("target", {"target": Decimal(0)}),
        ("target", {"target": Decimal("-1")}),
        ("target", {"target": Decimal("NaN")}),
        ("target", {"target": Decimal("Infinity")}),
        ("target", {"target": Decimal("100.000001")}),
        ("target", {"target": Decimal("0.0000001")}),
        ("target", {"type": "views", "measure": "total", "target": Decimal("1.5")}),
        ("target", {"type": "views", "measure": "total", "target": Decimal(10**15 + 1)}),
        ("measure", {"measure": "count"}),
        ("measure", {"measure": "nonsense"}),
        ("measure", {"type": "posts"}),
        ("type", {"type": "likes"}),
        ("period", {"period": "yearly"}),
        ("end_date", {"end_date": date(2026, 10, 31)}),
        ("start_date", {"start_date": date(1999, 12, 31)}),
        ("end_date", {"end_date": date(3000, 1, 1)}),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidGoal) as refused:
        require_valid(replace(GOOD, **wrong))
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (("posts", "count", "weekly", 1), "1 post a week"),
        (("posts", "count", "daily", 3), "3 posts a day"),
        (("views", "total", "monthly", 250_000), "250,000 views a month"),
        (("views", "per_video", "weekly", 1_000), "1,000 views on every video of a week"),
        (("engagement", "total", "daily", 20), "20 likes, comments, shares and saves a day"),
        (("engagement", "rate", "monthly", "4.50"), "4.5% engagement rate over a month"),
        (("engagement", "rate", "monthly", "10"), "10% engagement rate over a month"),
        (("followers", "milestone", "monthly", 10_000), "10,000 followers, judged each month"),
        (("followers", "gain", "weekly", 100), "100 new followers a week"),
    ],
)
def test_a_goal_is_said_as_people_say_it(goal: tuple[str, str, str, int | str], words: str) -> None:
    type, measure, period, target = goal
    assert goal_words(type, measure, period, Decimal(target)) == words


def test_the_next_period_is_proposed_as_a_start() -> None:
    tuesday = date(2026, 11, 3)
    assert next_period_start("daily", today=tuesday, week_start="monday") == date(2026, 11, 4)
    assert next_period_start("weekly", today=tuesday, week_start="sunday") == date(2026, 11, 8)
    assert next_period_start("monthly", today=tuesday, week_start="monday") == date(2026, 12, 1)
