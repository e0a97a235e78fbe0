"""The forms for a project and for a saved view."""

from typing import Any

from django import forms

from projects.models import Project, SavedView


class ProjectForm(forms.Form):
    """A project's name and description."""

    name = forms.CharField(
        max_length=Project._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"placeholder": "Q1 Brand Program", "autocomplete": "off"}),
        error_messages={"required": "Give the project a name."},
    )
    description = forms.CharField(
        required=False,
        max_length=Project._meta.get_field("description").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is about. Also shown to programs that read the API.",
    )
    start_date = forms.DateField(label="Begins", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end_date = forms.DateField(label="Ends", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", "A project ends on the day it begins or later.")
        return cleaned


class SavedViewForm(forms.Form):
    """A list's state under a name. `list` is the URL name of the list, `query` its URL's query."""

    list = forms.CharField(max_length=SavedView._meta.get_field("list_name").max_length)
    name = forms.CharField(
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={"required": "Give the view a name, such as “Behind this week”."},
    )
    query = forms.CharField(
        max_length=SavedView._meta.get_field("query").max_length,
        required=False,
        error_messages={"max_length": "These filters are too many to be saved. Choose fewer."},
    )
