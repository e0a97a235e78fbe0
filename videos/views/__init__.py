"""The dashboard's pages about videos: the list, the inbox."""

from videos.views.decisions import inbox_decide, inbox_undo
from videos.views.inbox import inbox, inbox_count
from videos.views.lists import video_list

__all__ = ["inbox", "inbox_count", "inbox_decide", "inbox_undo", "video_list"]
