"""The leaderboards of creators and campaigns as cards."""

from collections.abc import Sequence
from typing import Any

from analytics.metrics import METRICS, Unit
from analytics.reports.gained import GAINED, Totals
from analytics.views.cards.figure import Column, Figure, Kind, Order, plural, short, words

BARS = 12
# Columns beside the one that the list is sorted by; the rest is in the CSV and on wide screens.
KINDS = {Unit.COUNT: Kind.COUNT, Unit.PERCENT: Kind.PERCENT, Unit.PER_WEEK: Kind.NUMBER, Unit.PER_POST: Kind.NUMBER}
ALWAYS_SHOWN = {"views", "posts"}
HIDDEN = {
    "engagement": "hide-s",
    "engagement_rate_by_views": "hide-s",
    **dict.fromkeys(("likes", "comments", "shares", "saves"), "hide-l"),
}
SHORT_WORDS = {
    "engagement_rate_by_views": "Eng. by views",
    "engagement_rate_by_followers": "Eng. by followers",
    "posts_per_week": "A week",
    "avg_views_per_post": "Views a post",
}


def gained_card(
    *,
    report: str,
    title: str,
    subject: Column,
    who: tuple[str, str],
    rows: Sequence[tuple[Any, str, Totals]],
    order: str,
    page: tuple[int, int, int],
    empty: str,
) -> Figure:
    """Rows of (subject, its name on the axis, totals) by `order`. `page`: offset, limit and the count of all rows."""
    offset, limit, total = page
    metric = METRICS[order]
    bars = [(name, totals[order]) for _, name, totals in rows[:BARS] if totals[order] is not None]
    return Figure(
        report=report,
        title=title,
        summary=_summary(rows, order, who, total),
        columns=[subject, *(_column(name, order) for name in GAINED)],
        rows=[(one, *(totals[name] for name in GAINED)) for one, _, totals in rows],
        chart={
            "kind": "bars",
            "unit": metric.unit,
            "rows": [{"label": name, "note": metric.label, "value": value, "rounded": False} for name, value in bars],
        }
        if any(value for _, value in bars)
        else None,
        description=f"The first {len(bars)} {who[1]} by {metric.label.lower()}",
        empty=empty if not total else "Nothing was gained in these days.",
        table_first=True,
        orders=[Order(name, METRICS[name].label) for name in GAINED],
        order=order,
        total=total,
        offset=offset,
        limit=limit,
    )


def _column(name: str, order: str) -> Column:
    metric = METRICS[name]
    hide = "" if name in ALWAYS_SHOWN or name == order else HIDDEN.get(name, "hide-m")
    return Column(name, SHORT_WORDS.get(name, metric.label), KINDS[metric.unit], hide)


def _summary(rows: Sequence[tuple[Any, str, Totals]], order: str, who: tuple[str, str], total: int) -> Any:
    label = METRICS[order].label.lower()
    if not rows or rows[0][2][order] is None:
        return words("{} by " + label + ".", plural(total, *who))
    value = rows[0][2][order] or 0
    shown = f"{value:,.2f}%" if METRICS[order].unit is Unit.PERCENT else short(value)
    return words("{} leads {} with {} " + label + ".", rows[0][1], plural(total, *who), shown)
