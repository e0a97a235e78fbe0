"""URLs of a project's creators."""

from django.urls import include, path

from creators import views

_creator = [
    path("", views.creator_overview, name="creator"),
    path("videos", views.creator_videos, name="creator_videos"),
    path("changes", views.creator_changes, name="creator_changes"),
    path("settings", views.creator_settings, name="creator_settings"),
    path("start", views.creator_start, name="creator_start"),
    path("row", views.creator_row, name="creator_row"),
    path("correct", views.creator_correct, name="creator_correct"),
    path("update-now", views.creator_update_now, name="creator_update_now"),
    path("reenable", views.creator_reenable, name="creator_reenable"),
    path("remove", views.creator_remove, name="creator_remove"),
]

urlpatterns = [
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/", views.creator_list, name="creators"),
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/freshness", views.project_freshness, name="project_freshness"),
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/update-now", views.project_update, name="project_update"),
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/activity", views.creators_activity, name="creators_activity"),
    path(
        "o/<uuid:org_id>/p/<uuid:project_id>/creators/notes-preview",
        views.creator_notes_preview,
        name="creator_notes_preview",
    ),
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/<uuid:creator_id>/", include(_creator)),
]
