"""Pages of connections."""

from connections.views.consent import answer, ask, start
from connections.views.manage import disconnect, link_make, link_withdraw

__all__ = ["answer", "ask", "disconnect", "link_make", "link_withdraw", "start"]
