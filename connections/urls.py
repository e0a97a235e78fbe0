"""URLs of connections: a member's, and those that a creator's owner opens without an account here."""

from django.urls import path

from connections import views

CREATOR = "o/<uuid:org_id>/p/<uuid:project_id>/creators/<uuid:creator_id>/connection"

urlpatterns = [
    path(f"{CREATOR}/link", views.link_make, name="connection_link_make"),
    path(f"{CREATOR}/link/withdraw", views.link_withdraw, name="connection_link_withdraw"),
    path(f"{CREATOR}/disconnect", views.disconnect, name="connection_disconnect"),
    path("connect/answer", views.answer, name="connection_answer"),
    path("connect/<str:token>/", views.ask, name="connection_link"),
    path("connect/<str:token>/start", views.start, name="connection_start"),
]
