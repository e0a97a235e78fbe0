"""The frame around every page: organizations, projects and counts of whoever is signed in."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from campaigns.models import Campaign
from creators.models import Creator
from orgs.identity import Belonging, belonging_of
from orgs.limits import limit, usage
from orgs.models import Invitation, Membership, Organization, User
from projects.models import Project
from projects.pages import REMEMBERED
from videos.models import Video
from videos.standing import Stamps, keep, kept, newest_stamps, unless_kept

SETTINGS_ROUTE = "o/<uuid:org_id>/settings/"


def _number_of(rows: "QuerySet[Any]") -> Coalesce:
    """A subquery that counts a project's rows."""
    return Coalesce(Subquery(rows.order_by().values("project_id").annotate(n=Count("id")).values("n")), 0)


class Navigation:
    """What the frame shows, each part read only when a template asks for it: error and sign-in pages ask nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.membership: Membership | None = getattr(request, "membership", None)
        self.org: Organization | None = self.membership.org if self.membership else None

    @cached_property
    def _belonging(self) -> Belonging:
        read: Belonging | None = getattr(self._request, "belonging", None)
        if read is not None:
            return read
        user = getattr(self._request, "user", None)
        return belonging_of(user) if isinstance(user, User) else Belonging([], [])

    @property
    def memberships(self) -> list[Membership]:
        return self._belonging.memberships

    @property
    def invitations(self) -> list[Invitation]:
        """Those that wait for the person's answer."""
        return self._belonging.invitations

    @cached_property
    def projects(self) -> list[Project]:
        return list(Project.objects.open().oldest_first()) if self.org else []

    @cached_property
    def project(self) -> Project | None:
        """The project of the page; on the organization's own pages the one that was open last."""
        match = self._request.resolver_match
        if match is None or not self.org:
            return None
        of_page: UUID | None = match.kwargs.get("project_id")
        wanted = str(of_page or self._request.session.get(REMEMBERED))
        open_one = next((project for project in self.projects if str(project.id) == wanted), None)
        if open_one is None and of_page is not None:
            return Project.objects.visible().filter(id=of_page).first()
        return open_one or next(iter(self.projects), None)

    @property
    def section(self) -> str:
        """The part of the product that the page belongs to: creator, video, project, settings."""
        match = self._request.resolver_match
        if match is None:
            return ""
        if match.route.startswith(SETTINGS_ROUTE):
            return "settings"
        return (match.url_name or "").split("_")[0].rstrip("s")

    @cached_property
    def _counts(self) -> tuple[int, int, int, int]:
        """How many creators, videos, campaigns and posts that wait for a decision the project has, in one read."""
        if self.project is None:
            return 0, 0, 0, 0
        project_id, known = self.project.id, kept("number", self.project.id)
        videos = Video.objects.in_project(project_id)
        creators, campaigns, waiting, changed, gone, number = (
            Project.objects.filter(id=project_id)
            .annotate(**newest_stamps())
            .values_list(
                _number_of(Creator.objects.in_project(project_id).tracked()),
                _number_of(Campaign.objects.in_project(project_id).open()),
                _number_of(videos.in_inbox()),
                "changed",
                "gone",
                unless_kept(known, _number_of(videos.visible())),
            )
            .get()
        )
        if number is None and known is not None:
            number = known.number
        else:
            keep("number", project_id, number, Stamps(changed, gone))
        return creators, number, campaigns, waiting

    @property
    def creator_count(self) -> int:
        return self._counts[0]

    @property
    def video_count(self) -> int:
        return self._counts[1]

    @property
    def campaign_count(self) -> int:
        return self._counts[2]

    @property
    def inbox_count(self) -> int:
        return self._counts[3]

    @cached_property
    def creators_used(self) -> int:
        return usage("max_creators_per_org") if self.org else 0

    @cached_property
    def creators_allowed(self) -> int | None:
        return limit(self.org, "max_creators_per_org") if self.org else None


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """Context processor: `nav` in every template."""
    return {"nav": Navigation(request)}
