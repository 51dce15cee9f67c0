"""The cast in a database of each kind. A module's tests share the database, each with a cast and projects of its own:
a database for each test would take most of the time."""

from collections.abc import Iterator

import pytest

from rolodesk.storage.database import Database
from tests.cast import Cast, make_cast


@pytest.fixture(scope="module")
def db(module_database_url: str) -> Iterator[Database]:
    database = Database(module_database_url)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


@pytest.fixture
def fresh_db(database_url: str) -> Iterator[Database]:
    """A database without anybody in it."""
    database = Database(database_url)
    yield database
    database.close()
