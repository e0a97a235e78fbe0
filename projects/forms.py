"""The form for a project."""

from django import forms

from projects.models import Project


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
