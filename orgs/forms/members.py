"""The form for inviting somebody."""

from django import forms

from orgs.models import Membership


class InvitationForm(forms.Form):
    """Whom to ask, and to which role."""

    email = forms.EmailField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"placeholder": "anna@brand.example", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the address to invite.",
            "invalid": "This is no e-mail address, such as anna@brand.example.",
        },
    )
    role = forms.ChoiceField(
        choices=Membership.Role.choices,
        initial=Membership.Role.MEMBER,
        error_messages={"invalid_choice": "Choose a role from the list: admin or member."},
    )
