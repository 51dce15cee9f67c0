"""The document at /api/docs, and the application held against it."""

import hypothesis
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from tests.api.client import serving
from tests.api.routes import ROUTES
from tests.web.world import plant

EXAMPLES = 3  # of each route, and again of wrong bodies


@pytest.fixture
def api(databases):
    with databases.lend("sqlite") as url, serving(url) as api:
        yield api


def test_the_document_is_valid_and_has_every_route(api):
    document = api.ok(None, "GET", "/docs/openapi.json")

    schemathesis.openapi.from_dict(document).validate()
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert len([1 for method, _ in described if method in ("GET", "POST", "PUT", "PATCH", "DELETE")]) == len(
        ROUTES
    )


def test_the_documents_page_asks_no_other_site(api):
    page = api(None, "GET", "/docs")
    assert page.status_code == 200
    assert "//cdn" not in page.text
    assert "https://" not in page.text.replace("https://json-schema.org", "")
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_schemathesis_finds_no_5xx(api):
    world, calls = plant(api.db), 0
    schema = schemathesis.openapi.from_dict(
        api.ok(None, "GET", "/docs/openapi.json"), config=SchemathesisConfig()
    )
    known = {
        "project_id": "P",
        "lead_id": "lead",
        "request_id": "request",
        "message_id": "message",
        "merge_id": "merge",
        "split_id": "split",
    }

    def hold(case: schemathesis.Case, real: bool) -> None:
        nonlocal calls
        for name in known.keys() & (case.path_parameters or {}).keys():
            if real or name == "project_id":
                case.path_parameters[name] = world.ids[known[name]]
        sent = case.as_transport_kwargs(base_url="")
        sent = {
            name: sent[name] for name in ("method", "params", "json", "content") if sent.get(name) is not None
        }
        calls += 1
        answer = api.client.request(
            url=case.formatted_path, headers=world.cast.agent.jwt, follow_redirects=False, **sent
        )
        assert answer.status_code < 500, (sent, answer.text)

    quick = hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    for found in schema.get_all_operations():
        route = found.ok()
        modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if route.body else [])]
        for mode in modes:
            cases = route.as_strategy(generation_mode=mode)
            quick(hypothesis.given(case=cases, real=hypothesis.strategies.booleans())(hold))()

    print(f"\nschemathesis: {calls} calls")
    assert calls > 4 * len(ROUTES)
