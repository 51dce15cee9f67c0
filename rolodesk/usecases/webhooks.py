"""Webhooks: what an admin does with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, ProjectId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.domain.signature import secret_of
from rolodesk.domain.webhook import (
    MAX_HOOKS,
    SECRET_OVERLAP,
    TEST,
    Delivery,
    Try,
    Webhook,
    check_names,
    check_target,
)
from rolodesk.sending.addresses import Refused, check
from rolodesk.storage import deliveries, events, splits, webhooks
from rolodesk.storage.database import Database, ReadTx, Unique, WriteTx, retried
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.telling import keys_of

Describe = Callable[[Webhook], Mapping[str, Json]]
BY_HAND = "by_hand"
COUNTED = 1_000
MOST_SPLITS = 1_000


class Made(Struct, frozen=True):
    """A hook, and whether it is a new one: its secret is told then and never again."""

    hook: Webhook
    is_new: bool


class Overview(Struct, frozen=True):
    """A hook with how many deliveries wait, counted up to COUNTED."""

    hook: Webhook
    waiting: int


class DeliveryPage(Struct, frozen=True):
    """Deliveries of a hook, newest first, each with its tries; `older` is the id to go on before, None at the end."""

    hook: Webhook
    entries: list[tuple[Delivery, list[Try]]]
    older: str | None


@retried
def create(
    db: Database,
    actor: Agent,
    target: Json,
    names: Sequence[Json],
    legacy: bool = False,
    private: bool = False,
) -> Made:
    """A hook for what happens from now on; one that is there with the same events and target answers as it stands.

    `private` allows addresses that are not on the public internet. Raises Invalid, Forbidden, Conflict.
    """
    require(actor, Permission.CONFIGURE)
    wanted, place = check_names(names), _checked(target, private)
    at = now()
    with db.write(actor.project_id) as tx:
        # Held, so that of two at once the second sees how many there are.
        there = webhooks.lock_all(tx, actor.project_id)
        hook = Webhook(
            *(new_id(), actor.project_id, place, wanted, secret_of(secrets.token_bytes(32)), legacy),
            *(events.last(tx, actor.project_id), actor.user_id, at, at),
        )
        if hook.event not in [one.event for one in there if one.target == place] and len(there) >= MAX_HOOKS:
            raise Conflict(f"a project has at most {MAX_HOOKS} webhooks", "too_many_webhooks")
        if not webhooks.add(tx, actor.project_id, hook):
            return Made(_found(webhooks.by_target(tx, actor.project_id, hook.event, place)), is_new=False)

        _record(tx, actor, at, EventName.WEBHOOK_CREATE, hook)
    return Made(hook, is_new=True)


def _checked(target: Json, private: bool) -> str:
    place = check_target(target)
    try:
        check(place, private)
    except Refused as refused:
        raise Invalid(Problem(str(refused), "target")) from None
    return place


def _record(tx: WriteTx, actor: Agent, at: int, name: EventName, hook: Webhook, *fields: str) -> None:
    events.record(tx, actor, at, Event(name, subject_id=hook.id, fields=fields))


def hooks(db: Database, actor: Agent) -> list[Webhook]:
    """All of the project's, oldest first."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        return webhooks.of_project(tx, actor.project_id)


def overview(db: Database, actor: Agent) -> list[Overview]:
    """All of the project's with how many deliveries wait."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        waiting = deliveries.waiting(tx, actor.project_id, COUNTED)
        return [Overview(hook, waiting.get(hook.id, 0)) for hook in webhooks.of_project(tx, actor.project_id)]


def is_any_off(db: Database, actor: Agent) -> bool:
    """Whether a hook has been switched off because what it was sent did not go through."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        found = webhooks.of_project(tx, actor.project_id)
    return any(hook.disabled_at and hook.reason != BY_HAND for hook in found)


