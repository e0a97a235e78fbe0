"""The dashboard's pages about videos: the list, adding by link, what is done to many, one video's page, the inbox,
the calendar."""

from videos.views.adding import video_add
from videos.views.bulk import (
    videos_decided,
    videos_off,
    videos_on,
    videos_to_campaign,
    videos_undo_decision,
    videos_undo_off,
)
from videos.views.calendar import calendar
from videos.views.decisions import inbox_decide, inbox_undo
from videos.views.detail import video_detail, video_notes, video_progress, video_updated
from videos.views.inbox import inbox, inbox_count
from videos.views.lists import video_list, video_row

__all__ = [
    "calendar",
    "inbox",
    "inbox_count",
    "inbox_decide",
    "inbox_undo",
    "video_add",
    "video_detail",
    "video_list",
    "video_notes",
    "video_progress",
    "video_row",
    "video_updated",
    "videos_decided",
    "videos_off",
    "videos_on",
    "videos_to_campaign",
    "videos_undo_decision",
    "videos_undo_off",
]
