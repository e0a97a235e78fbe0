"""The cards of the tab Creators."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.buckets import Span
from analytics.reports.creator_leaderboard import creator_leaderboard
from analytics.reports.creator_scatter import creator_scatter
from analytics.reports.posting_consistency import Consistency, posting_consistency
from analytics.views.cards.figure import Column, Figure, Kind, plural, short, words
from analytics.views.cards.gained import gained_card
from creators.models import Creator

# A chart of more rows is no longer looked at; the table has all.
MOST_ROWS = 25
NO_CREATORS = "No creators are tracked in this project."


def name_of(creator: Creator) -> str:
    """A creator on an axis."""
    return f"@{creator.tiktok_handle}"


def scatter_card(project_id: UUID, span: Span) -> Figure:
    """Followers against average views."""
    points = creator_scatter(project_id, span=span)
    shown = [point for point in points if point.followers is not None and point.avg_views_per_post is not None]
    best = max(shown, key=lambda point: (point.avg_views_per_post or 0) / max(point.followers or 0, 1), default=None)
    summary = (
        words(
            "{} reaches most for its size: {} views a post with {} followers.",
            name_of(best.creator),
            short(best.avg_views_per_post),
            short(best.followers),
        )
        if best
        else words("Nobody with known followers has posted yet.")
    )
    return Figure(
        report="creator-scatter",
        title="Reach against size",
        summary=summary,
        columns=[
            Column("creator", "Creator", Kind.CREATOR),
            Column("followers", "Followers"),
            Column("avg_views_per_post", "Average views", Kind.NUMBER),
            Column("posts", "Posts"),
        ],
        rows=[(point.creator, point.followers, point.avg_views_per_post, point.posts) for point in points],
        chart={
            "kind": "bubbles",
            "creators": [
                {
                    "creator": name_of(point.creator),
                    "followers": point.followers,
                    "views": point.avg_views_per_post,
                    "posts": point.posts,
                }
                for point in shown
            ],
        }
        if shown
        else None,
        description="Creators by followers and average views of the posts of these days",
        empty="Nobody posted in these days." if points else NO_CREATORS,
        note="The larger a bubble, the more posts. Both axes are logarithmic.",
    )


def consistency_card(project_id: UUID, span: Span) -> Figure:
    """Who posts steadily."""
    rows = posting_consistency(project_id, span=span)
    active = [row for row in rows if row.posts]
    return Figure(
        report="posting-consistency",
        title="Posting rhythm",
        summary=_rhythm(rows, active, span),
        columns=[
            Column("creator", "Creator", Kind.CREATOR),
            Column("posts", "Posts"),
            Column("posts_per_week", "A week", Kind.NUMBER),
            Column("active_weeks", "Active weeks", hide="hide-s"),
            Column("longest_gap_days", "Longest gap, days"),
            Column("regularity", "Regularity", Kind.NUMBER),
        ],
        rows=[
            (
                row.creator,
                row.posts,
                row.posts_per_week,
                row.active_weeks,
                row.longest_gap_days,
                row.regularity,
            )
            for row in rows
        ],
        chart={
            "kind": "rhythm",
            "days": [(span.first + timedelta(days=number)).isoformat() for number in range(span.days)],
            "rows": [_days(row, span) for row in rows[:MOST_ROWS]],
        }
        if active
        else None,
        description="Days on which each creator posted",
        empty="Nobody posted in these days." if rows else NO_CREATORS,
        note="Regularity: 1 is a clock, ½ is chance, toward 0 everything comes in bursts."
        + (f" The chart shows the first {MOST_ROWS}." if len(rows) > MOST_ROWS else ""),
    )


def _days(row: Consistency, span: Span) -> dict[str, Any]:
    return {
        "label": name_of(row.creator),
        "per_week": row.posts_per_week,
        "days": [((day - span.first).days, posts) for day, posts in row.post_days],
    }


def _rhythm(rows: list[Consistency], active: list[Consistency], span: Span) -> Any:
    if not active:
        return words("Nobody posted.")
    gap = max(rows, key=lambda row: row.longest_gap_days)
    return words(
        "{} posted; the longest silence is {} ({}).",
        f"{len(active)} of {plural(len(rows), 'creator', 'creators')}",
        plural(gap.longest_gap_days, "day", "days"),
        name_of(gap.creator),
    )


def creator_leaderboard_card(
    project_id: UUID, span: Span, *, now: datetime, order: str, offset: int, limit: int
) -> Figure:
    """What each creator brought."""
    board = creator_leaderboard(project_id, span=span, now=now, order=order, limit=limit, offset=offset)
    return gained_card(
        report="creator-leaderboard",
        title="What creators brought",
        subject=Column("creator", "Creator", Kind.CREATOR),
        who=("creator", "creators"),
        rows=[(row.creator, name_of(row.creator), row.totals) for row in board.items],
        order=order,
        page=(offset, limit, board.total_count),
        empty=NO_CREATORS,
    )