def get(db: Database, actor: Agent, hook_id: str) -> Webhook:
    """One hook. Raises NotFound."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        return _found(webhooks.get(tx, actor.project_id, hook_id) if is_object_id(hook_id) else None)


def _found(hook: Webhook | None) -> Webhook:
    if hook is None:
        raise NotFound()
    return hook


def _locked(tx: WriteTx, actor: Agent, hook_id: str) -> Webhook:
    return _found(webhooks.lock(tx, actor.project_id, hook_id) if is_object_id(hook_id) else None)


@retried
def update(
    db: Database, actor: Agent, hook_id: str, changes: Mapping[str, Json], private: bool = False
) -> Webhook:
    """Change `target`, `names`, `legacy`, or switch it on or off with `enabled`; what is null stays.

    One that is switched on goes on where it stopped. Raises Invalid, NotFound, Forbidden, Conflict.
    """
    require(actor, Permission.CONFIGURE)
    given = {name: value for name, value in changes.items() if value is not None}
    checked: dict[str, object] = {}
    if "target" in given:
        checked["target"] = _checked(given["target"], private)
    if "names" in given:
        asked = given["names"]
        checked["names"] = check_names(asked if isinstance(asked, list) else [])
    if "legacy" in given:
        checked["legacy"] = given["legacy"] is True
    try:
        with db.write(actor.project_id) as tx:
            hook = _locked(tx, actor, hook_id)
            return _change(tx, actor, hook, checked, given.get("enabled"))
    except Unique:
        raise Conflict("there is such a webhook", "webhook_exists") from None


def _change(
    tx: WriteTx, actor: Agent, hook: Webhook, checked: Mapping[str, object], enabled: Json
) -> Webhook:
    at = now()
    fields = [name for name, value in checked.items() if getattr(hook, name) != value]
    after = structs.replace(hook, **{name: checked[name] for name in fields})
    if fields:
        after = structs.replace(after, updated_at=at)
        _record(tx, actor, at, EventName.WEBHOOK_UPDATE, hook, *fields)
    if enabled is True and not hook.enabled:
        after = structs.replace(after, disabled_at=None, disabled_by=None, reason=None, failing_since=None)
        deliveries.begin_again(tx, actor.project_id, hook.id, at)
        _record(tx, actor, at, EventName.WEBHOOK_ENABLE, hook)
    elif enabled is False and hook.enabled:
        after = structs.replace(after, disabled_at=at, disabled_by=actor.user_id, reason=BY_HAND)
        _record(tx, actor, at, EventName.WEBHOOK_DISABLE, hook, BY_HAND)
    if after != hook:
        webhooks.update(tx, actor.project_id, after)
    return after


@retried
def delete(db: Database, actor: Agent, hook_id: str) -> Webhook:
    """Delete it with all that it was told and was still to be told. Raises NotFound, Forbidden."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        hook = _locked(tx, actor, hook_id)

        webhooks.delete(tx, actor.project_id, hook.id)
        _record(tx, actor, now(), EventName.WEBHOOK_DELETE, hook)
    return hook


@retried
def rotate_secret(db: Database, actor: Agent, hook_id: str) -> Webhook:
    """A new secret, told this once; the former one signs too for 24 hours more. Raises NotFound, Forbidden."""
    require(actor, Permission.CONFIGURE)
    at = now()
    with db.write(actor.project_id) as tx:
        hook = _locked(tx, actor, hook_id)
        changed = structs.replace(
            hook,
            secret=secret_of(secrets.token_bytes(32)),
            former_secret=hook.secret,
            former_until=at + SECRET_OVERLAP,
            updated_at=at,
        )

        webhooks.update(tx, actor.project_id, changed)
        _record(tx, actor, at, EventName.WEBHOOK_SECRET, hook)
    return changed


@retried
def test(db: Database, actor: Agent, hook_id: str, describe: Describe) -> Delivery:
    """Have something sent that tells of nothing, once and also if the hook is off. Raises NotFound, Forbidden."""
    require(actor, Permission.CONFIGURE)
    at = now()
    with db.write(actor.project_id) as tx:
        hook = _locked(tx, actor, hook_id)
        payload: dict[str, Json] = {"id_project": actor.project_id, "text": "This is a test."}
        body = body_of(TEST, at, msgspec.json.encode(payload), msgspec.json.encode(describe(hook)))
        delivery = new_delivery(hook.id, None, TEST, body, at, single=True)

        deliveries.add(tx, actor.project_id, delivery)
    return delivery


