"""URLs of a project's analytics."""

from django.urls import path

from analytics import views

SECTION = "o/<uuid:org_id>/p/<uuid:project_id>/analytics/"
ANNOTATION = f"{SECTION}annotations/<uuid:annotation_id>"

urlpatterns = [
    path(SECTION, views.analytics_videos, name="analytics_videos"),
    path(f"{SECTION}creators", views.analytics_creators, name="analytics_creators"),
    path(f"{SECTION}campaigns", views.analytics_campaigns, name="analytics_campaigns"),
    path(f"{SECTION}explore", views.analytics_explore, name="analytics_explore"),
    path(f"{SECTION}explore/entities", views.analytics_entities, name="analytics_entities"),
    path(f"{SECTION}explore.csv", views.analytics_explore_csv, name="analytics_explore_csv"),
    path(ANNOTATION, views.analytics_annotation, name="analytics_annotation"),
    path(f"{ANNOTATION}/delete", views.analytics_annotation_delete, name="analytics_annotation_delete"),
    path(f"{SECTION}<slug:report>.csv", views.analytics_csv, name="analytics_csv"),
]
