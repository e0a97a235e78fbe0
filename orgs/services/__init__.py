"""What people do with organizations, members, invitations and keys: one function per action."""

from orgs.services.api_keys import api_key_create, api_key_rename, api_key_revoke, api_key_touch
from orgs.services.invitations import (
    invitation_accept,
    invitation_cancel,
    invitation_create,
    invitation_decline,
    invitation_resend,
)
from orgs.services.members import member_change_role, member_remove, organization_leave
from orgs.services.organizations import (
    organization_change,
    organization_create,
    organization_delete,
    organization_restore,
    require_admin,
)
from orgs.services.plans import (
    limit_override_clear,
    limit_override_set,
    organization_close,
    organization_reopen,
    organization_set_tier,
    organization_suspend,
    organization_unsuspend,
)
from orgs.services.users import user_suspend, user_unsuspend

__all__ = [
    "api_key_create",
    "api_key_rename",
    "api_key_revoke",
    "api_key_touch",
    "invitation_accept",
    "invitation_cancel",
    "invitation_create",
    "invitation_decline",
    "invitation_resend",
    "limit_override_clear",
    "limit_override_set",
    "member_change_role",
    "member_remove",
    "organization_change",
    "organization_close",
    "organization_create",
    "organization_delete",
    "organization_leave",
    "organization_reopen",
    "organization_restore",
    "organization_set_tier",
    "organization_suspend",
    "organization_unsuspend",
    "require_admin",
    "user_suspend",
    "user_unsuspend",
]
