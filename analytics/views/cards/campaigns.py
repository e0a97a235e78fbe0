"""The cards of the tab Campaigns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.buckets import Span
from analytics.reports.campaign_leaderboard import campaign_leaderboard
from analytics.reports.member_overlap import MemberOverlap, member_overlap
from analytics.views.cards.figure import Column, Figure, Kind, plural, words
from analytics.views.cards.gained import gained_card

# A matrix of more campaigns can no longer be read; the table has all pairs.
MOST_CAMPAIGNS = 16
NO_CAMPAIGNS = "This project has no campaigns yet. A campaign groups creators, videos and other campaigns."


def campaign_leaderboard_card(
    project_id: UUID, span: Span, *, now: datetime, order: str, offset: int, limit: int
) -> Figure:
    """What each campaign brought."""
    board = campaign_leaderboard(project_id, span=span, now=now, order=order, limit=limit, offset=offset)
    return gained_card(
        report="campaign-leaderboard",
        title="What campaigns brought",
        subject=Column("campaign", "Campaign", Kind.CAMPAIGN),
        who=("campaign", "campaigns"),
        rows=[(row.campaign, row.campaign.name, row.totals) for row in board.items],
        order=order,
        page=(offset, limit, board.total_count),
        empty=NO_CAMPAIGNS,
    )


def overlap_card(project_id: UUID) -> Figure:
    """What campaigns share."""
    overlap = member_overlap(project_id)
    shared = [pair for pair in overlap.pairs if pair.shared_videos]
    return Figure(
        report="member-overlap",
        title="What campaigns share",
        summary=_summary(overlap, len(shared)),
        columns=[
            Column("campaign_a", "Campaign", Kind.CAMPAIGN),
            Column("campaign_b", "And", Kind.CAMPAIGN),
            Column("shared_videos", "Shared videos"),
            Column("shared_creators", "Shared creators"),
            Column("jaccard", "Share of both", Kind.NUMBER),
        ],
        rows=[(pair.a, pair.b, pair.shared_videos, pair.shared_creators, pair.jaccard) for pair in overlap.pairs],
        chart=_matrix(overlap) if shared else None,
        description="Videos shared by each two campaigns",
        empty=NO_CAMPAIGNS
        if not overlap.campaigns
        else "One campaign has nothing to be compared with."
        if len(overlap.campaigns) == 1
        else "No two campaigns have a video in common.",
        note="As of now, whatever the days. The stronger the color, the larger the share of both campaigns’ videos.",
    )


def _summary(overlap: MemberOverlap, shared: int) -> Any:
    if not shared:
        return words("No two of {} share a video.", plural(len(overlap.campaigns), "campaign", "campaigns"))
    top = overlap.pairs[0]
    return words(
        "{} and {} overlap most: {} in common.",
        top.a.name,
        top.b.name,
        plural(top.shared_videos, "video", "videos"),
    )


def _matrix(overlap: MemberOverlap) -> dict[str, Any]:
    """The campaigns that overlap most, in the order in which they come up among the pairs."""
    shown = list(dict.fromkeys(campaign.id for pair in overlap.pairs for campaign in (pair.a, pair.b)))[:MOST_CAMPAIGNS]
    place = {campaign_id: number for number, campaign_id in enumerate(shown)}
    names = {campaign.id: campaign.name for campaign in overlap.campaigns}
    return {
        "kind": "matrix",
        "labels": [names[campaign_id] for campaign_id in shown],
        "pairs": [
            {
                "a": place[pair.a.id],
                "b": place[pair.b.id],
                "videos": pair.shared_videos,
                "creators": pair.shared_creators,
                "share": pair.jaccard,
            }
            for pair in overlap.pairs
            if pair.a.id in place and pair.b.id in place
        ],
    }
