"""The forms for a campaign."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.lifecycle import name_of_copy

LAST_SECOND = time(23, 59, 59)


class CampaignForm(forms.Form):
    """A campaign's name, notes and target. The target's day ends in the page's time zone."""

    name = forms.CharField(
        max_length=Campaign.NAME_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": "Spring launch", "autocomplete": "off"}),
        error_messages={"required": "Give the campaign a name."},
    )
    target_views = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10**15,
        label="Target views",
        widget=forms.NumberInput(attrs={"placeholder": "1000000", "inputmode": "numeric"}),
        help_text="How many views all its videos together are to have.",
        error_messages={"min_value": "A target is at least 1 view."},
    )
    target_on = forms.DateField(
        required=False,
        label="Reached by",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day by whose end the target is to be reached. The pace toward it is shown from then on.",
    )
    description = forms.CharField(
        required=False,
        max_length=Campaign.NOTES_LENGTH,
        label="Notes",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Markdown: **bold**, lists, links, tables. Also given to programs that read the API.",
    )

    @classmethod
    def showing(cls, campaign: Campaign) -> dict[str, Any]:
        """The initial values for a campaign that exists."""
        target_at = campaign.target_at
        return {
            "name": campaign.name,
            "description": campaign.description,
            "target_views": campaign.target_views,
            "target_on": timezone.localtime(target_at).date() if target_at is not None else None,
        }

    def clean_target_on(self) -> date | None:
        day: date | None = self.cleaned_data["target_on"]
        if day is not None and day != self.initial.get("target_on") and day < timezone.localdate():
            raise forms.ValidationError("Choose today or a later day.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("target_on") and not data.get("target_views") and "target_views" not in self.errors:
            self.add_error("target_views", "Say how many views are to be reached by then.")
        return data

    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        day: date | None = data["target_on"]
        end = datetime.combine(day, LAST_SECOND, timezone.get_current_timezone()) if day is not None else None
        return {
            "name": data["name"],
            "description": data["description"],
            "target_views": data["target_views"],
            "target_at": end,
        }


class CopyForm(forms.Form):
    """How a copy is to be made."""

    name = forms.CharField(max_length=Campaign.NAME_LENGTH, label="Name of the copy")
    depth = forms.ChoiceField(
        choices=[("shallow", "Share sub-campaigns"), ("deep", "Copy sub-campaigns too")],
        widget=forms.RadioSelect,
        label="Campaigns beneath it",
    )

    @classmethod
    def of(cls, campaign: Campaign, data: Any = None) -> "CopyForm":
        return cls(data, initial={"name": name_of_copy(campaign.name), "depth": "shallow"})


class DeleteForm(forms.Form):
    """The campaign's name, typed again."""

    name = forms.CharField(
        label="Type its name to confirm", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
