"""Forms for signing up, for organizations and for API keys."""

from orgs.forms.api_keys import ApiKeyForm
from orgs.forms.organizations import OrganizationForm, SettingsForm
from orgs.forms.signup import SignupForm

__all__ = ["ApiKeyForm", "OrganizationForm", "SettingsForm", "SignupForm"]
