"""Merging, undoing, splitting, editing and posting by many at once: by threads, or by this process as one of several:
`python -m tests.usecases.storming URL`."""

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.domain.ids import MemberId, ProjectId, UserId
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, find, merges, splits
from rolodesk.usecases.find import Filter, Page
from rolodesk.usecases.merges import Ask

# The answers that somebody may get who comes too late.
LATE = {"contact_merged", "contact_trashed", "self_merge", "nothing_left", "unknown_identity"}


class Storm:
    """What several do at once in one project. `said` are the messages that were acknowledged, `turned_down` the codes
    of what was refused."""

    def __init__(self, db: Database, agent: Agent, keys: list[str], seed: int) -> None:
        self.db, self.agent, self.keys = db, agent, keys
        self.chance = random.Random(seed)
        self.said: list[tuple[str, str, str]] = []
        self.turned_down: list[str] = []
        self.merged = 0

    def blow(self, threads: int, rounds: int) -> None:
        """So many threads, each with so many verbs, every one with a fate of its own. Raises what a verb raises but
        for the answers to one who comes too late."""
        seeds = [self.chance.random() for _ in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            for done in [
                pool.submit(self._one, random.Random(seed), n, rounds) for n, seed in enumerate(seeds)
            ]:
                done.result()

    def _one(self, chance: random.Random, number: int, rounds: int) -> None:
        verbs = [
            self._post,
            self._post,
            self._merge,
            self._merge,
            self._undo,
            self._undo,
            self._split,
            self._edit,
        ]
        for turn in range(rounds):
            try:
                chance.choice(verbs)(chance, f"{number}-{turn}-{chance.random()}")
            except (Conflict, Invalid) as error:
                if error.code not in LATE:
                    raise
                self.turned_down.append(error.code)

    def _post(self, chance: random.Random, mark: str) -> None:
        key = chance.choice(self.keys)
        visitor = Visitor(self.agent.project_id, "anonymous", key, {}, 0)
        name = f"thread-{key}-{chance.randrange(3)}"
        posted = conversations.post(self.db, visitor, name, Draft(mark, client_id=mark[:64]))
        self.said.append((key, name, posted.message.text))

    def _merge(self, chance: random.Random, _: str) -> None:
        people = self._everybody()
        if len(people) < 2:
            return
        chosen = chance.sample(people, k=2)
        merges.merge(self.db, self.agent, Ask(chosen[0], (chosen[1],), {"fullname": {"value": "Chosen"}}))
        self.merged += 1

    def _undo(self, chance: random.Random, _: str) -> None:
        root = chance.choice(self._everybody())
        standing = [
            m.merge for m in merges.of_contact(self.db, self.agent, root).merges if not m.merge.undone_at
        ]
        if standing:
            merges.undo(self.db, self.agent, chance.choice(standing).id, group=chance.random() < 0.3)

    def _split(self, chance: random.Random, _: str) -> None:
        root = chance.choice(self._everybody())
        joins = merges.of_contact(self.db, self.agent, root)
        taken = [part.split for part in joins.splits if not part.split.undone_at]
        if taken and chance.random() < 0.5:
            splits.undo_split(self.db, self.agent, chance.choice(taken).id)
        elif joins.view.identities:
            some = chance.choice(joins.view.identities)
            splits.split(self.db, self.agent, joins.view.contact.id, [some.id])

    def _edit(self, chance: random.Random, mark: str) -> None:
        contacts.update(
            self.db, self.agent, chance.choice(self._everybody()), {"city": mark}, tags=[mark[:3]]
        )

    def _everybody(self) -> list[str]:
        """Contacts that a list shows: they may be merged by the time that they are touched."""
        return [c.id for c in find.find(self.db, self.agent, Filter(), Page(limit=100)).contacts]


def agent_of(told: dict[str, Any]) -> Agent:
    """The agent that another process has described."""
    return Agent(
        *(ProjectId(told["project_id"]), UserId(told["user_id"]), MemberId(told["member_id"]), told["role"]),
        *(told["name"], told["email"]),
    )


if __name__ == "__main__":
    database = Database(sys.argv[1])
    print("ready", flush=True)
    told = json.loads(sys.stdin.readline())
    storm = Storm(database, agent_of(told["agent"]), told["keys"], told["seed"])
    storm.blow(4, told["rounds"])
    print(json.dumps({"said": storm.said, "merged": storm.merged}))
    database.close()
