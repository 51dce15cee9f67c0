"""Bots, which other servers of this API have and this one has not."""

from __future__ import annotations

from typing import Any

from litestar import get

from rolodesk.domain.access import Permission, require
from rolodesk.web import auth
from rolodesk.web.api.reading import AnyRequest


@get("/{project_id:str}/faq_kb", tags=["bots"], sync_to_thread=True)
def bots(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """No bots: clients that ask for them go on without."""
    require(auth.team(request, project_id), Permission.VIEW_PROJECT)
    return []


route_handlers: list[Any] = [bots]
