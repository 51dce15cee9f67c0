"""Live pages and widgets over one WebSocket: docs/protocol.md says the frames."""

from rolodesk.web.live.hub import Hub
from rolodesk.web.live.socket import route_handlers

__all__ = ["Hub", "route_handlers"]
