"""One application for the tests of a module, and a fresh cast for each of them."""

from collections.abc import Iterator

import pytest

from tests.api.client import Api, serving
from tests.cast import Cast, make_cast


@pytest.fixture(scope="module")
def api(module_database_url: str) -> Iterator[Api]:
    with serving(module_database_url) as api:
        yield api


@pytest.fixture
def cast(api: Api) -> Cast:
    return make_cast(api.db)
