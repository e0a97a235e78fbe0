"""What the words mean that a field may hold, by the name its enumeration has in the OpenAPI document.

Names are given in the settings (ENUM_NAME_OVERRIDES), values by the declarations that the serializers use.
"""

from api.errors import ERRORS

# What a value of a field is, and how an entity is read: the words of /schema itself.
FIELD_TYPES = {
    "id": "A UUID.",
    "text": "A string.",
    "integer": "A whole number.",
    "number": "A number.",
    "boolean": "true or false.",
    "day": "A calendar day, YYYY-MM-DD.",
    "time": "An instant, ISO 8601 in UTC.",
    "json": "Anything; free JSON of the organization.",
    "object": "One entity, named by `of`.",
    "list": "A list of what `of` names.",
}
ROLES = {
    "resource": "Rows with an id of their own, listed or read one by one.",
    "answer": "What a report or a question is answered with.",
    "part": "Stands inside another entity.",
}
MEANINGS: dict[str, dict[str, str]] = {
    "AnnotationKind": {
        "note": "Anything worth remembering.",
        "launch": "Something began.",
        "promotion": "Something was advertised or discounted.",
        "incident": "Something went wrong.",
    },
    "Availability": {
        "available": "TikTok shows the post.",
        "unavailable": "TikTok no longer shows it; its last numbers keep counting.",
    },
    "CountsPrecision": {
        "exact": "Every count is exact.",
        "rounded": "TikTok showed at least one of the counts rounded.",
    },
    "CreatorChangeKind": {
        "added": "The creator was added.",
        "reactivated": "It was removed and is back.",
        "removed": "It was removed; its history is kept.",
        "follower_milestone": "Its followers passed a round number.",
        "tracking_mode_changed": "New posts are treated differently from now on.",
        "goal_compliance_changed": "It began or ceased to meet its goals.",
        "handle_changed": "The account has another handle.",
        "went_private": "The account became private.",
        "came_back": "The account can be read again.",
        "auto_disabled": "The account is gone; it is no longer read.",
    },
    "CreatorStatus": {
        "active": "The account is read on schedule.",
        "private": "The account is private; it is asked for once a day.",
        "auto_disabled": "TikTok said again and again that the account is gone; it is no longer read.",
    },
    "EntityRole": ROLES,
    "EntityType": {
        "project": "A project: all its counting videos.",
        "campaign": "A campaign: the union of the counting videos beneath it.",
        "creator": "A creator: their counting videos.",
        "video": "One video.",
    },
    "ErrorCode": {error.code: error.meaning for error in ERRORS},
    "FieldType": FIELD_TYPES,
    "GoalMeasure": {
        "count": "Posts: counting videos posted in the period; whole posts are expected.",
        "total": "Views or engagement: what all the creator's counting videos gained in the period.",
        "per_video": "Views: the fewest of the videos posted in the period, 48 hours after its end at the latest.",
        "rate": "Engagement: engagement gained ÷ views gained × 100 over the period.",
        "milestone": "Followers: as many at the period's end.",
        "gain": "Followers: gained in the period.",
    },
    "GoalPeriod": {
        "daily": "A calendar day of the organization.",
        "weekly": "A week from the organization's first day of the week.",
        "monthly": "A calendar month.",
    },
    "GoalStatus": {
        "on_track": "At least as much as expected by now.",
        "behind_pace": "At least 70 % of what is expected, and less than all of it.",
        "at_risk": "Less than 70 % of what is expected.",
        "completed": "The period is over and the target was reached.",
        "missed": "The period is over and the target was not reached.",
        "no_data": "Nothing was measured.",
    },
    "GoalType": {
        "posts": "How much is posted.",
        "views": "Views of the counting videos.",
        "engagement": "Likes, comments, shares and saves of the counting videos.",
        "followers": "The account's followers.",
    },
    "Granularity": {
        "hour": "Clock hours; for ranges up to 7 days.",
        "day": "Local days, of 23 to 25 hours.",
        "week": "Weeks from the organization's first day of the week.",
        "month": "Calendar months.",
    },
    "ItemType": {
        "creator": "A creator, with all their counting videos.",
        "video": "One video.",
        "campaign": "Another campaign, with everything beneath it.",
    },
    "LimitScope": {
        "key_per_minute": "This key's requests within 60 seconds.",
        "org_per_day": "The organization's requests of the UTC day.",
    },
    "MetricKind": {
        "additive": "Gains add up over buckets and videos.",
        "level": "A state at a time.",
        "ratio": "Neither adds up; totals are computed anew.",
    },
    "MetricUnit": {
        "count": "Things.",
        "percent": "Hundredths.",
        "per_week": "So many in seven days.",
        "per_post": "So many for each post.",
    },
    "Mode": {
        "new": "Gained in the bucket.",
        "cumulative": "As of the bucket's end.",
    },
    "OutlierDirection": {
        "high": "Far more views than the creator's usual.",
        "low": "Far fewer.",
    },
    "PostKind": {
        "video": "A video.",
        "photo": "A carousel of photos.",
    },
    "Tier": {
        "free": "The free plan.",
        "starter": "The smaller paid plan.",
        "ultra": "The largest plan.",
    },
    "TrackingMode": {
        "auto": "New posts count at once.",
        "selective": "New posts wait in the inbox until a person decides.",
    },
    "TrackingStatus": {
        "auto_tracked": "Found on the creator's page; counts.",
        "pending_review": "Waits in the inbox; does not count.",
        "included": "Approved by a person; counts.",
        "direct_add": "Added by URL; counts whatever happens to its creator.",
    },
}
