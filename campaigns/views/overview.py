"""A campaign's overview: its numbers over a range and before it, the chart, the items, the target, the notes."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from analytics.buckets import Span
from analytics.engine import Answer, answer
from analytics.entities import resolve
from analytics.query import Query, earliest_allowed, shortened
from analytics.totals import totals_of
from analytics.views.figures import Figure
from campaigns.listed import listed_items
from campaigns.models import Campaign
from campaigns.pace import target_of
from campaigns.pages import campaign_page, head
from campaigns.queries import creators_of
from campaigns.totals import CountingVideos
from campaigns.views.figures import (
    BY_WEEK_FROM,
    DEFAULT_RANGE,
    METRICS,
    RANGES,
    SHOWN,
    SHOWN_ITEMS,
    item_gains,
    key_numbers,
)
from orgs.pages import MemberRequest
from orgs.timezones import local_date


@campaign_page("GET")
def campaign_overview(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """What it gained, in which days, through which items, and how far it is from its target."""
    days = _one_of(request.GET.get("days", ""), RANGES, DEFAULT_RANGE)
    shown = _one_of(request.GET.get("show", ""), SHOWN, "views")
    now = timezone.now()
    first = local_date(now, request.membership.org.timezone) - timedelta(days=int(days) - 1)
    granularity = "week" if int(days) >= BY_WEEK_FROM else "day"
    query = Query("campaign", campaign.id, shown, from_=first, granularity=granularity)
    chart = answer(shortened(query, now=now), now=now)
    span = Span(chart.from_, chart.to, chart.timezone)
    videos = CountingVideos.of_campaign(campaign)
    totals = videos.everything()
    gains = item_gains(listed_items(campaign, videos), videos, span)
    context = head(campaign, "overview") | {
        "days": days,
        "ranges": RANGES,
        "shown": shown,
        "choices": SHOWN,
        "figure": Figure.of(chart, SHOWN[shown]),
        "numbers": _numbers(campaign, chart, span, now),
        "fresh_as_of": chart.fresh_as_of,
        "cut_to": chart.from_ if chart.from_ > first else None,
        "totals": totals,
        "creator_total": creators_of(campaign.id).count(),
        "target": target_of(campaign, progress=totals.view_count, now=now),
        "videos_url": f"{reverse('videos', args=[campaign.org_id, campaign.project_id])}?campaign={campaign.id}",
        "gains": gains[:SHOWN_ITEMS],
        "most": max((row.gained or 0 for row in gains), default=0),
    }
    return render(request, "campaigns/overview.html", context)


def _numbers(campaign: Campaign, chart: Answer, span: Span, now: datetime) -> dict[str, object]:
    """The key numbers of the range; without a change where the plan does not show the prior period."""
    entity = resolve("campaign", campaign.id)
    prior = replace(span, granularity=chart.granularity).prior()
    earliest = earliest_allowed(chart.tier_retention_days, span.timezone, now=now)
    is_shown = earliest is None or prior.first >= earliest
    before = totals_of(entity, METRICS, span=prior, now=now) if is_shown else None
    numbers: dict[str, object] = dict(key_numbers(totals_of(entity, METRICS, span=span, now=now), before))
    return numbers | {"is_compared": is_shown, "prior_from": prior.first, "prior_to": prior.last}


def _one_of(asked: str, choices: dict[str, str], default: str) -> str:
    return asked if asked in choices else default
