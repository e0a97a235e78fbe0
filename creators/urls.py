"""URLs of a project's creators."""

from django.urls import URLPattern, URLResolver, include, path

from creators import views
from creators.models import WaitingLink

# Links that were pasted among creators.
PASTED = {"purpose": WaitingLink.Purpose.CREATOR}

_creator = [
    path("", views.creator_overview, name="creator"),
    path("videos", views.creator_videos, name="creator_videos"),
    path("changes", views.creator_changes, name="creator_changes"),
    path("settings", views.creator_settings, name="creator_settings"),
    path("start", views.creator_start, name="creator_start"),
    path("row", views.creator_row, name="creator_row"),
    path("mode", views.creator_mode, name="creator_mode"),
    path("correct", views.creator_correct, name="creator_correct"),
    path("update-now", views.creator_update_now, name="creator_update_now"),
    path("reenable", views.creator_reenable, name="creator_reenable"),
    path("remove", views.creator_remove, name="creator_remove"),
]

_creators: list[URLPattern | URLResolver] = [
    path("", views.creator_list, name="creators"),
    path("csv", views.creators_csv, name="creators_csv"),
    path("links", views.waiting_links, PASTED, name="creator_links"),
    path("links/<uuid:link_id>/forget", views.waiting_link_forget, PASTED, name="creator_link_forget"),
    path("freshness", views.project_freshness, name="project_freshness"),
    path("update-now", views.project_update, name="project_update"),
    path("activity", views.creators_activity, name="creators_activity"),
    path("notes-preview", views.creator_notes_preview, name="creator_notes_preview"),
    path("chosen/mode", views.creators_mode, name="creators_mode"),
    path("chosen/mode-undo", views.creators_mode_undo, name="creators_mode_undo"),
    path("chosen/remove", views.creators_remove, name="creators_remove"),
    path("chosen/put-back", views.creators_put_back, name="creators_put_back"),
    path("chosen/reenable", views.creators_reenable, name="creators_reenable"),
    path("chosen/update-now", views.creators_update, name="creators_update"),
    path("chosen/copy", views.creators_copy, name="creators_copy"),
    path("<uuid:creator_id>/", include(_creator)),
]

urlpatterns = [path("o/<uuid:org_id>/p/<uuid:project_id>/creators/", include(_creators))]
