"""Keeping visitors out of a project and letting them in again, as clients of the reference do it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, post
from litestar.params import JSONBody

from rolodesk.domain.access import Agent
from rolodesk.storage.database import Database
from rolodesk.usecases import blocking, projects
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest


class BanBody(msgspec.Struct):
    """The id that is in a visitor's token, and its address if it is known."""

    id: Any = None
    ip: Any = None


@post("/projects/{project_id:str}/ban", status_code=200, tags=["projects"], sync_to_thread=True)
def ban(request: AnyRequest, project_id: str, data: JSONBody[BanBody]) -> dict[str, Any]:
    """Keep a visitor or user of the site out (admin): it can neither sign in nor write, whatever contact it is of."""
    db, actor = auth.database(request), auth.team(request, project_id)
    blocking.ban(db, actor, data.id, data.ip)
    return project(db, actor)


@delete(
    "/projects/{project_id:str}/ban/{ban_id:str}", status_code=200, tags=["projects"], sync_to_thread=True
)
def unban(request: AnyRequest, project_id: str, ban_id: str) -> dict[str, Any]:
    """Let it in again (admin); the `_id` of an entry of `bannedUsers`."""
    db, actor = auth.database(request), auth.team(request, project_id)
    blocking.unban(db, actor, ban_id)
    return project(db, actor)


def project(db: Database, actor: Agent) -> dict[str, Any]:
    """The project with who is blocked in it."""
    return render.project(projects.get(db, actor), banned=blocking.blocked(db, actor))


route_handlers: list[Any] = [ban, unban]
