"""The filters of the audit log."""

from typing import Any

from django import forms


class AuditFilterForm(forms.Form):
    """Who, what, on which object, and when; what makes no sense is said beside its field and filters nothing."""

    actor = forms.CharField(label="Who", required=False, max_length=254)
    action = forms.ChoiceField(label="Did what", required=False)
    object = forms.CharField(label="To which", required=False, max_length=254)
    from_ = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, actions: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["action"].choices = [("", "Anything"), *actions]  # type: ignore[attr-defined]
        for name in ("actor", "object"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def add_prefix(self, field_name: str) -> str:
        return "from" if field_name == "from_" else field_name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("from_"), values.get("to")
        if start and end and start > end:
            self.add_error("to", "This day is before the first one.")
        return values
