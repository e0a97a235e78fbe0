"""The form for what others see of a person."""

from django import forms

from orgs.models import User


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's name."""

    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"name": "Members of your organizations see it instead of your address."}
