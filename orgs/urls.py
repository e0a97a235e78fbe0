"""URLs of an organization's settings, of invitations and of a person's account."""

from django.urls import path

from orgs import views

SETTINGS = "o/<uuid:org_id>/settings"

urlpatterns = [
    path(f"{SETTINGS}/", views.settings, name="settings"),
    path(f"{SETTINGS}/delete", views.organization_delete, name="organization_delete"),
    path(f"{SETTINGS}/export", views.organization_export, name="organization_export"),
    path(f"{SETTINGS}/restore", views.organization_restore, name="organization_restore"),
    path("o/<uuid:org_id>/deleted", views.organization_deleted, name="organization_deleted"),
    path(f"{SETTINGS}/members/", views.members, name="members"),
    path(f"{SETTINGS}/members/leave", views.organization_leave, name="organization_leave"),
    path(f"{SETTINGS}/members/<uuid:member_id>/role", views.member_role, name="member_role"),
    path(f"{SETTINGS}/members/<uuid:member_id>/remove", views.member_remove, name="member_remove"),
    path(f"{SETTINGS}/invitations/<uuid:invitation_id>/send", views.invitation_resend, name="invitation_resend"),
    path(f"{SETTINGS}/invitations/<uuid:invitation_id>/cancel", views.invitation_cancel, name="invitation_cancel"),
    path(f"{SETTINGS}/api-keys/", views.api_keys, name="api_keys"),
    path(f"{SETTINGS}/api-keys/<uuid:key_id>/rename", views.api_key_rename, name="api_key_rename"),
    path(f"{SETTINGS}/usage/", views.usage, name="usage"),
    path(f"{SETTINGS}/audit/", views.audit_log, name="audit_log"),
    path(f"{SETTINGS}/audit/csv", views.audit_csv, name="audit_csv"),
    path(f"{SETTINGS}/api-keys/<uuid:key_id>/revoke", views.api_key_revoke, name="api_key_revoke"),
    path("account/", views.account, name="account"),
    path("account/organizations/", views.account_organizations, name="account_organizations"),
    path("account/organizations/new", views.organization_new, name="organization_new"),
    path("account/sessions/<int:session_id>/end", views.session_end, name="session_end"),
    path("account/two-factor-required/<uuid:organization>", views.two_factor_required, name="two_factor_required"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("invitations/<str:token>/accept", views.invitation_accept, name="invitation_accept"),
    path("invitations/<str:token>/decline", views.invitation_decline, name="invitation_decline"),
]
