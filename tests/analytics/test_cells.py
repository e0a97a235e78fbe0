"""How the cells of a report's table are written."""

import re

import pytest

from analytics.templatetags.cells import number
from analytics.views.cards.figure import Kind


@pytest.mark.parametrize(
    ("value", "kind", "shown", "exact"),
    [
        (5680, Kind.COUNT, "5,680", "5,680"),
        (47_213_004, Kind.COUNT, "47.2M", "47,213,004"),
        (12.1, Kind.PERCENT, "12.10%", "12.1%"),
        (0.0, Kind.PERCENT, "0.00%", "0.0%"),
        (21.466667, Kind.NUMBER, "21.47", "21.466667"),
        (-3.5, Kind.NUMBER, "-3.50", "-3.5"),
        (5680.119565, Kind.NUMBER, "5,680", "5,680.119565"),
        (39512.25, Kind.NUMBER, "39.5K", "39,512.25"),
        (12_345.5, Kind.PERCENT, "12.3K%", "12,345.5%"),
    ],
)
def test_a_number_is_short_in_its_cell_and_exact_on_hover(value: float, kind: Kind, shown: str, exact: str) -> None:
    found = re.fullmatch(r'<span class="num" title="(.*)">(.*)</span>', number(value, kind))
    assert found is not None
    assert found.groups() == (exact, shown)


def test_what_is_not_known_is_a_dash_and_never_zero() -> None:
    assert "Not known" in number(None, Kind.COUNT)
    assert "0" not in number(None, Kind.COUNT)
