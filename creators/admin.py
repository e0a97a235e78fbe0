"""Staff's page of accounts that are banned from the platform."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from creators.bans import account_ban, account_unban
from creators.errors import InvalidHandle
from creators.services import handle_in
from scraping.models import AccountBan


class BanForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom to ban, and why."""

    handle = forms.CharField(label="Handle or profile address", max_length=300)

    class Meta:
        model = AccountBan
        fields = ("handle", "reason")

    def clean_handle(self) -> str:
        try:
            return handle_in(self.cleaned_data["handle"])
        except InvalidHandle as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(AccountBan)
class AccountBanAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts nobody may track; deleting a ban lifts it."""

    form = BanForm
    list_display = ("handle", "account_id", "reason", "banned_at")
    search_fields = ("handle", "account_id")
    ordering = ("-banned_at",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = account_ban(handle=obj.handle, reason=obj.reason, now=timezone.now())
        obj.id, obj.banned_at = made.id, made.banned_at

    def delete_model(self, request: HttpRequest, obj: AccountBan) -> None:
        account_unban(ban=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for ban in queryset:
            account_unban(ban=ban, now=timezone.now())
