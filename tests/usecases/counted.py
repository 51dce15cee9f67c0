"""The counters that are kept, against the rows that they count."""

from collections import Counter

from rolodesk.storage.database import Database, ReadTx


def assert_counters_right(db: Database, project_id: str) -> None:
    """Every kept number of the project is what counting afresh gives."""
    with db.read() as tx:
        people = {
            row["id"]: row
            for row in tx.all("SELECT id, root_id, status FROM contacts WHERE project_id = ?", project_id)
            if row["status"]
        }
        statuses = Counter(row["status"] for row in people.values() if row["root_id"] == row["id"])
        kept = _counted(
            tx, "SELECT status AS k, count AS n FROM contact_counts WHERE project_id = ?", project_id
        )
        assert {k: n for k, n in kept.items() if n} == statuses

        begun = _counted(tx, _OF_CONTACT.format("conversations", "v.id", ""), project_id)
        written = _counted(
            tx,
            _OF_CONTACT.format(
                "conversations",
                "m.id",
                "JOIN messages m ON m.project_id = v.project_id AND m.conversation_id = v.id",
            ),
            project_id,
        )
        activity = {
            row["contact_id"]: row
            for row in tx.all("SELECT * FROM contact_activity WHERE project_id = ?", project_id)
        }
        assert set(activity) == set(people)
        trees: dict[str, list] = {}
        for contact_id, row in activity.items():
            numbers = (begun.get(contact_id, 0), written.get(contact_id, 0))
            assert (row["own_conversations"], row["own_messages"]) == numbers
            person = people[contact_id]
            is_root = person["root_id"] == contact_id
            assert row["listed"] == (person["status"] if is_root else 0)
            trees.setdefault(person["root_id"], []).append(row)
        for root, members in trees.items():
            whole = activity[root]
            for name in ("conversations", "messages"):
                assert whole[name] == sum(row[f"own_{name}"] for row in members)
            first = [row["own_first_seen"] for row in members if row["own_first_seen"] is not None]
            assert whole["first_seen"] == min(first, default=None)
            assert whole["last_seen"] == max(row["own_last_seen"] for row in members)

        of_identity = _counted(
            tx,
            "SELECT identity_id AS k, count(*) AS n FROM conversations WHERE project_id = ? AND preflight = 0"
            " GROUP BY 1",
            project_id,
        )
        for row in tx.all("SELECT id, conversations FROM identities WHERE project_id = ?", project_id):
            assert row["conversations"] == of_identity.get(row["id"], 0)

        of_conversation = {
            row["k"]: (row["n"], row["last"])
            for row in tx.all(
                "SELECT conversation_id AS k, count(*) AS n, max(number) AS last FROM messages WHERE project_id = ?"
                " GROUP BY 1",
                project_id,
            )
        }
        for row in tx.all("SELECT id, messages FROM conversations WHERE project_id = ?", project_id):
            number = row["messages"]
            assert of_conversation.get(row["id"], (0, 0)) == (number, number)

        for row in tx.all(
            "SELECT p.is_open, v.status FROM participants p JOIN conversations v ON v.project_id = p.project_id"
            " AND v.id = p.conversation_id WHERE p.project_id = ?",
            project_id,
        ):
            assert row["is_open"] == int(row["status"] != 1000)

        events = tx.one(
            "SELECT count(*) AS n, max(number) AS last FROM events WHERE project_id = ?", project_id
        )
        last = tx.one("SELECT last FROM event_counters WHERE project_id = ?", project_id)
        assert events["n"] == events["last"] == last["last"]


_OF_CONTACT = (
    "SELECT i.contact_id AS k, count({1}) AS n FROM {0} v"
    " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id {2}"
    " WHERE v.project_id = ? AND v.preflight = 0 GROUP BY i.contact_id"
)


def _counted(tx: ReadTx, sql: str, project_id: str) -> dict[str, int]:
    return {row["k"]: row["n"] for row in tx.all(sql, project_id)}
