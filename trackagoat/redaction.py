"""What must not stand in logs: the secrets inside links, and what tells of people more than their id."""

import re
from typing import Any

from structlog.typing import EventDict

# A link to set a new password, to confirm an address to join or to connect works for whoever reads it.
SECRET_IN_LINK = re.compile(r"((?:/accounts/(?:password/reset/key|confirm-email)|/invitations|/connect)/)[^/\s'\"]+")

# What sign-in services and forms put into a query.
SECRET_IN_QUERY = re.compile(r"([?&](?:code|state|token|invitation|key|email|login)=)[^&\s'\"]+")
PERSONAL = ("ip", "user_agent")


def leave_out_personal_data(logger: Any, method: str, event: EventDict) -> EventDict:
    """A structlog processor: drops addresses and browsers of people; their id is enough to find what went wrong."""
    for name in PERSONAL:
        event.pop(name, None)
    return event


def hide_link_secrets(logger: Any, method: str, event: EventDict) -> EventDict:
    """A structlog processor: replaces the secret part of such links wherever a log line names one."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = SECRET_IN_QUERY.sub(r"\1[hidden]", SECRET_IN_LINK.sub(r"\1[hidden]", value))
    return event
