"""The forms for a project's videos."""

from django import forms

from videos.models import DECIDED_STATUSES


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
