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
from rolodesk.domain.errors import Conflict, RolodeskError, TooMany, Unauthenticated
from rolodesk.domain.ids import ProjectId
from rolodesk.usecases import sign_in
from rolodesk.web import auth
from rolodesk.web.live import frames, speakers, topics
from rolodesk.web.live.client import Client
from rolodesk.web.live.hub import Hub, in_thread
from rolodesk.web.live.speakers import Speaker
from rolodesk.web.live.topics import Topic

SILENCE = 65.0
PING_EVERY = 30.0
CHECK_EVERY = 300.0
SIGN_IN_WITHIN = 20.0
MAX_FRAME = 64 * 1024
MAX_TOPICS = 200
CLOSE_WITHIN = 5.0
CATCH_UP_WITHIN = 30.0
MAX_TOPIC = 300
VOID = 4401
FORBIDDEN = {"code": "forbidden", "msg": "you may not do this"}

Socket = WebSocket[Any, Any, Any]
log = structlog.get_logger()
PING = frames.encode({"action": "heartbeat", "payload": {"message": {"text": "ping"}}})
PONG = frames.encode({"action": "heartbeat", "payload": {"message": {"text": "pong"}}})


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
    with contextlib.suppress(WebSocketDisconnect, asyncio.TimeoutError):
        speaker = await _signed_in(socket)
        if speaker is not None:
            await _serve(socket, speaker)
    # One who does not read would hold up its end for as long as it likes.
    with contextlib.suppress(Exception):
        await asyncio.wait_for(socket.close(), CLOSE_WITHIN)


async def _signed_in(socket: Socket) -> Speaker | None:
    """Who is there, by the token in the address or by the first frame; None once it has been told that it is nobody."""
    token = socket.query_params.get("token")
    if token is not None:
        try:
            speaker = await in_thread(speakers.by_address, socket, token)
        except RolodeskError:
            await _refuse(socket)
            return None
        await socket.accept()
        return speaker
    await socket.accept()
    try:
        action, payload = _frame(await asyncio.wait_for(socket.receive_data(mode="text"), SIGN_IN_WITHIN))
        if action != "signin":
            raise Unauthenticated("the first frame must be signin")
        return await in_thread(speakers.by_frame, socket, payload)
    except RolodeskError as error:
        said = {"action": "signin", "payload": {"success": False, "msg": error.message}}
        await socket.send_data(frames.encode(said).decode(), mode="text")
        await socket.close(VOID, "Unauthorized")
        return None


