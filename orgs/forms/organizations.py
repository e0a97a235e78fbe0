"""Forms for organizations: their name and their settings."""

from typing import Any

from django import forms

from orgs.limits import limit
from orgs.models import Organization
from orgs.timezones import timezone_names, validate_timezone

KINDS = {
    "creator_profiles": "Creator profiles",
    "discover_videos": "New posts",
    "video_stats": "Numbers of posts",
}
HOURS = (1, 2, 3, 4, 6, 8, 12, 24, 36, 48, 72, 168)
FEWEST_EXPIRY_DAYS, MOST_EXPIRY_DAYS = 7, 365
TOO_LONG = "At most %(limit_value)d characters; this has %(show_value)d."


class OrganizationName(forms.CharField):
    """An organization's name: something to read, not too long for a switcher."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Company or brand",
            max_length=Organization._meta.get_field("name").max_length,
            error_messages={"required": "Name your company or brand.", "max_length": TOO_LONG},
            **kwargs,
        )


class OrganizationForm(forms.Form):
    """A new organization's name."""

    name = OrganizationName()


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an admin sets for everybody: name, calendar, how often TikTok is read."""

    name = OrganizationName()
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        validators=[validate_timezone],
        widget=forms.TextInput(attrs={"list": "timezones", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Every day, week and month in reports begins here. A change moves the past too.",
        error_messages={"required": "Choose a time zone from the list, such as Europe/Berlin."},
    )
    video_expiry_days = forms.IntegerField(
        label="Stop reading posts after",
        required=False,
        min_value=FEWEST_EXPIRY_DAYS,
        max_value=MOST_EXPIRY_DAYS,
        help_text=f"Days since posting, {FEWEST_EXPIRY_DAYS} to {MOST_EXPIRY_DAYS}. Leave empty for never.",
    )

    class Meta:
        model = Organization
        fields = (
            "name",
            "timezone",
            "week_start",
            *(f"{kind}_hours" for kind in KINDS),
            "video_expiry_days",
            "require_two_factor",
        )
        labels = {"week_start": "Week starts on", "require_two_factor": "Require two-factor sign-in of every member"}
        help_texts = {
            "require_two_factor": "Who has not set it up is led there and sees nothing of the organization until then."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in KINDS.items():
            self.fields[f"{kind}_hours"] = self._interval(kind, label)
        self.timezone_names = timezone_names()

    def _interval(self, kind: str, label: str) -> forms.TypedChoiceField:
        """How often one kind is read; what the plan forbids is not offered, and a set value below it says so."""
        floor = limit(self.instance, f"min_{kind}_hours") or 0
        set_to = getattr(self.instance, f"{kind}_hours")
        offered = sorted({hours for hours in HOURS if hours >= floor} | {max(set_to, floor)})
        help_text = f"Your plan reads at most every {_hours(floor)}." if floor > min(HOURS) else ""
        field = forms.TypedChoiceField(
            label=label,
            coerce=int,
            choices=[(hours, f"Every {_hours(hours)}") for hours in offered],
            help_text=help_text,
            error_messages={"invalid_choice": f"Choose one of the intervals from every {_hours(offered[0])} on."},
        )
        self.initial[f"{kind}_hours"] = max(set_to, floor)
        return field


def _hours(hours: int) -> str:
    if hours == 168:
        return "week"
    if hours % 24 == 0:
        return "day" if hours == 24 else f"{hours // 24} days"
    return "hour" if hours == 1 else f"{hours} hours"
