"""The form for API keys."""

from datetime import datetime, timedelta
from typing import Any

from django import forms


class KeyName(forms.CharField):
    """What a key is called, to be recognized by."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=80,
            widget=forms.TextInput(attrs={"placeholder": "Reporting script", "autocomplete": "off"}),
            error_messages={"required": "Give the key a name, so that you recognize it later."},
            **kwargs,
        )


class ApiKeyNameForm(forms.Form):
    """Another name for an API key."""

    name = KeyName()


class ApiKeyForm(forms.Form):
    """A new API key: its name and how long it works."""

    LIFETIMES = (("", "Never"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"))

    name = KeyName(help_text="Where you will use it, so that you recognize it.")
    lifetime = forms.ChoiceField(label="Expires", choices=LIFETIMES, required=False)

    def expires_at(self, now: datetime) -> datetime | None:
        """When the key stops working; None = never."""
        days = self.cleaned_data["lifetime"]
        return now + timedelta(days=int(days)) if days else None
