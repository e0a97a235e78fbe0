"""The content calendar of a project: what went up on which day. It is historical and changes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.queries import only_counting_in
from creators.models import Creator
from orgs.models import Organization
from orgs.pages import MemberRequest
from orgs.timezones import midnight
from projects.models import Project
from projects.pages import project_page
from projects.pages.filtered import ids_in
from videos.calendar import FIRST_MONTH, Asked, Month, marks_of, month_days
from videos.models import Video
from videos.queries import VideoQuerySet

# A day with more is for the list of videos.
AT_MOST = 120


@dataclass(frozen=True, slots=True)
class Question:
    """What the URL asks for. What makes no sense in it counts as not given."""

    month: Month
    day: date | None
    creator: Creator | None
    campaign: Campaign | None

    @classmethod
    def asked(cls, query: QueryDict, project: Project, today: date) -> "Question":
        """A day without a month means that day's month; days to come mean today's."""
        day = _day(query.get("day", ""))
        day = day if day is None or FIRST_MONTH <= day <= today else None
        month = _day(f"{query.get('month', '')}-01") or day or today
        creator_id = next(iter(ids_in([query.get("creator", "")])), None)
        campaign_id = next(iter(ids_in([query.get("campaign", "")])), None)
        creators = Creator.objects.in_project(project.id).tracked()
        return cls(
            Month.of(min(max(month, FIRST_MONTH), today)),
            day,
            creators.filter(id=creator_id).first() if creator_id else None,
            Campaign.objects.in_project(project.id).filter(id=campaign_id).first() if campaign_id else None,
        )

    def videos(self, project: Project) -> VideoQuerySet:
        """The posts that count, of the creator and in the campaign that are asked for."""
        videos = Video.objects.in_project(project.id).counting()
        if self.creator is not None:
            videos = videos.of_creator(self.creator.id)
        return videos if self.campaign is None else only_counting_in(self.campaign.id, videos)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@project_page("GET")
def calendar(request: MemberRequest, project: Project) -> HttpResponse:
    """A month of posts, and one of its days in detail."""
    org = request.membership.org
    today = timezone.localdate()
    question = Question.asked(request.GET, project, today)
    videos = question.videos(project)
    weeks = _weeks(project, org, question, videos)
    days = [day for week in weeks for day in week if Month.of(day.day) == question.month]
    context: dict[str, Any] = {
        "project": project,
        "question": question,
        "weeks": weeks,
        "today": today,
        "previous": question.month.previous if question.month.first > FIRST_MONTH else None,
        "next": question.month.next if question.month.next.first <= today else None,
        "posts": sum(day.posts for day in days),
        "agenda": [day for day in reversed(days) if day.posts or day.marks],
        "creators": Creator.objects.in_project(project.id).tracked().order_by("tiktok_handle", "id"),
        "campaigns": Campaign.objects.in_project(project.id).order_by("name", "id"),
    }
    if not context["posts"]:
        context["latest"] = videos.order_by("-posted_at").values_list("posted_at", flat=True).first()
    if question.day is not None:
        context |= _of_day(question.day, videos, org)
    return render(request, "videos/calendar/page.html", context)


def _weeks(project: Project, org: Organization, question: Question, videos: VideoQuerySet) -> Any:
    shown = question.month.weeks(org.week_start)
    creator_id: UUID | None = None if question.creator is None else question.creator.id
    said = marks_of(Asked(project.id, shown[0][0], shown[-1][-1], creator_id))
    return month_days(videos, question.month, week_start=org.week_start, zone=org.timezone, said=said)


def _of_day(day: date, videos: VideoQuerySet, org: Organization) -> dict[str, Any]:
    """The posts of a day, creator by creator, those with most posts first."""
    start, end = midnight(day, org.timezone), midnight(day + timedelta(days=1), org.timezone)
    found = list(videos.posted_between(start, end).select_related("creator").order_by("posted_at", "id")[: AT_MOST + 1])
    shown = sorted(found[:AT_MOST], key=lambda video: video.author_handle)
    groups = [list(posts) for _, posts in groupby(shown, key=lambda video: video.author_handle)]
    return {"day": day, "groups": sorted(groups, key=len, reverse=True), "has_more": len(found) > AT_MOST}
