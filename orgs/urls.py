"""URLs of an organization's settings."""

from django.urls import path

from orgs import views

urlpatterns = [
    path("o/<uuid:org_id>/settings/", views.settings, name="settings"),
    path("o/<uuid:org_id>/settings/api-keys/", views.api_keys, name="api_keys"),
    path("o/<uuid:org_id>/settings/api-keys/<uuid:key_id>/revoke", views.api_key_revoke, name="api_key_revoke"),
]
