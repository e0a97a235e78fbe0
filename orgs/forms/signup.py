"""The form for signing up."""

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
