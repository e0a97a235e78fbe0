"""The list of creators sorted by the views that their videos gained, which stand in no column: they are worked out for
all creators of the project in one reading, as for the rows that are shown, and kept while no video changes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from analytics.sparks import views_gained_by_day
from creators.models import Creator
from creators.queries import VIEWS_GAINED, CreatorQuerySet
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import FilteredListing
from videos.standing import read_once


def sortable(creators: CreatorQuerySet, listing: FilteredListing, project: Project, now: datetime) -> CreatorQuerySet:
    """The creators with whatever the list sorts them by."""
    if listing.order.removeprefix("-") != VIEWS_GAINED:
        return creators
    return creators.with_views_gained(views_gained(project, now))


def views_gained(project: Project, now: datetime) -> Mapping[UUID, int]:
    """What the rows of a project's creators show as gained; creators of whom nothing is known are absent."""
    zone = timezone.get_current_timezone_name()

    def work_out() -> dict[UUID, int]:
        tracked = Creator.objects.in_project(project.id).tracked()
        ids = [creator.id for creator in tracked.only("id", "account_id", "last_scraped_at") if creator.is_read]
        sparks = views_gained_by_day(ids, zone=zone, now=now) if ids else {}
        return {creator_id: spark.total for creator_id, spark in sparks.items() if spark.total is not None}

    # After a video's last reading nothing is gained, and what is shown begins with a day.
    return read_once(f"gained:{zone}:{local_date(now, zone)}", project, work_out)
