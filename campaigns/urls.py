"""URLs of a project's campaigns."""

from django.urls import URLPattern, URLResolver, include, path

from campaigns import views

_campaign: list[URLPattern | URLResolver] = [
    path("", views.campaign_overview, name="campaign"),
    path("items", views.campaign_items, name="campaign_items"),
    path("items.csv", views.campaign_items_csv, name="campaign_items_csv"),
    path("items/suggest", views.campaign_items_suggest, name="campaign_items_suggest"),
    path("items/add", views.campaign_items_add, name="campaign_items_add"),
    path("items/remove", views.campaign_items_remove, name="campaign_items_remove"),
    path("items/put-back", views.campaign_items_put_back, name="campaign_items_put_back"),
    path("items/move", views.campaign_items_move, name="campaign_items_move"),
    path("creators", views.campaign_creators, name="campaign_creators"),
    path("creators.csv", views.campaign_creators_csv, name="campaign_creators_csv"),
    path("overlap", views.campaign_overlap, name="campaign_overlap"),
    path("overlap.csv", views.campaign_overlap_csv, name="campaign_overlap_csv"),
    path("settings", views.campaign_settings, name="campaign_settings"),
    path("copy", views.campaign_copy, name="campaign_copy"),
    path("archive", views.campaign_archive, name="campaign_archive"),
    path("restore", views.campaign_restore, name="campaign_restore"),
    path("delete", views.campaign_delete, name="campaign_delete"),
]

_campaigns: list[URLPattern | URLResolver] = [
    path("", views.campaign_list, name="campaigns"),
    path("campaigns.csv", views.campaigns_csv, name="campaigns_csv"),
    path("new", views.campaign_new, name="campaign_new"),
    path("notes-preview", views.notes_preview, name="campaign_notes_preview"),
    path("<uuid:campaign_id>/", include(_campaign)),
]

urlpatterns = [path("o/<uuid:org_id>/p/<uuid:project_id>/campaigns/", include(_campaigns))]
