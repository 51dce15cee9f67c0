"""The counters that are kept, against the rows that they count."""

from rolodesk.storage.database import Database, ReadTx


def assert_counters_right(db: Database, project_id: str) -> None:
    """Every kept number of the project is what counting afresh gives."""
    with db.read() as tx:
        statuses = _counted(
            tx, "SELECT status AS k, count(*) AS n FROM contacts WHERE project_id = ? GROUP BY 1", project_id
        )
        kept = _counted(
            tx, "SELECT status AS k, count AS n FROM contact_counts WHERE project_id = ?", project_id
        )
        assert {k: n for k, n in kept.items() if n} == statuses

        homes = {
            row["id"]: row
            for row in tx.all("SELECT id, status FROM contacts WHERE project_id = ?", project_id)
        }
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
        for row in tx.all("SELECT * FROM contact_activity WHERE project_id = ?", project_id):
            contact_id = row["contact_id"]
            numbers = (begun.get(contact_id, 0), written.get(contact_id, 0))
            assert (row["conversations"], row["messages"]) == numbers
            assert (row["own_conversations"], row["own_messages"]) == numbers
            assert row["listed"] == homes[contact_id]["status"]

        of_identity = _counted(
            tx,
            "SELECT identity_id AS k, count(*) AS n FROM conversations WHERE project_id = ? GROUP BY 1",
            project_id,
        )
        for row in tx.all("SELECT id, conversations FROM identities WHERE project_id = ?", project_id):
            assert row["conversations"] == of_identity.get(row["id"], 0)

        of_conversation = _counted(
            tx,
            "SELECT conversation_id AS k, count(*) AS n FROM messages WHERE project_id = ? GROUP BY 1",
            project_id,
        )
        for row in tx.all("SELECT id, messages FROM conversations WHERE project_id = ?", project_id):
            assert row["messages"] == of_conversation.get(row["id"], 0)

        events = tx.one(
            "SELECT count(*) AS n, max(number) AS last FROM events WHERE project_id = ?", project_id
        )
        last = tx.one("SELECT last FROM event_counters WHERE project_id = ?", project_id)
        assert events["n"] == events["last"] == last["last"]


_OF_CONTACT = (
    "SELECT i.contact_id AS k, count({1}) AS n FROM {0} v"
    " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id {2}"
    " WHERE v.project_id = ? GROUP BY i.contact_id"
)


def _counted(tx: ReadTx, sql: str, project_id: str) -> dict[str, int]:
    return {row["k"]: row["n"] for row in tx.all(sql, project_id)}
