"""Every URL of the product, by the app that answers it."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from trackagoat import health
from trackagoat.operations.metrics import metrics
from trackagoat.operations.staff import health_page
from trackagoat.operations.status import status_page

# Staff sign in as everybody does: with the same second factors and the same limits on attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "trackagoat.faults.bad_request"
handler500 = "trackagoat.faults.server_error"

urlpatterns = [
    path("api/", include("api.urls")),
    path("healthz", health.process),
    path("readyz", health.ready),
    path("metrics", metrics, name="metrics"),
    path("status", status_page, name="status"),
    path("accounts/", include("allauth.urls")),
    path("admin/impersonate/", include("hijack.urls")),
    path("admin/health/", admin.site.admin_view(health_page), name="staff_health"),
    path("admin/", admin.site.urls),
    path("", include("scraping.urls")),
    path("docs/", include("api.reference.urls")),
    path("", include("projects.urls")),
    path("", include("creators.urls")),
    path("", include("videos.urls")),
    path("", include("connections.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("", include("goals.urls")),
    path("", include("orgs.urls")),
]
