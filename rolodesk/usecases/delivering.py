"""Telling webhooks what has happened: the list of deliveries is written from the events, and each tried until taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import jwt
import msgspec
from msgspec import Struct, structs

from rolodesk.domain.access import System
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.signature import sign
from rolodesk.domain.webhook import DAY, KEPT, Delivery, Try, Webhook, names_of, pause_after
from rolodesk.storage import deliveries, events, webhooks
from rolodesk.storage.database import Database, WriteTx, retried
from rolodesk.usecases.clock import chance, new_id, new_uuid, now
from rolodesk.usecases.telling import Told, told
from rolodesk.usecases.webhooks import body_of, new_delivery

AT_ONCE = 100
DELETED_AT_ONCE = 500
# Whoever tries a delivery and says nothing for so long has been killed. Longer than any try takes.
LEASE = 60_000
TOKEN_TERM = 300
GONE = 410


class Bodies(Struct, frozen=True):
    """How what has happened, and a hook, are told as JSON; `brand` is who sends it, `origin` from where."""

    payload: Callable[[Told, str], Mapping[str, Any]]
    subscription: Callable[[Webhook], Mapping[str, Any]]
    brand: str
    origin: str


class Parcel(Struct, frozen=True):
    """A delivery that is to be sent now, by whoever has its mark."""

    hook: Webhook
    delivery: Delivery
    mark: str
    headers: dict[str, str]
    body: bytes


class Outcome(Struct, frozen=True):
    """What has come of a try: the answer's status, the sentence that says why it failed (None if it did not), the
    answer's beginning, milliseconds."""

    status: int | None
    error: str | None
    answer: str | None
    duration: int


# Planning.


def listening(db: Database) -> dict[ProjectId, bool]:
    """The projects with hooks that are on, and whether something has happened there since a hook's last event."""
    with db.read() as tx:
        return webhooks.projects_listening(tx)


@retried
def plan(db: Database, project_id: ProjectId, bodies: Bodies, looked: object = None) -> tuple[bool, object]:
    """Write the deliveries of the next events into the list and move the hooks on, all in one transaction: whoever is
    killed meanwhile has done nothing, and nothing is left out.

    Whether there is more to do at once, and a mark to hand in as `looked` next time: as long as it holds there is
    nothing for anybody, and nothing is written.
    """
    with db.read() as tx:
        hooks = [hook for hook in webhooks.of_project(tx, project_id) if hook.enabled]
        last = events.last(tx, project_id)
        mark = (last, frozenset((hook.id, hook.planned, hook.updated_at) for hook in hooks))
        if mark == looked or not hooks:
            return False, mark
        first = min(hook.planned for hook in hooks)
        recorded = events.after(tx, project_id, first, AT_ONCE)
        asked = _asked(hooks)
        happened = told(tx, project_id, [r for r in recorded if _is_asked(asked, r.event)])
    if not recorded or (not happened and len(recorded) < AT_ONCE):
        return False, mark
    payloads = {t.happening.recorded.number: _payload(bodies, t, project_id) for t in happened}
    with db.write(project_id) as tx:
        current = {hook.id: hook for hook in webhooks.lock_all(tx, project_id)}
        if events.any_named_after(tx, project_id, EventName.LEAD_ERASE, last):
            return True, None
        for hook in hooks:
            here = current.get(hook.id)
            if here is not None and here.enabled and here.planned == hook.planned:
                _put(tx, here, happened, payloads, bodies)
                webhooks.move(tx, project_id, hook.id, max(hook.planned, recorded[-1].number))
    return recorded[-1].number < last, None


def _asked(hooks: Sequence[Webhook]) -> frozenset[str]:
    """What the hooks ask for: names, or of a name with more parts its beginning."""
    return frozenset(
        name if name == "*" else ".".join(name.split(".")[:2]) for hook in hooks for name in hook.names
    )


def _is_asked(asked: Collection[str], event: Event) -> bool:
    names = names_of(event)
    return bool(names) and ("*" in asked or any(name in asked for name in names))


def _payload(bodies: Bodies, one: Told, project_id: ProjectId) -> bytes:
    return msgspec.json.encode(bodies.payload(one, project_id))


def _put(
    tx: WriteTx, hook: Webhook, happened: Sequence[Told], payloads: Mapping[int, bytes], bodies: Bodies
) -> None:
    about = msgspec.json.encode(bodies.subscription(hook))
    at = now()
    for one in happened:
        number, name = one.happening.recorded.number, hook.wanted(one.names)
        if name is not None and number > hook.planned:
            body = body_of(name, one.happening.recorded.at, payloads[number], about)
            delivery = new_delivery(hook.id, number, name, body, at)
            deliveries.add(tx, hook.project_id, delivery, one.line, one.mentioned)


# Trying.


def to_send(db: Database) -> list[Webhook]:
    """The hooks that have something to be tried now."""
    with db.read() as tx:
        return webhooks.hooks_to_send(tx, now())


@retried
def claim(db: Database, hook: Webhook, bodies: Bodies) -> Parcel | None:
    """The hook's next delivery, signed, for the one who is to send it now; None if there is none."""
    at, mark = now(), new_uuid()
    with db.write(hook.project_id) as tx:
        here = webhooks.get(tx, hook.project_id, hook.id)
        if here is None:
            return None
        delivery = deliveries.claim(tx, hook.project_id, hook.id, at, at + LEASE, mark, not here.enabled)
    if delivery is None or delivery.body is None:
        return None
    body = _with_token(delivery.body, here, bodies, at) if here.legacy else delivery.body.encode()
    return Parcel(here, delivery, mark, _headers(here, delivery, bodies, at, body), body)


