"""The dashboard's creators: the list, one creator's pages, and what is done to one or many."""

from creators.views.actions import (
    creator_correct,
    creator_notes_preview,
    creator_reenable,
    creator_remove,
    creator_settings,
    creator_start,
    creator_update_now,
)
from creators.views.adding import creator_list, creators_csv
from creators.views.bulk import (
    creators_copy,
    creators_mode,
    creators_mode_undo,
    creators_put_back,
    creators_reenable,
    creators_remove,
    creators_update,
)
from creators.views.changes import creator_changes, creators_activity
from creators.views.detail import creator_overview, creator_videos
from creators.views.links import waiting_link_forget, waiting_links
from creators.views.lists import creator_row, project_freshness, project_update
from creators.views.modes import creator_mode

__all__ = [
    "creator_changes",
    "creator_correct",
    "creator_list",
    "creator_mode",
    "creator_notes_preview",
    "creator_overview",
    "creator_reenable",
    "creator_remove",
    "creator_row",
    "creator_settings",
    "creator_start",
    "creator_update_now",
    "creator_videos",
    "creators_activity",
    "creators_copy",
    "creators_csv",
    "creators_mode",
    "creators_mode_undo",
    "creators_put_back",
    "creators_reenable",
    "creators_remove",
    "creators_update",
    "project_freshness",
    "project_update",
    "waiting_link_forget",
    "waiting_links",
]
