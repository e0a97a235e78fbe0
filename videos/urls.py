"""URLs of a project's videos."""

from django.urls import URLPattern, URLResolver, include, path

from creators.models import WaitingLink
from creators.views import waiting_link_forget, waiting_links
from videos import views

# Links that were pasted among the links of posts.
PASTED = {"purpose": WaitingLink.Purpose.VIDEO}

_chosen = [
    path("switch-off", views.videos_off, name="videos_off"),
    path("switch-on", views.videos_on, name="videos_on"),
    path("switch-off/undo", views.videos_undo_off, name="videos_undo_off"),
    path("decide", views.videos_decided, name="videos_decided"),
    path("decide/undo", views.videos_undo_decision, name="videos_undo_decision"),
    path("to-campaign", views.videos_to_campaign, name="videos_to_campaign"),
]
_video = [
    path("", views.video_detail, name="video"),
    path("update-now", views.video_updated, name="video_update_now"),
    path("progress", views.video_progress, name="video_progress"),
    path("notes", views.video_notes, name="video_notes"),
    path("row", views.video_row, name="video_row"),
]

_project: list[URLPattern | URLResolver] = [
    path("videos/", views.video_list, name="videos"),
    path("videos/add", views.video_add, name="video_add"),
    path("videos/links", waiting_links, PASTED, name="video_links"),
    path("videos/links/<uuid:link_id>/forget", waiting_link_forget, PASTED, name="video_link_forget"),
    path("videos/chosen/", include(_chosen)),
    path("videos/<uuid:video_id>/", include(_video)),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/count", views.inbox_count, name="inbox_count"),
    path("inbox/decide", views.inbox_decide, name="inbox_decide"),
    path("inbox/undo", views.inbox_undo, name="inbox_undo"),
    path("calendar/", views.calendar, name="calendar"),
]

urlpatterns = [
    path("o/<uuid:org_id>/p/<uuid:project_id>/", include(_project)),
]
