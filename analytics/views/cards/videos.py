"""The cards of the tab Videos."""

from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.buckets import DAYS_OF_WEEK, Span
from analytics.reports.outliers import THRESHOLD, Outlier, outliers
from analytics.reports.posting_heatmap import HeatCell, posting_heatmap
from analytics.reports.video_leaderboard import ORDERS, video_leaderboard
from analytics.reports.view_distribution import view_distribution
from analytics.views.cards.figure import Column, Figure, Kind, Order, handle_of, plural, short, words
from videos.models import Video

DOWS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ORDER_WORDS = {
    "posted_at": "newest",
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "save_count": "saves",
}
BARS = 10
# A best hour says something from this many posts on.
ENOUGH_POSTS = 2
NOTHING_POSTED = "Nothing was posted in these days."
COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")


def distribution_card(project_id: UUID, span: Span) -> Figure:
    """How views are spread."""
    found = view_distribution(project_id, span=span)
    marks = found.percentiles
    summary = words("Half of the posts have more than {} views; one in ten more than {}.", *map(_p(marks), (50, 90)))
    return Figure(
        report="view-distribution",
        title="How views are spread",
        summary=summary,
        columns=[Column("from", "From views"), Column("to", "Below"), Column("count", "Posts")],
        rows=[(bin_.from_, bin_.to, bin_.count) for bin_ in found.bins],
        chart={
            "kind": "histogram",
            "bins": [{"from": bin_.from_, "to": bin_.to, "count": bin_.count} for bin_ in found.bins],
            "percentiles": marks,
        }
        if found.bins
        else None,
        description=f"Posts by views, {plural(found.known_count, 'post', 'posts')}",
        empty=NOTHING_POSTED if found.post_count == 0 else "No views are known of these posts yet.",
    )


def _p(marks: dict[str, float | None]) -> Any:
    return lambda percent: short(marks[f"p{percent}"])


def heatmap_card(project_id: UUID, span: Span) -> Figure:
    """When posts do best."""
    cells = posting_heatmap(project_id, span=span)
    return Figure(
        report="posting-heatmap",
        title="When posts do best",
        summary=_best_hour(cells),
        columns=[
            Column("weekday", "Day", Kind.TEXT),
            Column("hour", "Hour", Kind.TEXT),
            Column("post_count", "Posts"),
            Column("avg_views", "Average views", Kind.NUMBER),
        ],
        rows=[(DOWS[cell.dow], f"{cell.hour:02}:00", cell.post_count, cell.avg_views) for cell in cells],
        chart={
            "kind": "heat",
            "first_dow": (DAYS_OF_WEEK[span.week_start] + 1) % 7,
            "cells": [
                {"dow": cell.dow, "hour": cell.hour, "post_count": cell.post_count, "avg_views": cell.avg_views}
                for cell in cells
            ],
        }
        if cells
        else None,
        description="Average views by weekday and hour of posting",
        empty=NOTHING_POSTED,
        note="The stronger the color, the more views on average. An outlined hour has no known views.",
    )


def _best_hour(cells: list[HeatCell]) -> Any:
    known = [cell for cell in cells if cell.avg_views is not None]
    often = [cell for cell in known if cell.post_count >= ENOUGH_POSTS] or known
    if not often:
        return words("No views are known yet.")
    best = max(often, key=lambda cell: cell.avg_views or 0)
    return words(
        "Posts of {} average {} views ({}).",
        f"{DOWS[best.dow]} {best.hour:02}:00",
        short(best.avg_views),
        plural(best.post_count, "post", "posts"),
    )


def outliers_card(project_id: UUID, span: Span, now: datetime) -> Figure:
    """Posts far from their creator's usual."""
    found = outliers(project_id, span=span, now=now)
    high = sum(row.direction == "high" for row in found)
    summary = words(
        "{} far above their creator’s usual, {} far below.", plural(high, "post", "posts"), str(len(found) - high)
    )
    return Figure(
        report="outliers",
        title="Posts out of the ordinary",
        summary=summary,
        columns=[
            Column("video", "Post", Kind.VIDEO),
            Column("views", "Views"),
            Column("creator_median_views", "Creator’s median", Kind.NUMBER, "hide-s"),
            Column("score", "Score", Kind.NUMBER),
            Column("direction", "Direction", Kind.TEXT, "hide-s"),
        ],
        rows=[(row.video, row.video.view_count, row.creator_median_views, row.score, row.direction) for row in found],
        chart={"kind": "outliers", "threshold": THRESHOLD, "posts": [_outlier(row) for row in found]}
        if found
        else None,
        description=f"Outliers by robust score, {plural(len(found), 'post', 'posts')}",
        empty="Every post is within its creator’s usual range. A creator is judged from eight posts older than two days"
        " on.",
        note="The score is the distance from the creator’s median on a logarithmic scale, robust against single hits.",
    )


def _outlier(row: Outlier) -> dict[str, Any]:
    return {
        "title": caption_of(row.video),
        "creator": handle_of(row.video),
        "views": row.video.view_count,
        "median": row.creator_median_views,
        "score": row.score,
    }


def video_leaderboard_card(project_id: UUID, span: Span, *, order: str, offset: int, limit: int) -> Figure:
    """The posts of the range by their current numbers."""
    board = video_leaderboard(project_id, span=span, order=order, limit=limit, offset=offset)
    metric = "view_count" if order == "posted_at" else order
    return Figure(
        report="video-leaderboard",
        title="Posts of these days",
        summary=words("{} posted, by {}.", plural(board.total_count, "video", "videos"), ORDER_WORDS[order]),
        columns=[
            Column("video", "Post", Kind.VIDEO),
            Column("view_count", "Views"),
            Column("like_count", "Likes"),
            Column("comment_count", "Comments", hide="hide-s"),
            Column("share_count", "Shares", hide="hide-m"),
            Column("save_count", "Saves", hide="hide-m"),
        ],
        rows=[(video, *(getattr(video, name) for name in COUNTERS)) for video in board.items],
        chart={"kind": "bars", "unit": "count", "rows": [_bar(video, metric) for video in board.items[:BARS]]}
        if board.items
        else None,
        description=f"The first {min(BARS, len(board.items))} posts by {ORDER_WORDS[metric]}",
        empty=NOTHING_POSTED,
        table_first=True,
        orders=[Order(value, ORDER_WORDS[value].capitalize()) for value in ORDERS],
        order=order,
        total=board.total_count,
        offset=offset,
        limit=limit,
    )


def caption_of(video: Video) -> str:
    """The beginning of a caption, on one line."""
    return " ".join(video.title.split())[:80] or "No caption"


def _bar(video: Video, metric: str) -> dict[str, Any]:
    return {
        "label": caption_of(video),
        "note": f"{handle_of(video)} · {video.posted_at:%b} {video.posted_at.day}",
        "value": getattr(video, metric),
        "rounded": video.counts_precision == "rounded",
    }
