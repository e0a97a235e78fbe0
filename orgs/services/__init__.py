"""What people do with organizations, members and keys: one function per action."""

from orgs.services.api_keys import api_key_create, api_key_revoke, api_key_touch
from orgs.services.organizations import organization_change, organization_create, require_admin

__all__ = [
    "api_key_create",
    "api_key_revoke",
    "api_key_touch",
    "organization_change",
    "organization_create",
    "require_admin",
]
