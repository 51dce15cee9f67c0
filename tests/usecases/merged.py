"""What must hold of a project whatever has been merged, split and taken back, told from its rows alone."""

from collections.abc import Collection

from rolodesk.domain.evidence import evidence, facts, keys
from rolodesk.domain.profile import Profile, fold, search_text, sort_name
from rolodesk.storage import contacts, duplicates, match_keys
from rolodesk.storage.database import Database, ReadTx
from tests.usecases.counted import assert_counters_right


def assert_merging_holds(db: Database, project_id: str, folded: Collection[str] | None = None) -> None:
    """Every identity under one root, no cycle, every profile what folding gives, every kept number right. With `folded`
    only these contacts are folded, which takes most of the time."""
    assert_counters_right(db, project_id)
    with db.read() as tx:
        rows = {row["id"]: row for row in tx.all("SELECT * FROM contacts WHERE project_id = ?", project_id)}
        for contact_id, row in rows.items():
            path = [contact_id]
            while (above := rows[path[-1]]["merged_into"]) is not None:
                assert above not in path, "a contact is merged into itself"
                path.append(above)
            assert row["root_id"] == path[-1]
        arrows = tx.all(
            "SELECT loser_id, winner_id FROM merges WHERE project_id = ? AND undone_at IS NULL", project_id
        )
        assert {row["loser_id"]: row["winner_id"] for row in arrows} == {
            row["id"]: row["merged_into"] for row in rows.values() if row["merged_into"]
        }
        roots = {}
        for row in tx.all("SELECT id, contact_id FROM identities WHERE project_id = ?", project_id):
            assert rows[row["contact_id"]]["status"]
            roots[row["id"]] = rows[row["contact_id"]]["root_id"]
        proofs = tx.all(
            "SELECT * FROM identity_proofs WHERE project_id = ? AND undone_at IS NULL", project_id
        )
        for row in proofs:
            assert roots[row["identity_id"]] == roots[row["user_identity_id"]]

        tags: dict[str, set[str]] = {}
        for row in tx.all("SELECT contact_id, tag FROM contact_tags WHERE project_id = ?", project_id):
            tags.setdefault(row["contact_id"], set()).add(row["tag"])
        for contact_id, row in rows.items():
            if row["merged_into"] is None and row["status"]:
                if folded is not None and contact_id not in folded:
                    continue
                profile = fold(contacts.tree(tx, project_id, contact_id))
                assert contacts.get(tx, project_id, contact_id).profile == profile
                assert row["search_text"] == search_text(profile, contacts.keys(tx, project_id, contact_id))
                assert row["sort_name"] == sort_name(profile)
                assert row["fullname"] == profile.fullname
                kept = tuple(row[name] for name in ("email", "phone", "company"))
                assert kept == tuple(profile.text(name) for name in ("email", "phone", "company"))
                assert tags.get(contact_id, set()) == set(profile.tags)
                assert_compared(tx, project_id, contact_id, profile if row["status"] == 100 else None)
            else:
                assert (row["search_text"], row["sort_name"], row["profile"]) == ("", "", "{}")
                assert (row["fullname"], row["email"], row["phone"], row["company"]) == (None,) * 4
                assert contact_id not in tags
                assert_compared(tx, project_id, contact_id, None)


def assert_compared(tx: ReadTx, project_id: str, contact_id: str, profile: Profile | None) -> None:
    """What is kept of a contact to be compared is what its profile gives; of one that is not proposed it is nothing."""
    kept = match_keys.evidence(tx, project_id, [contact_id])
    held = match_keys.of_contact(tx, project_id, contact_id)
    if profile is None:
        assert (kept, held) == ({}, {})
        assert duplicates.of_contacts(tx, project_id, [contact_id]) == []
        return
    rules = match_keys.rules(tx, project_id)
    known = evidence(facts(profile, rules), rules)
    assert kept == {contact_id: known}
    assert held == dict.fromkeys(keys(known), known.signature)


def assert_search_index_right(db: Database) -> None:
    """The full-text index holds what the rows hold and nothing else, where it is not the database that keeps it."""
    with db.write(None) as tx:
        if not tx.dialect.one_process:
            return
        tx.run("CREATE VIRTUAL TABLE temp.indexed USING fts5vocab('main', 'contact_search', 'instance')")
        indexed: dict[int, set[str]] = {}
        for row in tx.all("SELECT DISTINCT doc, term FROM temp.indexed"):
            indexed.setdefault(row["doc"], set()).add(row["term"])
        tx.run("DROP TABLE temp.indexed")
        texts = {row["no"]: row["search_text"] for row in tx.all("SELECT no, search_text FROM contacts")}
    assert indexed == {
        no: {text[n : n + 3] for n in range(len(text) - 2)} for no, text in texts.items() if len(text) > 2
    }
