"""Forms for adding creators and for one creator's settings."""

from django import forms

from creators.models import Creator

MAX_ENTRIES = 50
MAX_ENTRY_LENGTH = 2_000


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


class HandleForm(forms.Form):
    """Another handle for a creator."""

    handle = forms.CharField(
        max_length=MAX_ENTRY_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Type the handle as TikTok shows it, such as @mara.cooks."},
    )


class CreatorForm(forms.Form):
    """What an organization says about a creator itself."""

    display_name_override = forms.CharField(
        label="Display name",
        required=False,
        max_length=Creator._meta.get_field("display_name_override").max_length,
        help_text="Shown instead of the name on TikTok. Leave empty to follow TikTok.",
    )
    tracking_mode = forms.ChoiceField(label="New posts", choices=Creator.TrackingMode.choices, widget=forms.RadioSelect)
    description = forms.CharField(
        label="Notes",
        required=False,
        max_length=Creator._meta.get_field("description").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What your team should know. Also shown to programs that read the API.",
    )
