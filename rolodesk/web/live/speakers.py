"""Who speaks on a socket: signing in, a seat in each further project, and looking again what they may still hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import WebSocket

from rolodesk.domain.access import Agent, Person, Visitor
from rolodesk.domain.errors import BadProject, Forbidden, KeptOut, NotFound, RolodeskError, Unauthenticated
from rolodesk.domain.ids import ProjectId
from rolodesk.usecases import sign_in
from rolodesk.usecases.clock import new_uuid
from rolodesk.web import auth, gate
from rolodesk.web.live import topics

Socket = WebSocket[Any, Any, Any]


class Speaker(msgspec.Struct):
    """Who has signed in, and how to look again whether they still may be here.

    `actor` is whom they speak as in the project that they have named. A registered user need not name one: with a
    `token` it takes a seat in whichever project of its own a topic is of.
    """

    actor: Agent | Visitor | None
    user_id: str
    token: str | None = None
    session_id: str | None = None
    _socket_id: str | None = None

    @property
    def socket_id(self) -> str:
        """A name of this connection, made when it is first asked for."""
        self._socket_id = self._socket_id or new_uuid()
        return self._socket_id

    @property
    def may_take_seats(self) -> bool:
        return self.token is not None and not isinstance(self.actor, Visitor)


def by_address(socket: Socket, said: str) -> Speaker:
    """A client of the reference, by the token in its address. Raises Unauthenticated and the like."""
    token, project_id = auth.bare(said), socket.query_params.get("id_project")
    if project_id:
        return _named(socket, project_id, token)
    return Speaker(None, _person(socket, token).user_id, token=token)


def by_frame(socket: Socket, payload: Mapping[str, Any]) -> Speaker:
    """Who signs in by the first frame, with a page's ticket or a token. Raises Unauthenticated and the like."""
    if isinstance(payload.get("ticket"), str):
        auth.check_same_origin(socket)
        agent, session_id = sign_in.redeem_ticket(auth.database(socket), auth.keys(socket), payload["ticket"])
        gate.check(socket, agent.project_id)
        return Speaker(agent, agent.user_id, session_id=session_id)
    token, project_id = payload.get("token"), payload.get("id_project")
    if not isinstance(token, str) or not isinstance(project_id, str):
        raise Unauthenticated("signin needs a ticket, or a token and id_project")
    return _named(socket, project_id, auth.bare(token))


def _named(socket: Socket, project_id: str, token: str) -> Speaker:
    gate.check(socket, project_id)
    actor = auth.speaker(socket, project_id, token)
    return Speaker(actor, actor.id, token=token)


def _person(socket: Socket, token: str) -> Person:
    if not (sign_in.is_ours(token) and sign_in.is_for_team(token)):
        raise Unauthenticated()
    return sign_in.person_of_token(auth.database(socket), auth.keys(socket), token)


def seat(socket: Socket, speaker: Speaker, project_id: ProjectId) -> Agent:
    """Whom a speaker is in a further project. Raises NotFound to one who may be nobody there, as for no project."""
    if not speaker.may_take_seats or speaker.token is None:
        raise NotFound("no such topic")
    person = _person(socket, speaker.token)
    try:
        gate.check(socket, project_id)
        return sign_in.agent(auth.database(socket), person, project_id)
    except (BadProject, Forbidden, KeptOut):
        raise NotFound("no such topic") from None


Seen = dict[ProjectId, tuple[Agent | Visitor | None, list[str]]]


def look_again(
    socket: Socket,
    speaker: Speaker,
    seats: Mapping[ProjectId, Agent | Visitor],
    held: Mapping[ProjectId, Sequence[str]],
) -> Seen:
    """By project whom the speaker is there now (None: nobody any more) and which of its topics it may hear no more.
    Raises Unauthenticated and the like once the sign-in itself is void."""
    if isinstance(speaker.actor, Visitor):
        gate.check(socket, speaker.actor.project_id)
        auth.speaker(socket, speaker.actor.project_id, speaker.token or "")
        return {}
    if speaker.session_id is not None:
        person = sign_in.person_of_live_session(auth.database(socket), speaker.session_id)
    else:
        person = _person(socket, speaker.token or "")
    return {
        project_id: _seen(socket, person, before, held[project_id]) for project_id, before in seats.items()
    }


def _seen(
    socket: Socket, person: Person, before: Agent | Visitor, held: Sequence[str]
) -> tuple[Agent | None, list[str]]:
    db = auth.database(socket)
    try:
        gate.check(socket, before.project_id)
        actor = sign_in.agent(db, person, before.project_id)
    except (BadProject, Forbidden, KeptOut):
        return None, []
    if actor == before:
        return actor, []
    return actor, [name for name in held if not _may_hear(socket, actor, name)]


def _may_hear(socket: Socket, actor: Agent, name: str) -> bool:
    try:
        topics.check(auth.database(socket), actor, topics.parse(name))
    except RolodeskError:
        return False
    return True
