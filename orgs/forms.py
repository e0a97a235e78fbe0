"""Forms for signing up and for API keys."""

from typing import Any

from allauth.account.forms import SignupForm as AccountSignupForm
from django import forms
from django.http import HttpRequest

from orgs.models import User
from orgs.services import organization_create


class SignupForm(AccountSignupForm):  # type: ignore[misc]
    """Signing up makes the user and their first organization."""

    organization_name = forms.CharField(label="Company or brand", max_length=120)
    field_order = ("organization_name", "email", "password1")

    def save(self, request: HttpRequest) -> User | None:
        user: User | None = super().save(request)
        if user is not None:
            organization_create(owner=user, name=self.cleaned_data["organization_name"])
        return user


class ApiKeyForm(forms.Form):
    """A new API key's name."""

    name = forms.CharField(label="Name", max_length=80, help_text="Where you will use it, so that you recognize it.")

    def clean_name(self) -> Any:
        return self.cleaned_data["name"].strip()
