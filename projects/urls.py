"""URLs of the way in and of projects."""

from django.urls import path

from projects import views

urlpatterns = [
    path("", views.home, name="home"),
    path("o/<uuid:org_id>/", views.org_home, name="org_home"),
    path("o/<uuid:org_id>/projects/", views.project_list, name="projects"),
    path("o/<uuid:org_id>/projects/new", views.project_new, name="project_new"),
    path("o/<uuid:org_id>/projects/<uuid:project_id>/edit", views.project_edit, name="project_edit"),
    path("o/<uuid:org_id>/projects/<uuid:project_id>/archive", views.project_archive, name="project_archive"),
    path("o/<uuid:org_id>/projects/<uuid:project_id>/delete", views.project_delete, name="project_delete"),
    path("o/<uuid:org_id>/projects/<uuid:project_id>/undelete", views.project_undelete, name="project_undelete"),
    path("o/<uuid:org_id>/projects/<uuid:project_id>/restore", views.project_restore, name="project_restore"),
    path("o/<uuid:org_id>/p/<uuid:project_id>/", views.project_home, name="project_home"),
    path("o/<uuid:org_id>/p/<uuid:project_id>/views/", views.saved_view_new, name="saved_view_new"),
    path(
        "o/<uuid:org_id>/p/<uuid:project_id>/views/<uuid:view_id>/delete",
        views.saved_view_remove,
        name="saved_view_remove",
    ),
]
