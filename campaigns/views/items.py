"""The items of a campaign: the list, finding more while typing, adding, moving, removing, undoing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from campaigns import services
from campaigns.listed import ORDERS, Listed, listed_items
from campaigns.models import Campaign, CampaignItem
from campaigns.pages import campaign_of, campaign_page, head
from campaigns.services import AddOutcome, ItemReference, ItemResult
from campaigns.suggestions import matching, suggestions
from campaigns.totals import CountingVideos
from orgs.csv import csv_response
from orgs.pages import MemberRequest
from projects.pages import MAX_SEARCH, Listing

MOST_AT_ONCE = 2_000
HEADER = (
    "item_id",
    "item_type",
    "label",
    "counts",
    "videos",
    "views",
    "likes",
    "comments",
    "shares",
    "saves",
    "added_at",
)


@campaign_page("GET")
def campaign_items(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """What stands directly in a campaign, with what each item brings now."""
    return _items(request, campaign)


@campaign_page("GET")
def campaign_items_csv(request: MemberRequest, campaign: Campaign) -> HttpResponseBase:
    """The same list as a download."""
    listing = _listing(request)
    rows = listed_items(campaign, CountingVideos.of_campaign(campaign), text=listing.search, order=listing.order)
    return csv_response("campaign-items.csv", HEADER, [_cells(row) for row in rows])


def _cells(row: Listed) -> list[Any]:
    item, totals = row.item, row.totals
    counts = (totals.view_count, totals.like_count, totals.comment_count, totals.share_count, totals.save_count)
    head = [item.item_id, str(item.item_type), row.label, not row.silent, totals.video_count]
    return [*head, *counts, item.created_at]


@campaign_page("GET")
def campaign_items_suggest(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """What matches the text so far, as the options of the box."""
    text = _text(request.GET)
    context = {"campaign": campaign, "groups": suggestions(campaign, text), "text": text}
    return render(request, "campaigns/suggestions.html", context)


@campaign_page("POST")
def campaign_items_add(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Add what was chosen: `item=<type>:<id>`, any number of them, or `all=<type>` for everything that matches `q`."""
    references = [*_references(request.POST.getlist("item")), *_all_matching(request.POST, campaign)]
    results = services.campaign_items_add(campaign_id=campaign.id, references=references[:MOST_AT_ONCE])
    return _answer(request, campaign, results, done="added to", already="already in")


@campaign_page("POST")
def campaign_items_remove(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Take the chosen items out; the toast can put them back."""
    removed = services.campaign_items_remove(campaign_id=campaign.id, item_ids=_ids(request.POST))
    if removed:
        undo = {"campaign": campaign, "removed": removed, "token": get_token(request)}
        messages.success(request, render_to_string("campaigns/items_removed.html", undo))
    return _to_items(campaign)


@campaign_page("POST")
def campaign_items_put_back(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Undo a removal."""
    references = _references(request.POST.getlist("item"))
    results = services.campaign_items_put_back(campaign_id=campaign.id, references=references)
    return _answer(request, campaign, results, done="back in", already="already in")


@campaign_page("POST")
def campaign_items_move(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """Move the chosen items into another campaign of the project."""
    target = campaign_of(campaign.project, _uuid(request.POST.get("to", "")))
    results = services.campaign_items_move(
        campaign_id=campaign.id, item_ids=_ids(request.POST), to_campaign_id=target.id
    )
    return _answer(request, campaign, results, done="moved to", already="already in", target=target)


def _answer(
    request: MemberRequest,
    campaign: Campaign,
    results: Sequence[ItemResult],
    *,
    done: str,
    already: str,
    target: Campaign | None = None,
) -> HttpResponse:
    """Everything fine: back to the list with one sentence. Otherwise the list with a word on each that failed."""
    name = (target or campaign).name
    for outcome, words in ((AddOutcome.ADDED, done), (AddOutcome.ALREADY_THERE, already)):
        count = sum(result.outcome is outcome for result in results)
        if count:
            messages.success(request, f"{count:,} {'item' if count == 1 else 'items'} {words} {name}.")
    failed = [result for result in results if result.outcome is AddOutcome.ERROR]
    return _items(request, campaign, failed=failed) if failed else _to_items(campaign)


def _to_items(campaign: Campaign) -> HttpResponse:
    return redirect("campaign_items", org_id=campaign.org_id, project_id=campaign.project_id, campaign_id=campaign.id)


def _listing(request: MemberRequest) -> Listing:
    return Listing.asked(request.GET, orders=tuple(ORDERS), default="-created_at")


def _items(request: MemberRequest, campaign: Campaign, *, failed: Sequence[ItemResult] = ()) -> HttpResponse:
    listing, videos = _listing(request), CountingVideos.of_campaign(campaign)
    rows = listed_items(campaign, videos, text=listing.search, order=listing.order)
    others = Campaign.objects.in_project(campaign.project_id).open().exclude(id=campaign.id).order_by("name", "id")
    context = head(campaign, "items") | {
        "listing": listing,
        "page": listing.page(rows),
        "together": videos.everything(),
        "failed": failed,
        "reached": next((result.limit for result in failed if result.limit), None),
        "others": others,
    }
    return render(request, "campaigns/items.html", context)


def _text(query: QueryDict) -> str:
    return query.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH]


def _uuid(text: str) -> UUID:
    """An id from a form; what is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _ids(form: QueryDict) -> list[UUID]:
    return [_uuid(text) for text in form.getlist("id")]


def _references(texts: Sequence[str]) -> list[ItemReference]:
    """What `<type>:<id>` names; anything else is passed over."""
    pairs = [text.partition(":") for text in texts]
    return [
        ItemReference(CampaignItem.Type(kind), _uuid(item_id))
        for kind, _, item_id in pairs
        if kind in CampaignItem.Type.values
    ]


def _all_matching(form: QueryDict, campaign: Campaign) -> list[ItemReference]:
    kind = form.get("all", "")
    if kind not in CampaignItem.Type.values:
        return []
    item_type = CampaignItem.Type(kind)
    ids = matching(campaign, item_type, _text(form)).values_list("id", flat=True)
    return [ItemReference(item_type, row_id) for row_id in ids[:MOST_AT_ONCE]]
