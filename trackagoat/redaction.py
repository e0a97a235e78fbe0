"""What must not stand in logs: the secrets inside links that were sent by mail."""

import re
from typing import Any

from structlog.typing import EventDict

# A link to set a new password or to confirm an address works for whoever reads it.
SECRET_IN_LINK = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)[^/\s'\"]+")


def hide_link_secrets(logger: Any, method: str, event: EventDict) -> EventDict:
    """A structlog processor: replaces the secret part of such links wherever a log line names one."""
    for name, value in event.items():
        if isinstance(value, str) and "/accounts/" in value:
            event[name] = SECRET_IN_LINK.sub(r"\1[hidden]", value)
    return event
