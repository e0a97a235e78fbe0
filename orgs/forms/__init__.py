"""Forms for signing up, for organizations, their members and API keys."""

from orgs.forms.api_keys import ApiKeyForm, ApiKeyNameForm
from orgs.forms.members import InvitationForm
from orgs.forms.organizations import OrganizationForm, SettingsForm
from orgs.forms.profile import ProfileForm
from orgs.forms.signup import SignupForm

__all__ = [
    "ApiKeyForm",
    "ApiKeyNameForm",
    "InvitationForm",
    "OrganizationForm",
    "ProfileForm",
    "SettingsForm",
    "SignupForm",
]
