"""URLs of a project's videos."""

from django.urls import path

from videos import views

urlpatterns = [
    path("o/<uuid:org_id>/p/<uuid:project_id>/videos/", views.video_list, name="videos"),
]
