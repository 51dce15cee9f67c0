"""Databases of both kinds for the tests of storage."""

from collections.abc import Iterator

import pytest

from rolodesk.storage.database import Database


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def shared_db(module_database_url: str) -> Iterator[Database]:
    """One database for the whole module, whose tests change nothing that another one looks at."""
    database = Database(module_database_url)
    yield database
    database.close()
