"""Staff pages: what is read next, what happened, what is known. Read-only: the pipeline writes, people look."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from scraping.models import Account, ProviderCheck, ProviderSwitch, SchemaAlert, ScrapeRun, ScrapeTarget
from scraping.providers import CAPABILITIES, OF_ONE_ACCOUNT


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


class ProviderSwitchForm(forms.ModelForm):  # type: ignore[type-arg]
    """A provider by its name, and why it is off."""

    provider = forms.ChoiceField(choices=[(name, name) for name in (*CAPABILITIES, *OF_ONE_ACCOUNT)])


@admin.register(ProviderSwitch)
class ProviderSwitchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The kill switch: a provider that is off is asked for nothing, from the next task on."""

    form = ProviderSwitchForm
    list_display = ("provider", "is_on", "reason", "changed_at")
    fields = ("provider", "is_on", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("provider",) if obj else ()


@admin.register(ProviderCheck)
class ProviderCheckAdmin(ReadOnlyAdmin):
    list_display = ("checked_at", "provider", "capability", "outcome", "duration_ms", "detail")
    list_filter = ("provider", "outcome")
    ordering = ("-checked_at",)


@admin.register(SchemaAlert)
class SchemaAlertAdmin(ReadOnlyAdmin):
    list_display = ("provider", "path", "detail", "seen_count", "first_seen_at", "last_seen_at", "resolved_at")
    list_filter = ("provider",)
    ordering = ("-last_seen_at",)
    actions = ("resolve",)

    @admin.action(description="Mark as dealt with", permissions=["view"])
    def resolve(self, request: HttpRequest, alerts: QuerySet[SchemaAlert]) -> None:
        """The parser reads the new shape, or the old one is back: alert anew if it is seen again."""
        alerts.filter(resolved_at=None).update(resolved_at=timezone.now())
