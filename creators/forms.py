"""Forms for adding creators and for one creator's settings."""

from typing import Any

from django import forms

from creators.models import Creator
from creators.starts import FIRST_DAY_OF_TIKTOK
from videos.services.modes import Waiting

MAX_ENTRIES = 50
MAX_ENTRY_LENGTH = 2_000
NOTES_LENGTH = Creator._meta.get_field("description").max_length


class AddCreatorsForm(forms.Form):
    """One or many handles and profile links, one per line."""

    entries = forms.CharField(
        label="Handles or profile links",
        max_length=MAX_ENTRIES * MAX_ENTRY_LENGTH,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "placeholder": "@handle or profile link, one per line",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Paste a handle such as @mara.cooks or a link to a TikTok profile."},
    )

    def clean_entries(self) -> list[str]:
        """The lines that hold something, at most MAX_ENTRIES of them."""
        entries = [line.strip() for line in self.cleaned_data["entries"].splitlines() if line.strip()]
        if len(entries) > MAX_ENTRIES:
            raise forms.ValidationError(
                f"These are {len(entries)} lines. Paste up to {MAX_ENTRIES} at once; nothing was added yet."
            )
        return entries


class CsvForm(forms.Form):
    """A CSV of creators."""

    file = forms.FileField(
        label="CSV file",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain,.tsv"}),
        error_messages={
            "required": "Choose a CSV file first.",
            "empty": "There is nothing in this file. Choose one with a handle or profile link on each line.",
        },
    )


class HandleForm(forms.Form):
    """Another handle for a creator."""

    handle = forms.CharField(
        max_length=MAX_ENTRY_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Type the handle as TikTok shows it, such as @mara.cooks."},
    )


class StartForm(forms.Form):
    """The day from which posts are taken in."""

    tracking_start_date = forms.DateField(
        label="Take posts in from",
        widget=forms.DateInput(attrs={"type": "date", "min": FIRST_DAY_OF_TIKTOK.isoformat()}, format="%Y-%m-%d"),
        help_text="Later posts are in; earlier ones are in no list and no number, and come back with an earlier day.",
        error_messages={
            "required": "Choose the day from which posts are taken in.",
            "invalid": "Write the day as year, month and day, such as 2026-01-31.",
        },
    )


class CreatorForm(forms.Form):
    """What an organization says about a creator itself."""

    display_name_override = forms.CharField(
        label="Display name",
        required=False,
        max_length=Creator._meta.get_field("display_name_override").max_length,
        help_text="Shown instead of the name on TikTok. Leave empty to follow TikTok.",
    )
    description = forms.CharField(
        label="Notes",
        required=False,
        max_length=NOTES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What your team should know; Markdown works. Also shown to programs that read the API.",
    )


class ModeForm(forms.Form):
    """How a creator's new posts are taken in; and, where some wait in the inbox, what becomes of those."""

    tracking_mode = forms.ChoiceField(label="New posts", choices=Creator.TrackingMode.choices, widget=forms.RadioSelect)
    waiting = forms.ChoiceField(
        label="Posts that wait now",
        required=False,
        choices=[
            (Waiting.APPROVE, "Approve them"),
            (Waiting.EXCLUDE, "Exclude them"),
            (Waiting.LEAVE, "Leave them in the inbox"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, creator: Creator, waiting_number: int) -> None:
        super().__init__(data, initial={"tracking_mode": creator.tracking_mode})
        self.waiting_number, self._mode = waiting_number, creator.tracking_mode

    @property
    def is_changed(self) -> bool:
        """Whether another mode than the creator has was chosen."""
        return bool(self.cleaned_data["tracking_mode"] != self._mode)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        is_changed = cleaned.get("tracking_mode") not in (None, self._mode)
        if is_changed and self.waiting_number and not cleaned.get("waiting"):
            self.add_error("waiting", "Say what becomes of the posts that wait; nothing was changed yet.")
        return cleaned
