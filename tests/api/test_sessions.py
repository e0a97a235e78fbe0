"""The dashboard's session opens the reports, and nothing else of the API."""

from typing import Any

import pytest
from django.utils import timezone

from orgs.limits import daily_used
from orgs.models import Organization, User
from orgs.scope import organization_scope

REPORT = "/api/v1/analytics/aggregate/posting-heatmap"


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["meta"]["code"]


def test_a_member_reads_reports_without_key_and_quota(admin: Any, make_video: Any) -> None:
    make_video(admin.project, view_count=8, posted_at=timezone.now())
    with organization_scope(admin.org.id):
        Organization.objects.update(tier="free")
    response = admin.client.get(REPORT, {"project_id": admin.project.id})
    assert (response.status_code, len(response.json()["data"])) == (200, 1)
    assert not [name for name in response.headers if name.startswith("X-RateLimit")]
    assert "Cookie" in response["Vary"]
    with organization_scope(admin.org.id):
        assert daily_used(admin.org, "max_api_requests_per_day", timezone.now()) == 0


def test_of_several_organizations_it_is_that_of_the_project(admin: Any, outsider: Any) -> None:
    from orgs.models import Membership

    with organization_scope(outsider.org.id):
        Membership.objects.create(org=outsider.org, user=admin.user, role="member")
    for project in (admin.project, outsider.project):
        assert admin.client.get(REPORT, {"project_id": project.id}).status_code == 200


def test_errors_come_in_their_order(admin: Any, outsider: Any, client: Any) -> None:
    assert problem(client.get(REPORT)) == (401, "invalid_api_key")
    assert problem(admin.client.get(REPORT)) == (400, "invalid_query")
    assert problem(admin.client.get(REPORT, {"project_id": "1"})) == (400, "invalid_params")
    assert problem(admin.client.get(REPORT, {"project_id": outsider.project.id})) == (404, "not_found")


def test_a_key_that_is_sent_counts_alone(admin: Any) -> None:
    answer = admin.client.get(REPORT, {"project_id": admin.project.id}, headers={"Authorization": "Bearer x"})
    assert problem(answer) == (401, "invalid_api_key")


@pytest.mark.parametrize("path", ["me", "projects", "videos", "analytics/schema"])
def test_everything_else_wants_a_key(admin: Any, path: str) -> None:
    assert problem(admin.client.get(f"/api/v1/{path}")) == (401, "invalid_api_key")


def test_who_is_kept_out_is_told_why(admin: Any) -> None:
    query = {"project_id": admin.project.id}
    with organization_scope(admin.org.id):
        Organization.objects.update(require_two_factor=True)
    assert problem(admin.client.get(REPORT, query)) == (401, "invalid_api_key")
    with organization_scope(admin.org.id):
        Organization.objects.update(suspended_at=timezone.now())
    assert problem(admin.client.get(REPORT, query)) == (403, "organization_suspended")
    User.objects.update(suspended_at=timezone.now())
    assert problem(admin.client.get(REPORT, query)) == (403, "user_suspended")
