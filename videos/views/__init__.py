"""The dashboard's pages about videos: the list."""

from videos.views.lists import video_list

__all__ = ["video_list"]
