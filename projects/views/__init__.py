"""The dashboard's way in, its projects, and the frame around every page."""

from projects.views.entry import home, org_home, project_home
from projects.views.manage import (
    project_archive,
    project_delete,
    project_edit,
    project_list,
    project_new,
    project_restore,
    project_undelete,
)
from projects.views.saved import saved_view_new, saved_view_remove
from projects.views.sidebar import navigation

__all__ = [
    "home",
    "navigation",
    "org_home",
    "project_archive",
    "project_delete",
    "project_edit",
    "project_home",
    "project_list",
    "project_new",
    "project_restore",
    "project_undelete",
    "saved_view_new",
    "saved_view_remove",
]
