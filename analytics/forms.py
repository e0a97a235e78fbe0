"""Forms for notes on charts."""

from django import forms

from analytics.models import Annotation


class AnnotationForm(forms.Form):
    """What happened on a day."""

    date = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-01-31."},
    )
    kind = forms.ChoiceField(label="Kind", choices=Annotation.Kind.choices)
    text = forms.CharField(
        label="What happened",
        max_length=Annotation._meta.get_field("text").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Spring launch went live"}),
        error_messages={"required": "Say in a few words what happened."},
    )
