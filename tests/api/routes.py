"""Every route of the API: who may call it at the least, and a body that it takes.

`anyone` needs no token, `person` an account, `own` is for the visitor whose conversation it is and for the team.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.api.client import ABSENT
from tests.cast import PASSWORD


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    least: str
    body: Any = ABSENT

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_scoped(self) -> bool:
        return "{P}" in self.path


PERSON = {"email": "new@example.com", "password": PASSWORD, "firstname": "N", "lastname": "N"}
LEAD = "/{P}/leads/{lead}"
REQUEST = "/{P}/requests/{request}"
MERGE = {
    "sources": ["{source}"],
    "choices": {"company": {"from": "{source}"}, "city": {"value": "Rome"}},
    "expect": {},
    "allow": [],
    "reason": "The same person",
}
ROUTES = [
    Route("POST", "/auth/signup", "anyone", PERSON),
    Route("POST", "/auth/signin", "anyone", {"email": "nobody@example.com", "password": "x"}),
    Route("POST", "/auth/signinAnonymously", "anyone", {"id_project": "{P}", "firstname": "Eve"}),
    Route("POST", "/auth/signinWithCustomToken", "anyone", {"id_project": "{P}"}),
    Route("POST", "/auth/refresh", "anyone"),
    Route("GET", "/users", "person"),
    Route("PUT", "/users", "person", {"firstname": "Eve", "phone": "+39 06 1234567", "language": "it"}),
    Route("PUT", "/users/changepsw", "person", {"oldpsw": "wrong", "newpsw": "another good one"}),
    Route("POST", "/projects", "person", {"name": "Another"}),
    Route("GET", "/projects", "person"),
    Route("GET", "/projects/{P}", "teammate"),
    Route("PUT", "/projects/{P}", "admin", {"name": "Bakery 2", "settings": {"country": "IT"}}),
    Route("PATCH", "/projects/{P}", "admin", {"widget": {"themeColor": "#112233", "wellcomeTitle": "Hi"}}),
    Route("GET", "/projects/{P}/isopen", "anyone"),
    Route("GET", "/projects/{P}/users/availables", "anyone"),
    Route("POST", "/{P}/keys/generate", "admin"),
    Route("GET", "/{P}/widgets", "anyone"),
    Route("GET", "/{P}/widgets/form", "visitor"),
    Route("GET", "/{P}/departments", "anyone"),
    Route("GET", "/{P}/project_users", "teammate"),
    Route("GET", "/{P}/project_users/me", "teammate"),
    Route("GET", "/{P}/project_users/{member}", "teammate"),
    Route("POST", "/{P}/project_users", "agent"),
    Route("PUT", "/{P}/project_users", "teammate", {"user_available": True}),
    Route("PUT", "/{P}/project_users/{member}", "admin", {"role": "agent", "user_available": True}),
    Route("POST", "/{P}/project_users/invite", "admin", {"email": "guest@example.com", "role": "agent"}),
    Route("GET", "/{P}/pendinginvitations", "admin"),
    Route("POST", "/{P}/leads", "agent", {"fullname": "Leo", "email": "leo@example.com", "tags": ["a"]}),
    Route("GET", "/{P}/leads", "agent"),
    Route("GET", LEAD, "agent"),
    Route("PUT", LEAD, "agent", {"city": "Rome", "properties": {"shoe": 42}, "tags": ["b"]}),
    Route("PATCH", f"{LEAD}/attributes", "agent", {"plan": "gold"}),
    Route("POST", f"{LEAD}/properties", "agent", {"shoe": 43}),
    Route("PATCH", f"{LEAD}/properties", "agent", {"shoe": 44}),
    Route("PUT", f"{LEAD}/tag", "agent", ["red"]),
    Route("DELETE", f"{LEAD}/tag/red", "agent"),
    Route("GET", f"{LEAD}/notes", "agent"),
    Route("POST", f"{LEAD}/notes", "agent", {"text": "Called her."}),
    Route("DELETE", f"{LEAD}/notes/{{note}}", "agent"),
    Route("POST", f"{LEAD}/adopt", "agent", {"field": "company", "from": "{source}", "source": "agent"}),
    Route("POST", f"{LEAD}/merge/preview", "agent", MERGE),
    Route("POST", f"{LEAD}/merge", "agent", MERGE),
    Route("GET", f"{LEAD}/merges", "agent"),
    Route(
        "POST", f"{LEAD}/split", "agent", {"identities": ["{identity}"], "into": "{source}", "reason": "R"}
    ),
    Route("POST", "/{P}/splits/{split}/undo", "agent"),
    Route("GET", "/{P}/duplicates", "agent"),
    Route("GET", f"{LEAD}/duplicates", "agent"),
    Route("POST", "/{P}/duplicates/{group}/dismiss", "agent", {"leads": ["{lead}"], "undo": False}),
    Route("POST", "/{P}/leads/{twin}/duplicates/{twice}/dismiss", "agent", {"undo": False}),
    Route(
        "POST",
        "/{P}/duplicates/{group}/merge",
        "agent",
        {"winner": None, "choices": {"city": {"value": "Rome"}}, "expect": {}, "reason": "The same"},
    ),
    Route("GET", "/{P}/duplicates/run", "agent"),
    Route("POST", "/{P}/duplicates/run", "admin"),
    Route("POST", "/{P}/duplicates/runs/{run}/undo", "admin"),
    Route("GET", "/{P}/duplicates/policy", "agent"),
    Route(
        "PUT",
        "/{P}/duplicates/policy",
        "admin",
        {"merge_alike": False, "suggest_at": 0.6, "languages": ["it"]},
    ),
    Route("POST", "/{P}/merges/{merge}/undo/preview", "agent", {"group": False}),
    Route("POST", "/{P}/merges/{merge}/undo", "agent", {"group": True}),
    Route("GET", "/{P}/requests/me", "own"),
    Route("PATCH", f"{REQUEST}/rating", "own visitor", {"rating": 5, "rating_message": "Good"}),
    Route("PUT", f"{REQUEST}/closeg", "own visitor"),
    Route("PUT", f"{REQUEST}/seen", "own", {"message": "{message}"}),
    Route("POST", f"{REQUEST}/messages", "own", {"text": "Hello", "client_id": "{client}"}),
    Route("GET", f"{REQUEST}/messages", "own"),
    Route("GET", f"{REQUEST}/messages/{{message}}", "own"),
    Route("POST", "/{P}/requests", "agent", {"first_text": "A question", "subject": "S"}),
    Route("GET", "/{P}/requests", "agent"),
    Route("GET", "/{P}/requests/count", "agent"),
    Route("GET", REQUEST, "agent"),
    Route("PATCH", REQUEST, "agent", {"subject": "Bread", "priority": "high", "tags": [{"tag": "x"}]}),
    Route("PATCH", f"{REQUEST}/attributes", "agent", {"cart": 3}),
    Route("PUT", f"{REQUEST}/close", "agent"),
    Route("PUT", f"{REQUEST}/reopen", "agent"),
    Route("PUT", f"{REQUEST}/participants", "agent", ["{agent}"]),
    Route("POST", f"{REQUEST}/participants", "agent", {"member": "{agent}"}),
    Route("DELETE", f"{REQUEST}/participants/{{agent}}", "agent"),
    Route("POST", f"{REQUEST}/notes", "agent", {"text": "Handle with care."}),
    Route("DELETE", f"{REQUEST}/notes/{{request_note}}", "agent"),
    Route("PUT", f"{REQUEST}/tag", "agent", [{"tag": "blue", "color": "#00f"}]),
    Route("DELETE", f"{REQUEST}/tag/{{request_tag}}", "agent"),
    Route("POST", "/{P}/properties", "agent", {"label": "Size", "name": "size", "type": "number"}),
    Route("GET", "/{P}/properties", "agent"),
    Route("GET", "/{P}/properties/{property}", "agent"),
    Route("PUT", "/{P}/properties/{property}", "agent", {"label": "VAT number", "type": "text"}),
    Route("DELETE", "/{P}/properties/{property}", "agent"),
    Route("DELETE", "/{P}/properties/{property}/physical", "owner"),
    Route("POST", "/{P}/tags", "agent", {"tag": "vip", "color": "#ff0000"}),
    Route("GET", "/{P}/tags", "agent"),
    Route("GET", "/{P}/tags/{tag}", "agent"),
    Route("PUT", "/{P}/tags/{tag}", "agent", {"tag": "vips", "color": "#00ff00"}),
    Route("DELETE", "/{P}/tags/{tag}", "agent"),
    # What ends something comes last, so that the others find it.
    Route("DELETE", LEAD, "admin"),
    Route("DELETE", REQUEST, "owner"),
    Route("DELETE", f"{LEAD}/physical", "owner"),
    Route("DELETE", "/{P}/project_users/{member}", "admin"),
    Route("DELETE", "/projects/{P}", "owner"),
    Route("POST", "/auth/signout", "anyone"),
]


def of_app(app: Litestar) -> list[tuple[str, str]]:
    """Method and path of every route, without OPTIONS."""
    return [
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods)
        if method not in ("OPTIONS", "HEAD")
    ]
