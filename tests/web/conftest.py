"""One application for the tests of a module that have nothing to do with the kind of database, and a cast for each."""

from collections.abc import Iterator

import pytest

from tests.api.client import Api, serving
from tests.cast import Cast, make_cast
from tests.databases import Databases


@pytest.fixture(scope="module")
def file_api(databases: Databases) -> Iterator[Api]:
    with databases.lend("sqlite") as url, serving(url) as api:
        yield api


@pytest.fixture
def file_cast(file_api: Api) -> Cast:
    return make_cast(file_api.db)
