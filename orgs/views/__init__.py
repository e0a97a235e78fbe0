"""Pages of an organization's settings."""

from orgs.views.api_keys import api_key_revoke, api_keys
from orgs.views.general import settings

__all__ = ["api_key_revoke", "api_keys", "settings"]