def _headers(hook: Webhook, delivery: Delivery, bodies: Bodies, at: int, body: bytes) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": bodies.brand,
        "webhook-id": delivery.id,
        "webhook-timestamp": str(at // 1_000),
        "webhook-signature": sign(hook.secrets(at), delivery.id, at // 1_000, body),
    }
    if bodies.origin:
        headers["Origin"] = bodies.origin
    if hook.legacy:
        headers["x-hook-secret"] = hook.secret
    return headers


def _with_token(body: str, hook: Webhook, bodies: Bodies, at: int) -> bytes:
    """With the token that the reference's receivers look for. It says who sends this and opens nothing here."""
    claims = {
        **bodies.subscription(hook),
        "sub": "subscription",
        "aud": f"{bodies.origin}/subscriptions/{hook.id}",
        "iat": at // 1_000,
        "exp": at // 1_000 + TOKEN_TERM,
    }
    token = jwt.encode(claims, hook.secret, algorithm="HS256")
    return f'{body[:-1]},"token":"{token}"}}'.encode()


@retried
def finish(db: Database, parcel: Parcel, outcome: Outcome) -> bool:
    """Write what has come of a try. Whether the hook has been switched off by it.

    What has failed is tried again later, for a day, and given up then. If nothing at all has gone through for a day, or
    the receiver says that it is gone for good, the hook is switched off with all that waits.
    """
    at, delivery = now(), parcel.delivery
    project_id = parcel.hook.project_id
    tried = Try(new_id(), delivery.id, at, outcome.duration, outcome.status, outcome.error, outcome.answer)
    with db.write(project_id) as tx:
        hook = webhooks.lock(tx, project_id, parcel.hook.id)
        here = deliveries.claimed(tx, project_id, delivery.id, parcel.mark)
        if hook is None or here is None:
            return False
        if here.body != delivery.body:
            # Somebody was erased meanwhile, whom the receiver may speak of.
            tried = structs.replace(tried, answer=None)

        deliveries.add_try(tx, project_id, tried)
        if outcome.error is None:
            deliveries.end(tx, project_id, delivery, "delivered", tried, at)
            _went_through(tx, hook)
            return False
        if delivery.single:
            deliveries.end(tx, project_id, delivery, "given_up", tried, at)
            return False
        return _failed(tx, hook, delivery, tried)


def _went_through(tx: WriteTx, hook: Webhook) -> None:
    if hook.failing_since is not None and hook.enabled:
        webhooks.update(tx, hook.project_id, structs.replace(hook, failing_since=None))


def _failed(tx: WriteTx, hook: Webhook, delivery: Delivery, tried: Try) -> bool:
    at = tried.at
    after = structs.replace(hook, failing_since=hook.failing_since or at)
    reason = "gone" if tried.status == GONE else "failing" if at - (hook.failing_since or at) >= DAY else None
    if reason is not None and hook.enabled:
        after = structs.replace(after, disabled_at=at, disabled_by="system", reason=reason)
        event = Event(EventName.WEBHOOK_DISABLE, subject_id=hook.id, fields=(reason,))
        events.record(tx, System(hook.project_id), at, event)
        deliveries.put_off(tx, hook.project_id, delivery.id, at, tried)
    elif reason is None and at - (delivery.first_at or at) >= DAY:
        deliveries.end(tx, hook.project_id, delivery, "given_up", tried, at)
    else:
        due_at = at + pause_after(delivery.tries, chance())
        deliveries.put_off(tx, hook.project_id, delivery.id, due_at, tried)
    if after != hook:
        webhooks.update(tx, hook.project_id, after)
    return after.enabled != hook.enabled


@retried
def give_back(db: Database, parcel: Parcel) -> None:
    """It has not been sent, since this process is ending: another may at once."""
    project_id = parcel.hook.project_id
    with db.write(project_id) as tx:
        if deliveries.claimed(tx, project_id, parcel.delivery.id, parcel.mark):
            deliveries.put_off(tx, project_id, parcel.delivery.id, now(), None)


def take_back(db: Database) -> None:
    """What a former process has left while it was sending is due at once, where this process is the only one."""
    with db.read() as tx:
        found = webhooks.projects_with_hooks(tx)
    for project_id in found:
        with db.write(project_id) as tx:
            deliveries.release(tx, project_id, now())


def forget_old(db: Database) -> None:
    """Delete what has ended long ago, a few at a time."""
    before = now() - KEPT
    with db.read() as tx:
        found = webhooks.projects_with_ended(tx, before)
    for project_id in found:
        while True:
            with db.write(project_id) as tx:
                deleted = deliveries.delete_ended(tx, project_id, before, DELETED_AT_ONCE)
            if deleted < DELETED_AT_ONCE:
                break


class Notice(Struct, frozen=True):
    """A mail to the admins."""

    subject: str
    text: str


def notice_of(hook: Webhook, address: str) -> Notice:
    """What the admins are told when a hook has been switched off. Nothing of what was sent stands in it."""
    return Notice(
        "A webhook has been switched off",
        f"Nothing that was sent to {hook.target} for {hook.event} has gone through for a day, or its receiver has"
        " said that it is gone, so that it has been switched off. What has happened since waits: it is sent when"
        f" the webhook is switched on again:\n\n{address}/p/{hook.project_id}/settings/webhooks/{hook.id}\n",
    )
