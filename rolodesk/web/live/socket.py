"""The WebSocket: signing in, the frames that a client may say, and how long it may be silent."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
import structlog
from litestar import Request, WebSocket, post, websocket
from litestar.exceptions import WebSocketDisconnect

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.errors import RolodeskError, Unauthenticated
from rolodesk.usecases import sign_in
from rolodesk.web import auth
from rolodesk.web.live import frames
from rolodesk.web.live.client import Client
from rolodesk.web.live.hub import Hub, in_thread

SILENCE = 65.0
PING_EVERY = 30.0
CHECK_EVERY = 300.0
SIGN_IN_WITHIN = 20.0
MAX_FRAME = 64 * 1024
MAX_TOPICS = 200
CLOSE_WITHIN = 5.0
VOID = 4401

Socket = WebSocket[Any, Any, Any]
log = structlog.get_logger()
PING = frames.encode({"action": "heartbeat", "payload": {"message": {"text": "ping"}}})
PONG = frames.encode({"action": "heartbeat", "payload": {"message": {"text": "pong"}}})


class Speaker(msgspec.Struct):
    """Who has signed in, and how to look again whether they still may be here."""

    actor: Agent | Visitor
    token: str | None = None
    session_id: str | None = None


@post("/p/{project_id:str}/ticket", include_in_schema=False, status_code=200, sync_to_thread=True)
def ticket(request: Request[Any, Any, Any], project_id: str) -> dict[str, str]:
    """What a page signs its socket in with."""
    auth.check_csrf(request, None)
    person = auth.person(request)
    agent = sign_in.agent(auth.database(request), person, project_id)
    return {"ticket": sign_in.ticket(auth.keys(request), agent, person)}


@websocket(["/ws", "/ws/", "/api/ws"])
async def live(socket: Socket) -> None:
    """One client from beginning to end."""
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, asyncio.TimeoutError):
        speaker = await _signed_in(socket)
        if speaker is not None:
            await _serve(socket, speaker)
    # One who does not read would hold up its end for as long as it likes.
    with contextlib.suppress(Exception):
        await asyncio.wait_for(socket.close(), CLOSE_WITHIN)


async def _signed_in(socket: Socket) -> Speaker | None:
    """Who is there, by the token in the address or by the first frame."""
    token = socket.query_params.get("token")
    try:
        if token:
            return await in_thread(_by_platform_token, socket, auth.bare(token))
        action, payload = _frame(await asyncio.wait_for(socket.receive_data(mode="text"), SIGN_IN_WITHIN))
        if action != "signin":
            raise Unauthenticated("the first frame must be signin")
        return await in_thread(_by_frame, socket, payload)
    except RolodeskError as error:
        said = {"action": "signin", "payload": {"success": False, "msg": error.message}}
        await socket.send_data(frames.encode(said).decode(), mode="text")
        await socket.close(VOID, "Unauthorized")
        return None


def _by_platform_token(socket: Socket, token: str) -> Speaker:
    """A client of the reference names no project: it is that of the token's holder with the most recent change, and
    each topic is checked against it."""
    project_id = socket.query_params.get("id_project") or _only_project(socket, token)
    return Speaker(auth.speaker(socket, project_id, token), token=token)


def _only_project(socket: Socket, token: str) -> str:
    return sign_in.project_of_token(auth.database(socket), auth.keys(socket), token)


def _by_frame(socket: Socket, payload: dict[str, Any]) -> Speaker:
    if isinstance(payload.get("ticket"), str):
        auth.check_same_origin(socket)
        agent, session_id = sign_in.redeem_ticket(auth.database(socket), auth.keys(socket), payload["ticket"])
        return Speaker(agent, session_id=session_id)
    token, project_id = payload.get("token"), payload.get("id_project")
    if not isinstance(token, str) or not isinstance(project_id, str):
        raise Unauthenticated("signin needs a ticket, or a token and id_project")
    token = auth.bare(token)
    return Speaker(auth.speaker(socket, project_id, token), token=token)


async def _serve(socket: Socket, speaker: Speaker) -> None:
    hub: Hub = socket.app.state.hub
    gone = asyncio.Event()

    async def send(text: str) -> None:
        await socket.send_data(text, mode="text")

    client = Client(speaker.actor, send, gone.set)
    client.heard_at = _time()
    last = await hub.join(client)
    client.push(frames.encode({"action": "signin", "payload": {"success": True, "event": last}}))
    watching = asyncio.ensure_future(_watch(socket, speaker, client))
    listening = asyncio.ensure_future(_listen(socket, hub, client))
    cut = asyncio.ensure_future(gone.wait())
    try:
        await asyncio.wait({watching, listening, cut}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (watching, listening, cut):
            task.cancel()
        hub.leave(client)
    for task in (watching, listening):
        error = task.exception() if task.done() and not task.cancelled() else None
        if error is not None and not isinstance(error, WebSocketDisconnect):
            log.error("a socket has ended by an error", project=client.actor.project_id, exc_info=error)


async def _watch(socket: Socket, speaker: Speaker, client: Client) -> None:
    """Say ping, leave when nobody answers, and look again now and then whether the client may still be here."""
    checked = _time()
    while True:
        await asyncio.sleep(PING_EVERY)
        if _time() - client.heard_at > SILENCE:
            return
        client.push(PING)
        if _time() - checked > CHECK_EVERY:
            checked = _time()
            try:
                await in_thread(_still, socket, speaker)
            except RolodeskError:
                await socket.close(VOID, "Unauthorized")
                return


def _still(socket: Socket, speaker: Speaker) -> None:
    if speaker.session_id is not None:
        person = sign_in.person_of_live_session(auth.database(socket), speaker.session_id)
        sign_in.agent(auth.database(socket), person, speaker.actor.project_id)
    elif speaker.token is not None:
        auth.speaker(socket, speaker.actor.project_id, speaker.token)


async def _listen(socket: Socket, hub: Hub, client: Client) -> None:
    """Do what the client says until it goes."""
    while True:
        text = await socket.receive_data(mode="text")
        client.heard_at = _time()
        if len(text) > MAX_FRAME:
            return
        action, payload = _frame(text)
        await _obey(hub, client, action, payload)


async def _obey(hub: Hub, client: Client, action: str, payload: dict[str, Any]) -> None:
    topic = payload.get("topic")
    if action == "heartbeat":
        message = payload.get("message")
        if isinstance(message, dict) and message.get("text") == "ping":
            client.push(PONG)
    elif action == "subscribe" and isinstance(topic, str):
        after = payload.get("after")
        if topic in client.subscriptions:
            hub.unsubscribe(client, topic)
        if len(client.subscriptions) >= MAX_TOPICS:
            client.push(frames.subscribed(topic[:300], error={"code": "too_many", "msg": "too many topics"}))
            return
        await hub.subscribe(client, topic[:300], after if type(after) is int and after >= 0 else None)
    elif action == "unsubscribe" and isinstance(topic, str):
        hub.unsubscribe(client, topic)
    elif action == "typing" and isinstance(topic, str) and topic in client.subscriptions:
        await _typing(hub, client, topic)


async def _typing(hub: Hub, client: Client, topic: str) -> None:
    if frames.parse(topic).kind != "request":
        return
    actor = client.actor
    name = actor.name if isinstance(actor, Agent) else str(actor.claims.get("firstname") or "")
    await hub.pass_on(
        actor.project_id, topic, "TYPING", {"sender": actor.id, "senderFullname": name}, but=client
    )


def _frame(text: str) -> tuple[str, dict[str, Any]]:
    """The action and payload; an empty action for what is no frame."""
    try:
        said = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return "", {}
    if not isinstance(said, dict) or not isinstance(said.get("action"), str):
        return "", {}
    payload = said.get("payload")
    return said["action"], payload if isinstance(payload, dict) else {}


def _time() -> float:
    return asyncio.get_running_loop().time()


route_handlers: list[Any] = [ticket, live]
