"""Every URL of the product, by the app that answers it."""

from django.contrib import admin
from django.urls import include, path

from trackagoat import health

urlpatterns = [
    path("healthz", health.process),
    path("readyz", health.ready),
    path("accounts/", include("allauth.urls")),
    path("admin/impersonate/", include("hijack.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("", include("projects.urls")),
    path("", include("creators.urls")),
    path("", include("videos.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("", include("orgs.urls")),
]
