"""What every page about a project's videos shares: the video its URL names, the list with its filters, and its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.queries import only_counting_in
from creators.models import Creator
from projects.models import Project
from projects.pages import Choice, Choices, Days, Filter, FilteredListing, Flag, Number, Text
from videos.models import Video
from videos.progress import FirstReading, first_readings
from videos.queries import ORDERS, VideoQuerySet

SUMS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
NOBODY = "none"
EXCLUDED = Video.TrackingStatus.EXCLUDED


@dataclass(frozen=True)
class Row:
    """A video as lists show it; `reading`: what it waits for if it was never read."""

    video: Video
    reading: FirstReading | None
    is_expired: bool


def video_of(project: Project, video_id: UUID) -> Video:
    """The video that the URL names, in this project, excluded or not; anything else is a 404."""
    videos = Video.objects.in_project(project.id).with_excluded()
    video: Video | None = videos.select_related("creator", "decision__made_by").filter(id=video_id).first()
    if video is None:
        raise Http404("no such video in this project")
    video.project = project
    return video


def rows_of(videos: Iterable[Video], project: Project) -> list[Row]:
    """Rows for a list; what several of them wait for is read at once."""
    videos, now = list(videos), timezone.now()
    readings = first_readings(videos, now)
    return [Row(video, readings.get(video.id), _is_expired(video, project)) for video in videos]


def _is_expired(video: Video, project: Project) -> bool:
    ends = video.expired_at(project.org.video_expiry_days)
    return ends is not None and ends <= timezone.now() and not video.tracking_disabled


def video_filters(project: Project, *, creator: Creator | None = None) -> list[Filter]:
    """What the list of a project's videos, or of one creator's, can be narrowed by."""
    everybody = [] if creator is not None else [_creator_filter(project)]
    return [
        *everybody,
        _campaign_filter(project),
        Choices(
            name="status",
            label="Status",
            choices=Video.TrackingStatus.choices,
            narrow=lambda videos, statuses: videos.filter(tracking_status__in=statuses),
        ),
        _tracking_filter(project),
        Choice(
            name="kind",
            label="Kind",
            choices=[("video", "Videos"), ("photo", "Photo posts")],
            narrow=lambda videos, kind: videos.filter(kind=kind),
        ),
        Days(name="posted", label="Posted", column="posted_at"),
        Number(name="views", label="Views", column="view_count"),
        Text(
            name="hashtag",
            label="Hashtag",
            placeholder="#glowup",
            narrow=lambda videos, tag: videos.with_hashtag(tag),
        ),
        Flag(
            name="unavailable",
            label="No longer shown by TikTok",
            narrow=lambda videos, _: videos.filter(availability=Video.Availability.UNAVAILABLE),
        ),
    ]


def _creator_filter(project: Project) -> Filter:
    creators = Creator.objects.in_project(project.id).tracked().order_by("tiktok_handle", "id")
    names = [(str(creator.id), f"@{creator.tiktok_handle}") for creator in creators.only("id", "tiktok_handle")]
    return Choice(
        name="creator",
        label="Creator",
        any_words="Everybody",
        choices=[*names, (NOBODY, "Nobody tracked here")],
        narrow=lambda videos, creator: videos.filter(creator_id=None if creator == NOBODY else creator),
    )


def _campaign_filter(project: Project) -> Filter:
    campaigns = Campaign.objects.in_project(project.id).order_by("name", "id").values_list("id", "name")
    return Choice(
        name="campaign",
        label="Counting in campaign",
        choices=[(str(campaign_id), name) for campaign_id, name in campaigns],
        narrow=lambda videos, campaign: only_counting_in(UUID(campaign), videos),
    )


def _tracking_filter(project: Project) -> Filter:
    days = project.org.video_expiry_days

    def narrow(videos: VideoQuerySet, state: str) -> VideoQuerySet:
        if state == "off":
            return videos.filter(tracking_disabled=True)
        expired = videos.expired(timezone.now(), days).values("id")
        on = videos.filter(tracking_disabled=False)
        return on.filter(id__in=expired) if state == "expired" else on.exclude(id__in=expired)

    choices = [("on", "On"), ("off", "Switched off"), ("expired", "Expired: numbers stay")]
    return Choice(name="tracking", label="Tracking", choices=choices, narrow=narrow)


def video_listing(query: QueryDict, project: Project, *, creator: Creator | None = None) -> FilteredListing:
    """The list of a project's videos, or of one creator's, as its URL asks for it."""
    return FilteredListing(
        query,
        name="videos" if creator is None else "creator_videos",
        orders=ORDERS,
        default="-posted_at",
        filters=video_filters(project, creator=creator),
        kept=("show",),
    )


def listed_videos(listing: FilteredListing, project: Project, *, creator: Creator | None = None) -> VideoQuerySet:
    """The videos that a list is about, before it is narrowed: excluded ones where the list asks for them."""
    videos = Video.objects.in_project(project.id)
    if creator is not None:
        videos = videos.of_creator(creator.id)
    return videos.with_excluded() if EXCLUDED in listing.state.getlist("status") else videos.visible()