def new_delivery(
    hook_id: str, number: int | None, name: str, body: str, at: int, single: bool = False
) -> Delivery:
    """One that has not been tried."""
    return Delivery(
        *(
            f"msg_{new_id()}",
            hook_id,
            number,
            name,
            body,
            "waiting",
            single,
            0,
            None,
            at,
            None,
            None,
            at,
            None,
        )
    )


def body_of(name: str, at: int, payload: bytes, hook: bytes) -> str:
    """What is sent: `payload` and `hook` are JSON already."""
    parts = {"timestamp": at, "event": name, "payload": msgspec.Raw(payload), "hook": msgspec.Raw(hook)}
    return msgspec.json.encode(parts).decode()


def history(db: Database, actor: Agent, page: int, limit: int = 40) -> list[tuple[Try, Delivery, Webhook]]:
    """The project's newest tries with what was tried of which hook, newest first."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        known = {hook.id: hook for hook in webhooks.of_project(tx, actor.project_id)}
        found = deliveries.history(tx, actor.project_id, limit, page * limit)
    return [(tried, sent, known[sent.hook_id]) for tried, sent in found if sent.hook_id in known]


def of_hook(
    db: Database,
    actor: Agent,
    hook_id: str,
    state: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> DeliveryPage:
    """A page of what a hook has been told or is to be told. Raises NotFound, Forbidden."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        hook = _found(webhooks.get(tx, actor.project_id, hook_id) if is_object_id(hook_id) else None)
        found = deliveries.page(tx, actor.project_id, hook.id, state, before, limit + 1)
        shown = found[:limit]
        tried = deliveries.tries(tx, actor.project_id, [one.id for one in shown])
    older = shown[-1].id if len(found) > limit else None
    return DeliveryPage(hook, [(one, tried.get(one.id, [])) for one in shown], older)


@retried
def send_again(db: Database, actor: Agent, hook_id: str, delivery_id: str) -> Delivery:
    """Send what has ended once more, out of turn and also if the hook is off; or now what is put off.

    Raises NotFound, Forbidden, Conflict where the body is gone with the person whom it told of.
    """
    require(actor, Permission.CONFIGURE)
    at = now()
    with db.write(actor.project_id) as tx:
        hook = _locked(tx, actor, hook_id)
        delivery = _of(tx, actor.project_id, hook, delivery_id)
        if delivery.body is None:
            raise Conflict("this person has been erased", "erased")

        if delivery.state == "waiting":
            deliveries.hasten(tx, actor.project_id, delivery.id, at)
        else:
            deliveries.again(tx, actor.project_id, delivery.id, at)
        # Nothing of this is a change of the project's: the senders look each second.
        return _of(tx, actor.project_id, hook, delivery.id)


def _of(tx: ReadTx, project_id: ProjectId, hook: Webhook, delivery_id: str) -> Delivery:
    is_id = delivery_id.startswith("msg_") and is_object_id(delivery_id[4:])
    found = deliveries.get(tx, project_id, delivery_id) if is_id else None
    if found is None or found.hook_id != hook.id:
        raise NotFound()
    return found


def forget(tx: WriteTx, project_id: ProjectId, erased: Sequence[ContactId], visitors: Sequence[str]) -> None:
    """Leave nothing of erased contacts, and of visitors with these keys, in what hooks were told and are to be told.

    What still waits says the ids alone. All hooks are locked: what is planned just now sees that somebody is erased, or
    is in the list by now.
    """
    webhooks.lock_all(tx, project_id)
    cut = splits.of_tree(tx, project_id, erased, MOST_SPLITS)
    concerned = [*erased, *(one.from_id for one in cut), *keys_of(project_id, visitors)]
    for delivery in deliveries.concerning(tx, project_id, list(dict.fromkeys(concerned))):
        body = _ids_only(delivery.body or "{}") if delivery.state == "waiting" else None
        deliveries.rewrite(tx, project_id, delivery.id, body)


def _ids_only(body: str) -> str:
    said = msgspec.json.decode(body)
    payload = said.get("payload") or {}
    kept = {name: payload[name] for name in ("_id", "id_project", "request_id") if name in payload}
    return msgspec.json.encode({**said, "payload": {**kept, "erased": True}}).decode()
