"""Examples of the OpenAPI document: real answers of the demo, recorded by `manage.py record_examples`, and errors.

A request is written with the kinds of rows it is about; whoever asks fills in the ids of their own.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from api import errors
from orgs.limits import LimitReached

RECORDED = Path(__file__).with_name("recorded")
_REPORT = "/analytics/aggregate/{name}?project_id={{project}}&from={{week_ago}}&to={{yesterday}}{more}"


def _report(name: str, more: str = "") -> str:
    return _REPORT.format(name=name, more=more)


# What each operation is asked in its example, below /api/v1.
REQUESTS = {
    "getMe": "/me",
    "listProjects": "/projects?limit=2",
    "getProject": "/projects/{project}",
    "getGoalCompliance": "/projects/{project}/goal-compliance?limit=1",
    "listCreators": "/creators?project_id={project}&limit=2",
    "getCreator": "/creators/{creator}",
    "listCreatorStats": "/creators/{creator}/stats?from={week_ago}&to={yesterday}&limit=3",
    "listCreatorChanges": "/creators/{creator}/changes?limit=3",
    "listVideos": "/videos?creator_id={creator}&limit=2",
    "getVideo": "/videos/{video}",
    "listVideoStats": "/videos/{video}/stats?limit=3",
    "listCampaigns": "/campaigns?project_id={project}&limit=2",
    "getCampaign": "/campaigns/{campaign}",
    "listCampaignItems": "/campaigns/{campaign}/items?limit=3",
    "getCampaignStats": "/campaigns/{campaign}/stats?from={week_ago}&to={yesterday}",
    "queryAnalytics": "/analytics?entity=project&entity_id={project}&metric=views&from={week_ago}&to={yesterday}",
    "listAnnotations": "/analytics/annotations?project_id={project}",
    "getAnalyticsSchema": "/analytics/schema",
    "getVideoLeaderboard": _report("video-leaderboard", "&limit=2"),
    "getPostingHeatmap": _report("posting-heatmap"),
    "getViewDistribution": _report("view-distribution"),
    "getOutliers": _report("outliers"),
    "getCreatorLeaderboard": _report("creator-leaderboard", "&limit=2"),
    "getPostingConsistency": _report("posting-consistency"),
    "getCreatorScatter": _report("creator-scatter"),
    "getCampaignLeaderboard": _report("campaign-leaderboard", "&limit=2"),
    "getGoalComplianceCounts": "/analytics/aggregate/goal-compliance?project_id={project}",
    "getMemberOverlap": "/analytics/aggregate/member-overlap?project_id={project}",
    "getSchema": "/schema",
}
# So many rows of a list are shown; the answer itself has all.
SHOWN_ROWS = 3
_ERRORS: tuple[errors.ApiError, ...] = (
    errors.InvalidQuery("Unknown query parameters: zebra.", ["zebra"]),
    errors.InvalidParams("limit: Ensure this value is less than or equal to 100.", ["limit"]),
    errors.InvalidApiKey(),
    errors.PlanLimitReached(LimitReached("max_api_requests_per_day", 0, 0)),
    errors.RetentionExceeded("The plan shows the last 365 days.", tier_retention_days=365),
    errors.OrganizationSuspended(),
    errors.UserSuspended(),
    errors.NotFound(),
    errors.RateLimitExceeded(scope="key_per_minute", retry_after=12),
)


@cache
def recorded(operation_id: str) -> dict[str, Any]:
    """`path`, with which the demo was asked, and `answer`. Raises FileNotFoundError for what was never recorded."""
    content: dict[str, Any] = json.loads((RECORDED / f"{operation_id}.json").read_text())
    return content


def answer_example(operation_id: str) -> Any:
    """What the demo answered; None before it was recorded."""
    try:
        return recorded(operation_id)["answer"]
    except FileNotFoundError:
        return None


def asked_example(operation_id: str) -> dict[str, str]:
    """The parameters with which the demo was asked, by name; none before it was recorded."""
    try:
        address = urlsplit(recorded(operation_id)["path"])
    except FileNotFoundError:
        return {}
    id_ = re.search(r"/([0-9a-f-]{36})", address.path)
    return dict(parse_qsl(address.query)) | ({"id": id_[1]} if id_ else {})


def shortened(answer: Any) -> Any:
    """An answer as it is shown: long lists are cut, at any depth."""
    if isinstance(answer, list):
        return [shortened(row) for row in answer[:SHOWN_ROWS]]
    return {name: shortened(value) for name, value in answer.items()} if isinstance(answer, dict) else answer


def error_examples(status: int, description: str) -> dict[str, Any]:
    """One example for each code that an answer's description names."""
    internal = errors.InternalError()
    internal.details["request_id"] = "0f2a9d5c-6f0e-4a3b-9d55-2b8a4b1f7c11"
    fitting = [error for error in (*_ERRORS, internal) if error.status == status and f"`{error.code}`" in description]
    return {error.code: {"summary": error.meaning, "value": error.body()} for error in fitting}
