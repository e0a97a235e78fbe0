"""Staff pages: what is read next, what happened, what is known. Read-only: the pipeline writes, people look."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scraping.models import Account, ScrapeRun, ScrapeTarget


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page to look at rows that nobody edits by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ScrapeRun)
class ScrapeRunAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "kind", "handle", "account_id", "provider", "outcome", "duration_ms", "detail")
    list_filter = ("outcome", "provider", "kind")
    search_fields = ("handle", "account_id")
    ordering = ("-started_at",)


@admin.register(ScrapeTarget)
class ScrapeTargetAdmin(ReadOnlyAdmin):
    list_display = ("kind", "subject", "due_at", "lease_until", "failures", "last_outcome", "last_run_at", "last_ok_at")
    list_filter = ("last_outcome", "kind")
    search_fields = ("handle", "account_id")
    ordering = ("due_at",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("handle", "id", "nickname", "state", "follower_count", "seen_at", "posts_seen_at")
    list_filter = ("state",)
    search_fields = ("handle", "id")
    ordering = ("handle",)
