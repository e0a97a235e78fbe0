"""Staff pages for people and organizations; the scope middleware opens the platform's scope around them."""

from typing import Any

from django.contrib import admin

from orgs.models import Organization, User


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff raise tiers and suspend; organizations themselves are made by signing up."""

    list_display = ("name", "tier", "timezone", "suspended_at", "created_at")
    list_filter = ("tier",)
    search_fields = ("name", "id")
    fields = ("name", "tier", "timezone", "suspended_at")

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff see who signed up and can switch a person off."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    readonly_fields = ("email", "date_joined", "last_login")

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
