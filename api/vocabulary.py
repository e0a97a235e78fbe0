"""The product's words for fields, which mean the same wherever they stand: what numbers count, what ids name, and what
is said of a field that says nothing of its own. Told by the OpenAPI document and by /schema."""

from typing import Any

from rest_framework import serializers

from analytics.metrics import METRICS
from orgs.limits.words import WORDS as LIMITS

UNITS = {
    "count": "A whole number of things: views, posts, accounts. null = unknown, never 0.",
    "percent": "Hundredths: 3.2 is 3.2 %.",
    "per_week": "So many in seven days.",
    "per_post": "So many for each post.",
    "seconds": "Seconds.",
    "hours": "Hours.",
    "days": "Days.",
    "share": "A part of a whole: 1 is all of it.",
    "ratio": "One number divided by another of the same kind: 1 is as much as expected.",
    "z_score": "Distance from the usual, in robust standard deviations.",
    "weekday": "0 = Sunday to 6 = Saturday.",
    "hour_of_day": "0 to 23, local time.",
    "as_metric": "The unit of the metric that is asked for, told beside it.",
    "as_goal": "What the goal's measure counts: posts, views, engagement, followers; percent for `rate`.",
    "as_limit": "What the limit key names: things at a time, requests a day, hours, days.",
}
# Fields that are numbers of something else than things, by name wherever they stand.
_NAMED = {
    "duration_seconds": "seconds",
    "longest_gap_days": "days",
    "tier_retention_days": "days",
    "hours": "hours",
    "dow": "weekday",
    "hour": "hour_of_day",
    "jaccard": "share",
    "regularity": "share",
    "pace": "ratio",
    "score": "z_score",
    "avg_views": "per_post",
    "mean": "per_post",
    "value": "as_metric",
    "total": "as_metric",
    "actual": "as_goal",
    "expected": "as_goal",
    "target": "as_goal",
    "max": "as_limit",
    "current": "as_limit",
}
WORDS = {
    "annotations": "The notes on days of the range.",
    "avatar_url": "The picture: our lasting copy or, until there is one, TikTok's own for hours; null while unknown.",
    "bins": "From the first to the last that holds a post.",
    "breakdown_series": "The ten largest parts and the rest; null unless asked for.",
    "breakdowns": "What each kind of thing can be broken down by.",
    "campaign": "A campaign: the union of the counting videos beneath it.",
    "campaign_a": "One campaign.",
    "campaign_b": "The other.",
    "campaign_id": "The campaign.",
    "campaigns": "The campaigns that are compared.",
    "code": "Names the error for programs.",
    "comment_count": "Comments at the latest read.",
    "compare": "The period before; null unless asked for.",
    "comparisons": "What a series can be compared with.",
    "count": "How many.",
    "created_at": "When it was made in trackagoat.",
    "creator": "A creator with their counting videos.",
    "creator_count": "How many creators, each once.",
    "creator_id": "The creator.",
    "creator_median_views": "The median of the creator's posts.",
    "data": "null where there is an error.",
    "date": "The day.",
    "description": "What it means.",
    "direction": "To which side.",
    "display_name": "The name to show.",
    "entities": "The kinds of things that numbers are of.",
    "entity": "What the numbers are of.",
    "entity_ref": "Which part it is.",
    "expires_at": "Until when the key is good; null = until it is revoked.",
    "follower_count": "Followers at the latest read.",
    "followers": "The last known followers.",
    "following_count": "Accounts that the account follows.",
    "from": "Where it begins, itself included.",
    "granularities": "How long buckets can be.",
    "granularity": "How long a bucket is.",
    "hour": "The hour of the day.",
    "id": "Its id.",
    "item_type": "What kind of thing the item is.",
    "items": "The rows of the page.",
    "key": "The key of this request.",
    "kind": "Which kind it is.",
    "label": "What people call it.",
    "last_scraped_at": "When the account was last read; null before the first time.",
    "like_count": "Likes at the latest read.",
    "limits": "The plan's limits, by limit key.",
    "mean": "The mean of the known views.",
    "meta": "What programs need to know.",
    "metric": "What was asked for.",
    "metrics": "Every metric there is.",
    "mode": "What a bucket's number is.",
    "modes": "What a bucket's number can be.",
    "name": "Its name.",
    "org_id": "The organization that it belongs to.",
    "organization": "Whose key it is.",
    "pairs": "Every two campaigns, once.",
    "percentiles": "Of the known views.",
    "post_count": "How many posts.",
    "posted_at": "When it was posted on TikTok.",
    "profile_url": "The profile on TikTok.",
    "project": "A project with all its counting videos.",
    "project_id": "The project that it belongs to.",
    "rates": "The range's rates.",
    "save_count": "Saves at the latest read.",
    "series": "One row for each bucket, oldest first.",
    "share_count": "Shares at the latest read.",
    "shared_creators": "Creators in both.",
    "shared_videos": "Counting videos in both.",
    "stats_updated_at": "When the counts were last read; null before the first time.",
    "status": "The state it is in.",
    "target_at": "When the target is to be reached.",
    "target_views": "The views to be reached; null without a target.",
    "text": "What the note says.",
    "thumbnail_url": "The cover: our lasting copy or, until there is one, TikTok's own for hours; null while unknown.",
    "tier": "The plan.",
    "tiktok_handle": "Lower case, without @.",
    "timezone": "IANA name of the zone whose days these are.",
    "to": "Where it ends.",
    "total": "Of the whole range, by the metric's own rule.",
    "total_count": "How many rows there are in all.",
    "total_likes": "Likes that the account received with all posts.",
    "totals": "What the range gained.",
    "type": "The kind of thing.",
    "unit": "What the numbers count.",
    "updated_at": "When anything that shows last changed, numbers included.",
    "url": "The address on TikTok.",
    "value": "The bucket's number; null where it is undefined.",
    "video": "The video.",
    "view_count": "Views at the latest read.",
}
# Ids whose names are not `<entity>_id`.
_REFERENCES = {
    "org_id": ["organization"],
    "campaign_a": ["campaign"],
    "campaign_b": ["campaign"],
    "item_id": ["creator", "video", "campaign"],
}


def unit_of(name: str, schema: dict[str, Any]) -> str | None:
    """The unit of a field of an answer; None for what is no number."""
    types = schema.get("type")
    kinds = {types} if isinstance(types, str) else set(types or ())
    if not kinds & {"integer", "number"}:
        return None
    return str(METRICS[name].unit) if name in METRICS else _NAMED.get(name, "count")


def words_of(name: str, schema: dict[str, Any]) -> str | None:
    """What is said of a field; None where it is told by the type of what it holds."""
    said = schema.get("description") or WORDS.get(name) or (METRICS[name].docs if name in METRICS else None)
    if said is None and name in LIMITS:
        return f"{LIMITS[name].label}. {LIMITS[name].meaning}"
    return said or (f"The {name.removeprefix('p')}th percentile." if name.removeprefix("p").isdigit() else None)


def references_of(name: str, field: serializers.Field[Any, Any, Any, Any]) -> list[str] | None:
    """The entities that a field's id may be of; None for what is no id of another entity."""
    is_id = isinstance(field, serializers.UUIDField) and name.endswith("_id")
    return _REFERENCES.get(name) or ([name.removesuffix("_id")] if is_id else None)
