"""Staff's control plane for organizations and people; the scope middleware opens the platform's scope around it.

Whatever staff change goes through the same services as everything else, and so into the organization's audit log.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from hijack.contrib.admin import HijackUserAdminMixin

from orgs import events, services
from orgs.limits import PLAN, Tier, current, limit, tier_limit
from orgs.models import AuditEntry, Organization, OutboxEvent, User
from orgs.scope import organization_scope
from orgs.services.organizations import GRACE, NameMistyped
from scraping.admin import ReadOnlyAdmin

UNLIMITED = "unlimited"
OVERRIDE = "limit_"


class OverrideField(forms.CharField):
    """An organization's own value for a limit: empty = its tier's, a whole number, or `unlimited`."""

    def __init__(self, key: str) -> None:
        super().__init__(label=key, required=False, widget=forms.TextInput(attrs={"size": 12, "autocomplete": "off"}))

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().lower()
        if text in ("", UNLIMITED):
            return text
        if not text.isdecimal() or int(text) > 2_000_000_000:
            raise forms.ValidationError("A whole number, “unlimited”, or nothing for the tier's own value.")
        return int(text)


class OwnLimits(forms.ModelForm):  # type: ignore[type-arg]
    """One field per limit key, declared from the table of limits."""


OwnLimits.declared_fields.update({OVERRIDE + key: OverrideField(key) for key in PLAN})


class OrganizationForm(OwnLimits):
    """Tier, own limits, suspension and deletion of one organization."""

    suspended = forms.BooleanField(required=False, help_text="Closes dashboard and API; everything is kept.")
    reason = forms.CharField(
        required=False, max_length=500, help_text="Why; admins of the organization read it in their audit log."
    )
    deleted = forms.BooleanField(
        required=False,
        help_text=f"Closes it, and deletes all of it for good {GRACE.days} days later; until then take the mark away.",
    )
    typed_name = forms.CharField(required=False, label="Its name", help_text="Typed, to confirm the deletion.")
    tier = forms.ChoiceField(choices=[(tier.value, tier.value) for tier in Tier])

    class Meta:
        model = Organization
        fields = ("tier",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        org: Organization = self.instance
        self.initial["suspended"] = org.suspended_at is not None
        self.initial["deleted"] = org.deleted_at is not None
        for key in PLAN:
            field = self.fields[OVERRIDE + key]
            own = tier_limit(org.tier, key)
            field.help_text = f"Tier: {UNLIMITED if own is None else own}."
            if key in org.limit_overrides:
                value = org.limit_overrides[key]
                self.initial[OVERRIDE + key] = UNLIMITED if value is None else value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_new = data.get("deleted") and self.instance.deleted_at is None
        if is_new and data.get("typed_name", "").strip() != self.instance.name.strip():
            self.add_error("typed_name", str(NameMistyped()))
        return data

    def apply(self) -> None:
        """Hand what has changed to the services. Raises nothing: the form is valid."""
        org_id, chosen = self.instance.id, self.cleaned_data
        if "tier" in self.changed_data:
            services.organization_set_tier(org_id=org_id, tier=chosen["tier"])
        for key in PLAN:
            value = chosen[OVERRIDE + key]
            if value == "":
                services.limit_override_clear(org_id=org_id, limit_key=key)
            else:
                own = None if value == UNLIMITED else value
                services.limit_override_set(org_id=org_id, limit_key=key, value=own, reason=chosen["reason"])
        if chosen["suspended"]:
            services.organization_suspend(org_id=org_id, reason=chosen["reason"])
        else:
            services.organization_unsuspend(org_id=org_id)
        if chosen["deleted"]:
            services.organization_close(org_id=org_id, reason=chosen["reason"], now=timezone.now())
        else:
            services.organization_reopen(org_id=org_id)


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tiers, own limits, suspension, deletion; organizations themselves are made by signing up."""

    form = OrganizationForm
    list_display = ("name", "tier", "timezone", "suspended_at", "deleted_at", "created_at")
    list_filter = ("tier", ("suspended_at", admin.EmptyFieldListFilter), ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "id")
    readonly_fields = ("name", "id", "timezone", "created_at", "tier_changed_at", "deleted_at", "usage")
    fieldsets = (
        (None, {"fields": ("name", "id", "timezone", "created_at", "deleted_at", "tier", "tier_changed_at")}),
        ("Suspension and deletion", {"fields": ("suspended", "deleted", "typed_name", "reason")}),
        ("Limits in use", {"fields": ("usage",)}),
        ("Own limits", {"fields": tuple(OVERRIDE + key for key in PLAN)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.apply()

    @admin.display(description="In use now")
    def usage(self, org: Organization) -> str:
        """Every limit with what is used of it."""
        with organization_scope(org.id):
            used = {key: current(org, key) for key in PLAN}
        rows = ((key, "–" if used[key] is None else used[key], _words(limit(org, key))) for key in PLAN)
        return format_html_join("", "<div><code>{}</code>: {} of {}</div>", rows)


def _words(value: int | None) -> str | int:
    return UNLIMITED if value is None else value


@admin.register(User)
class UserAdmin(HijackUserAdminMixin, admin.ModelAdmin):  # type: ignore[type-arg,misc]
    """Who signed up; staff can suspend people and look through their eyes."""

    list_display = ("email", "name", "suspended_at", "is_staff", "date_joined", "last_login")
    list_filter = ("is_staff", ("suspended_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "name", "id")
    fields = ("email", "name", "is_staff", "date_joined", "last_login", "suspended_at")
    readonly_fields = fields
    actions = ("suspend", "unsuspend")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Suspend: close the dashboard to them", permissions=["change"])
    def suspend(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        for user in users:
            services.user_suspend(user_id=user.id)
        self.message_user(request, f"Suspended: {len(users)}.")

    @admin.action(description="Let in again", permissions=["change"])
    def unsuspend(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        for user in users:
            services.user_unsuspend(user_id=user.id)
        self.message_user(request, f"Let in again: {len(users)}.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit logs of all organizations."""

    list_display = ("at", "org_id", "action", "actor_kind", "actor_label", "object_label", "ip", "request_id")
    list_filter = ("actor_kind", "action")
    search_fields = ("org_id", "actor_label", "object_label", "object_id", "request_id")
    ordering = ("-id",)


class StateFilter(admin.SimpleListFilter):
    """Where an event is on its way."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "waiting"), ("set_aside", "set aside"), ("delivered", "delivered")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.waiting()
            case "set_aside":
                return queryset.set_aside()
            case "delivered":
                return queryset.exclude(delivered_at=None)
        return queryset


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Events on their way to listeners; what was set aside can be sent again."""

    list_display = ("created_at", "kind", "org", "attempts", "due_at", "delivered_at", "set_aside_at", "last_error")
    list_filter = (StateFilter, "kind")
    search_fields = ("kind", "org__name", "dedup_key")
    list_select_related = ("org",)
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, chosen: Any) -> None:
        now = timezone.now()
        waiting = list(chosen.set_aside())
        for event in waiting:
            events.send_again(event, now)
        self.message_user(request, f"On their way again: {len(waiting)}.")
