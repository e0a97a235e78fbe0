"""The forms for a project's videos: adding some, deciding on some, notes."""

from django import forms

from videos.models import DECIDED_STATUSES, Video
from videos.services.adding import MAX_ENTRIES

MAX_ENTRY_LENGTH = 2_000


class AddVideosForm(forms.Form):
    """One or many addresses of posts, one per line."""

    entries = forms.CharField(
        label="Links to TikTok posts",
        max_length=MAX_ENTRIES * MAX_ENTRY_LENGTH,
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "placeholder": "https://www.tiktok.com/@mara.cooks/video/7452000000000000001",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        help_text="One per line, up to 50: videos and photo posts of anybody, short links too.",
        error_messages={"required": "Paste the link of a TikTok video or photo post."},
    )

    def clean_entries(self) -> list[str]:
        """The lines that hold something, at most MAX_ENTRIES of them."""
        entries = [line.strip() for line in self.cleaned_data["entries"].splitlines() if line.strip()]
        if len(entries) > MAX_ENTRIES:
            raise forms.ValidationError(
                f"These are {len(entries)} lines. Paste up to {MAX_ENTRIES} at once; nothing was added yet."
            )
        return entries


class NotesForm(forms.Form):
    """What an organization says about a video."""

    description = forms.CharField(
        label="Notes",
        required=False,
        max_length=Video._meta.get_field("description").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown. What your team should know; programs that read the API see it, too.",
    )


class DecisionForm(forms.Form):
    """What is decided in the inbox: on the posts named beside it, or on all that match (of one creator).

    `as_of`: when the page was made, so that what has arrived since is not meant. `overrule_until`: the latest decision
    of somebody else that the person has seen and decides against.
    """

    tracking_status = forms.ChoiceField(choices=[(status.value, status.label) for status in DECIDED_STATUSES])
    all_matching = forms.BooleanField(required=False)
    of_creator = forms.UUIDField(required=False)
    as_of = forms.DateTimeField(required=False)
    overrule_until = forms.DateTimeField(required=False)
