"""What people do about connections, and what workers do for them: one function per action."""

from connections.services.connecting import connect
from connections.services.ending import disconnect
from connections.services.links import link_make, link_withdraw

__all__ = ["connect", "disconnect", "link_make", "link_withdraw"]
