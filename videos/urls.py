"""URLs of a project's videos."""

from django.urls import include, path

from videos import views

_project = [
    path("videos/", views.video_list, name="videos"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/count", views.inbox_count, name="inbox_count"),
    path("inbox/decide", views.inbox_decide, name="inbox_decide"),
    path("inbox/undo", views.inbox_undo, name="inbox_undo"),
]

urlpatterns = [
    path("o/<uuid:org_id>/p/<uuid:project_id>/", include(_project)),
]
