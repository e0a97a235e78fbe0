"""Forms for signing up, for organizations and for API keys."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import SignupForm as AccountSignupForm
from django import forms
from django.http import HttpRequest

from orgs.models import User
from orgs.services import organization_create


class SignupForm(AccountSignupForm):  # type: ignore[misc]
    """Signing up makes the user and their first organization."""

    organization_name = forms.CharField(
        label="Company or brand",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
        error_messages={"required": "Name your company or brand."},
    )
    field_order = ("organization_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least 10 characters, and not a common password."

    def save(self, request: HttpRequest) -> User | None:
        user: User | None = super().save(request)
        if user is not None:
            organization_create(owner=user, name=self.cleaned_data["organization_name"])
        return user


class OrganizationForm(forms.Form):
    """A new organization's name."""

    name = forms.CharField(
        label="Company or brand", max_length=120, error_messages={"required": "Name your company or brand."}
    )


class ApiKeyForm(forms.Form):
    """A new API key: its name and how long it works."""

    LIFETIMES = (("", "Never"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"))

    name = forms.CharField(
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "Reporting script", "autocomplete": "off"}),
        help_text="Where you will use it, so that you recognize it.",
        error_messages={"required": "Give the key a name, so that you recognize it later."},
    )
    lifetime = forms.ChoiceField(label="Expires", choices=LIFETIMES, required=False)

    def expires_at(self, now: datetime) -> datetime | None:
        """When the key stops working; None = never."""
        days = self.cleaned_data["lifetime"]
        return now + timedelta(days=int(days)) if days else None
