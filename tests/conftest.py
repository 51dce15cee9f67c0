"""What every test can ask for: databases of both kinds, and settings for Hypothesis."""

from collections.abc import Iterator

import hypothesis
import pytest

from tests.databases import KINDS, Databases

# A machine that is busy with something else must not fail a test, so no deadline.
hypothesis.settings.register_profile("rolodesk", deadline=None, print_blob=True)
hypothesis.settings.load_profile("rolodesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="run the tests that use a database on this kind alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.config.getoption("database")
        metafunc.parametrize("database_kind", [only] if only else KINDS, scope="session")


# Files with few tests that take minutes: begun last, one of two workers would run them while the other is idle.
LONG_FILES = (
    "test_merge_histories.py",
    "test_matrix.py",
    "test_kill_merging.py",
    "test_kill_webhooks.py",
    "test_kill.py",
    "test_example.py",
    "test_merged_contact.py",
    "test_merge_page.py",
    "test_widget.py",
    "test_killed_server.py",
    "test_team.py",
    "test_merging_at_once.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: LONG_FILES.index(item.path.name) if item.path.name in LONG_FILES else len(LONG_FILES)
    )
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(1800))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The maker of databases, for a test that needs several: `with databases.lend("sqlite") as url:`."""
    databases = Databases()
    yield databases
    databases.close()


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """The URL of a fresh, migrated database: the test runs once on each kind."""
    with databases.lend(database_kind) as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """The URL of a database that no migration has touched."""
    with databases.lend_empty(database_kind) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """One database for all tests of a module, which then must not disturb each other; also for Hypothesis."""
    with databases.lend(database_kind) as url:
        yield url
