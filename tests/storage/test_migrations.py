import threading
from importlib import resources

import pytest

from rolodesk.storage import duplicates
from rolodesk.storage.database import Database, Unavailable, migrate, pending_migrations
from rolodesk.storage.dialect import open_migrator

FIRST = "20261122-01-foundation"


def test_a_fresh_database_gets_every_migration_in_order(empty_database_url):
    assert pending_migrations(empty_database_url)[0] == FIRST

    applied = migrate(empty_database_url)

    assert applied == sorted(applied)
    assert applied[0] == FIRST
    assert pending_migrations(empty_database_url) == []


def test_a_second_run_applies_nothing_and_loses_nothing(empty_database_url):
    migrate(empty_database_url)
    keep(empty_database_url, "kept", "1")

    assert migrate(empty_database_url) == []
    assert kept(empty_database_url, "kept") == "1"


def test_of_several_runs_at_once_each_migration_is_applied_by_one(empty_database_url):
    applied, failed = [], []
    start = threading.Barrier(4)

    def run():
        start.wait()
        try:
            applied.extend(migrate(empty_database_url))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    # Of two runs that have each applied some, either may come back first.
    assert sorted(applied) == sorted(set(applied))
    assert min(applied) == FIRST


def test_a_newer_schema_is_refused_with_a_sentence_and_left_alone(database_url):
    migrator = open_migrator(database_url)
    migrator.apply("29990101-01-from-the-future", "CREATE TABLE future (a INTEGER);", 0)
    migrator.close()

    for refused in (migrate, pending_migrations):
        with pytest.raises(
            Unavailable, match=r"newer schema .*29990101-01-from-the-future.*install the newer"
        ):
            refused(database_url)

    keep(database_url, "still", "here")
    assert kept(database_url, "still") == "here"


def test_a_migration_that_fails_leaves_the_old_schema_whole(database_url):
    migrator = open_migrator(database_url)
    before = migrator.applied()

    with pytest.raises(Exception, match=r"nothing_like_it|no such table"):
        migrator.apply(
            "20990101-01-broken", "CREATE TABLE half (a INTEGER);\nINSERT INTO nothing_like_it VALUES (1);", 0
        )
    migrator.close()

    migrator = open_migrator(database_url)
    assert migrator.applied() == before
    migrator.apply("20990101-02-whole", "CREATE TABLE half (a INTEGER);", 0)
    migrator.close()


def test_contacts_of_an_older_release_wait_to_be_compared(empty_database_url):
    older(empty_database_url, "20261122-03-duplicates")
    db = Database(empty_database_url)
    project, listed, trashed, merged = "a" * 24, "1" * 24, "2" * 24, "3" * 24
    with db.write(None) as tx:
        tx.run(
            "INSERT INTO projects (id, number, name, created_by, created_at, updated_at) VALUES (?, 1, 'B', 'u', 1, 1)",
            project,
        )
        for n, (contact_id, status, into) in enumerate(
            [(listed, 100, None), (trashed, 1000, None), (merged, 100, listed)]
        ):
            tx.run(
                "INSERT INTO contacts (no, project_id, id, lead_id, status, merged_into, root_id, created_by,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'u', 1, 7)",
                *(n, project, contact_id, contact_id, status, into, into or contact_id),
            )
    db.close()

    migrate(empty_database_url)

    db = Database(empty_database_url)
    with db.read() as tx:
        rows = tx.all("SELECT project_id, contact_id, at FROM match_pending")
        assert [tuple(dict(row).values()) for row in rows] == [(project, listed, 7)]
        assert duplicates.turn(tx, project) == 0
    db.close()


def older(url, before):
    """Bring an empty database to the schema before that migration."""
    migrator = open_migrator(url)
    folder = resources.files("rolodesk.storage") / "migrations" / migrator.folder
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        name = file.name.removesuffix(".sql")
        if file.name.endswith(".sql") and name < before:
            migrator.apply(name, file.read_text(), 0)
    migrator.close()


def test_both_kinds_have_the_same_migrations():
    folder = resources.files("rolodesk.storage") / "migrations"
    names = [
        sorted(file.name for file in (folder / kind).iterdir() if file.name.endswith(".sql"))
        for kind in ("sqlite", "postgresql")
    ]

    assert names[0] == names[1]


def test_both_kinds_have_the_same_tables_and_columns(databases):
    columns = []
    for kind, tables in (
        ("sqlite", "SELECT name AS t FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"),
        ("postgresql", "SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public'"),
    ):
        with databases.lend(kind) as url:
            db = Database(url)
            with db.read() as tx:
                names = [row["t"] for row in tx.all(tables) if not row["t"].startswith("contact_search")]
                columns.append({name: columns_of(tx, kind, name) for name in names})
            db.close()

    assert columns[0] == columns[1]


def columns_of(tx, kind, table):
    if kind == "sqlite":
        return {row["name"] for row in tx.all(f"SELECT name FROM pragma_table_info('{table}')")}
    rows = tx.all(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = ?",
        table,
    )
    return {row["name"] for row in rows}


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "sqlite:////no/such/folder/a.db", "nonsense",
            "postgresql://nobody@127.0.0.1:1/nothing"]
)  # fmt: skip
def test_a_url_that_leads_nowhere_is_answered_with_a_sentence(url):
    for wrong in (migrate, pending_migrations, Database):
        with pytest.raises(Unavailable) as error:
            wrong(url)
        assert len(str(error.value)) > 20


def test_a_file_that_is_not_there_is_not_made_by_opening_it(tmp_path):
    with pytest.raises(Unavailable, match="rolodesk migrate"):
        Database(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_answered_with_a_sentence(tmp_path):
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 100)

    for wrong in (migrate, Database):
        with pytest.raises(Unavailable, match=r"letter\.db"):
            wrong(f"sqlite:///{file}")


def keep(url, name, value):
    db = Database(url)
    with db.write(None) as tx:
        tx.run("INSERT INTO installation (name, value) VALUES (?, ?)", name, value)
    db.close()


def kept(url, name):
    db = Database(url)
    with db.read() as tx:
        row = tx.one("SELECT value FROM installation WHERE name = ?", name)
    db.close()
    return row["value"]
