"""The listeners of one project, and handing them their frames."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.ids import ProjectId
from rolodesk.usecases.follow import Hearers
from rolodesk.web.live.frames import Publication

if TYPE_CHECKING:
    from rolodesk.web.live.client import Client

YIELD_EVERY = 100


class Room:
    """Who has a seat here and listens to what. `last` is the number of the event told last."""

    def __init__(self, project_id: ProjectId, last: int) -> None:
        self.project_id = project_id
        self.last = last
        self.clients: set[Client] = set()
        # How many clients each visitor has here, by the visitor's key.
        self.visitors: dict[str, int] = {}
        # The seats of those of the team who see their own conversations alone.
        self.restricted: dict[Client, Agent] = {}
        # By topic and audience.
        self.topics: dict[tuple[str, str], set[Client]] = {}

    def enter(self, client: Client, actor: Agent | Visitor) -> None:
        self.clients.add(client)
        if isinstance(actor, Visitor):
            self.visitors[actor.key] = self.visitors.get(actor.key, 0) + 1
        elif not actor.sees_all:
            self.restricted[client] = actor

    def leave(self, client: Client, actor: Agent | Visitor) -> None:
        self.clients.discard(client)
        self.restricted.pop(client, None)
        if isinstance(actor, Visitor):
            self.visitors[actor.key] -= 1
            if not self.visitors[actor.key]:
                del self.visitors[actor.key]

    def own_readers(self) -> list[Agent]:
        """Each member of the team once who listens here and sees its own conversations alone. From any thread."""
        return list({agent.user_id: agent for agent in list(self.restricted.values())}.values())

    def listen(self, client: Client, topic: str, audience: str) -> None:
        self.topics.setdefault((topic, audience), set()).add(client)

    def ignore(self, client: Client, topic: str, audience: str) -> None:
        listening = self.topics.get((topic, audience), set())
        listening.discard(client)
        if not listening:
            self.topics.pop((topic, audience), None)

    async def tell(self, made: Sequence[Publication]) -> None:
        """Give each frame to those whom it is for."""
        told = 0
        for publication in made:
            for client in list(self.topics.get((publication.topic, publication.audience), ())):
                _give(client, publication)
                told += 1
                if told % YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    def turn_out(self, keys: Collection[str]) -> None:
        """End the connections of visitors who have been blocked; they are told why when they come back."""
        if not keys:
            return
        for client in list(self.clients):
            actor = client.seats.get(self.project_id)
            if isinstance(actor, Visitor) and actor.key in keys:
                client.cut()

    def doubt(self, members: Collection[str], everybody: bool, team: bool) -> None:
        """Have it looked at again what those members of the team may hear, all of the team where the project shows it
        other conversations than before, or everybody once the project is deleted or open to other addresses."""
        if not members and not everybody and not team:
            return
        for client in self.clients:
            actor = client.seats.get(self.project_id)
            if everybody or (isinstance(actor, Agent) and (team or actor.member_id in members)):
                client.doubt()

    def pass_on(self, topic: str, frame: bytes, hearers: Hearers, but: Client | None) -> None:
        """Give a frame to the team and those visitors who listen to the topic and may hear it, but for one client."""
        audiences = {"team", *(f"visitor:{key}" for key in hearers.visitors)}
        audiences |= {f"agent:{one.user_id}" for one in self.own_readers() if hearers.include(one)}
        for audience in audiences:
            for client in self.topics.get((topic, audience), ()):
                if client is not but and not client.subscriptions[topic].held:
                    client.push(frame)


def _give(client: Client, publication: Publication) -> None:
    subscription = client.subscriptions.get(publication.topic)
    if subscription is None:
        return
    if subscription.pending is not None:
        subscription.pending.append((publication.number, publication.frame))
    elif publication.number > subscription.seen:
        client.push(publication.frame)
