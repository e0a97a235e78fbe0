"""Pages of an organization's settings, of invitations and of a person's account."""

from orgs.views.account import account, account_organizations, organization_new, session_end, two_factor_required
from orgs.views.api_keys import api_key_rename, api_key_revoke, api_keys
from orgs.views.audit import audit_csv, audit_log
from orgs.views.deletion import (
    organization_delete,
    organization_deleted,
    organization_export,
    organization_restore,
)
from orgs.views.general import settings
from orgs.views.invitations import invitation, invitation_accept, invitation_decline
from orgs.views.members import (
    invitation_cancel,
    invitation_resend,
    member_remove,
    member_role,
    members,
    organization_leave,
)
from orgs.views.usage import usage

__all__ = [
    "account",
    "account_organizations",
    "api_key_rename",
    "api_key_revoke",
    "api_keys",
    "audit_csv",
    "audit_log",
    "invitation",
    "invitation_accept",
    "invitation_cancel",
    "invitation_decline",
    "invitation_resend",
    "member_remove",
    "member_role",
    "members",
    "organization_delete",
    "organization_deleted",
    "organization_export",
    "organization_leave",
    "organization_new",
    "organization_restore",
    "session_end",
    "settings",
    "two_factor_required",
    "usage",
]
