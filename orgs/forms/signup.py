"""The form for signing up."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm as AccountSignupForm
from allauth.core import context
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from orgs.forms.organizations import OrganizationName
from orgs.limits import LimitReached
from orgs.models import Invitation, User
from orgs.services import invitation_accept, organization_create
from orgs.services.invitation_links import InvitationUnusable, invitation_of


class SignupForm(AccountSignupForm):  # type: ignore[misc]
    """Signing up makes the user and their first organization, or lets them join the one that invited them.

    Whoever holds an invitation's link reads the mail of its address: that address needs no other confirmation.
    """

    organization_name = OrganizationName(
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True})
    )
    invitation_token = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("organization_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least 10 characters, and not a common password."
        self.refusal = ""
        self.invitation = self._invitation()
        if self.invitation is not None:
            del self.fields["organization_name"]
            self.fields["email"].disabled = True
            self.initial["email"] = self.invitation.email

    def _invitation(self) -> Invitation | None:
        token = self.data.get("invitation_token") or context.request.GET.get("invitation", "")
        if not token:
            return None
        self.initial["invitation_token"] = token
        try:
            return invitation_of(token, timezone.now())
        except InvitationUnusable as error:
            self.refusal = str(error)
            return None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.refusal:
            raise forms.ValidationError(self.refusal)
        return cleaned

    def save(self, request: HttpRequest) -> User:
        if self.invitation is not None:
            get_adapter().stash_verified_email(request, self.invitation.email)
        user: User = super().save(request)
        if self.invitation is None:
            organization_create(owner=user, name=self.cleaned_data["organization_name"])
            return user
        try:
            invitation_accept(user=user, invitation=self.invitation, now=timezone.now())
        except (InvitationUnusable, LimitReached) as error:
            messages.error(request, f"Your account is made, but you could not join. {error}")
        return user