async def _refuse(socket: Socket) -> None:
    """Answer the upgrade itself with 401."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    answer: list[Any] = [
        {"type": "websocket.http.response.start", "status": 401, "headers": headers},
        {"type": "websocket.http.response.body", "body": b"Unauthorized", "more_body": False},
    ]
    for message in answer:
        await socket.send(message)


class Connection(msgspec.Struct):
    """A client that has signed in, with who speaks on its socket."""

    socket: Socket
    hub: Hub
    speaker: Speaker
    client: Client

    @property
    def named(self) -> ProjectId | None:
        """The project that it has named when it signed in, where it has its seat for good."""
        return self.speaker.actor.project_id if self.speaker.actor else None


async def _serve(socket: Socket, speaker: Speaker) -> None:
    gone = asyncio.Event()

    async def send(text: str) -> None:
        await socket.send_data(text, mode="text")

    client = Client(send, gone.set)
    client.heard_at = _time()
    hub: Hub = socket.app.state.hub
    welcome: dict[str, Any] = {"success": True}
    if speaker.actor is not None:
        welcome["event"] = await hub.join(client, speaker.actor)
    client.push(frames.encode({"action": "signin", "payload": welcome}))
    here = Connection(socket, hub, speaker, client)
    watching = asyncio.ensure_future(_watch(here))
    listening = asyncio.ensure_future(_listen(here))
    cut = asyncio.ensure_future(gone.wait())
    try:
        await asyncio.wait({watching, listening, cut}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (watching, listening, cut):
            task.cancel()
        for project_id in list(client.seats):
            hub.leave(client, project_id)
    for task in (watching, listening):
        error = task.exception() if task.done() and not task.cancelled() else None
        if error is not None and not isinstance(error, WebSocketDisconnect):
            log.error("a socket has ended by an error", project=here.named, exc_info=error)


async def _watch(here: Connection) -> None:
    """Say ping, leave when nobody answers, and look again now and then, and when there is a reason, what the client may
    still hear."""
    checked, pinged = _time(), _time()
    while True:
        await here.client.nap(pinged + PING_EVERY - _time())
        if _time() >= pinged + PING_EVERY:
            if _time() - here.client.heard_at > SILENCE:
                return
            pinged = _time()
            here.client.push(PING)
        if here.client.doubted or _time() - checked > CHECK_EVERY:
            checked, here.client.doubted = _time(), False
            if not await _look_again(here):
                await here.socket.close(VOID, "Unauthorized")
                return
            if not here.client.doubted:
                here.client.trust()


async def _look_again(here: Connection) -> bool:
    """Take from the client what it may hear no more; whether it may stay at all."""
    client, hub = here.client, here.hub
    held = {project_id: client.topics(project_id) for project_id in client.seats}
    try:
        found = await in_thread(speakers.look_again, here.socket, here.speaker, dict(client.seats), held)
    except RolodeskError:
        return False
    for project_id, (actor, refused) in found.items():
        if project_id not in client.seats:
            continue
        for topic in client.topics(project_id):
            if actor is None or topic in refused:
                hub.unsubscribe(client, topic)
                client.push(frames.subscribed(topic, error=FORBIDDEN))
        if actor is None:
            hub.leave(client, project_id)
        elif actor != client.seats[project_id]:
            for again in hub.reseat(client, actor):
                await _begin_again(here, again)
    return here.named is None or here.named in client.seats


async def _begin_again(here: Connection, topic: Topic) -> None:
    """Let a topic begin anew for a client that hears it as somebody else from now on."""
    try:
        await asyncio.wait_for(here.hub.subscribe(here.client, topic, None), CATCH_UP_WITHIN)
    except RolodeskError:
        here.client.push(frames.subscribed(topic.name, error=FORBIDDEN))
    except TimeoutError:
        here.client.cut()


async def _listen(here: Connection) -> None:
    """Do what the client says until it goes."""
    while True:
        text = await here.socket.receive_data(mode="text")
        here.client.heard_at = _time()
        if len(text) > MAX_FRAME:
            return
        action, payload = _frame(text)
        topic = payload.get("topic")
        if isinstance(topic, str):
            await _obey(here, action, topic[:MAX_TOPIC], payload)
        elif action == "heartbeat":
            message = payload.get("message")
            if isinstance(message, dict) and message.get("text") == "ping":
                here.client.push(PONG)
        elif action == "me":
            me = {"id": here.speaker.socket_id, "userId": here.speaker.user_id}
            here.client.push(frames.encode({"action": "me", "payload": me}))


async def _obey(here: Connection, action: str, topic: str, payload: dict[str, Any]) -> None:
    """Do what is about a topic."""
    if action == "subscribe":
        after = payload.get("after")
        await _subscribe(here, topic, after if type(after) is int and after >= 0 else None)
    elif action == "unsubscribe":
        here.hub.unsubscribe(here.client, topic)
        _give_up_seats(here)
    elif action == "typing" and topic in here.client.subscriptions:
        await _typing(here, topic)
    elif action in ("publish", "broadcast"):
        # The reference lets clients publish to each other.
        here.client.push(frames.refused(action, topic, FORBIDDEN))


async def _subscribe(here: Connection, name: str, after: int | None) -> None:
    client, hub = here.client, here.hub
    hub.unsubscribe(client, name)
    try:
        if len(client.subscriptions) >= MAX_TOPICS:
            raise Conflict("too many topics", "too_many")
        topic = topics.parse(name)
        if topic.project_id not in client.seats:
            await hub.join(
                client, await in_thread(speakers.seat, here.socket, here.speaker, topic.project_id)
            )
        await hub.subscribe(client, topic, after)
    except RolodeskError as error:
        client.push(frames.subscribed(name, error={"code": error.code, "msg": error.message}))
    _give_up_seats(here)


def _give_up_seats(here: Connection) -> None:
    """A seat that was taken for a topic goes with the last one."""
    for project_id in list(here.client.seats):
        if project_id != here.named and not here.client.topics(project_id):
            here.hub.leave(here.client, project_id)


async def _typing(here: Connection, name: str) -> None:
    topic = topics.parse(name)
    actor = here.client.seats.get(topic.project_id)
    if topic.kind != "request" or actor is None:
        return
    if isinstance(actor, Visitor):
        try:
            auth.limits(here.socket).messages.take(f"typing {topic.project_id} {actor.key}")
        except TooMany:
            return
    called = actor.name if isinstance(actor, Agent) else str(actor.claims.get("firstname") or "")
    said = {"sender": actor.id, "senderFullname": called[:200]}
    await here.hub.pass_on(topic.project_id, name, "TYPING", said, but=here.client)


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
