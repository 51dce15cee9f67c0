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
    Route("PUT", "/auth/requestresetpsw", "anyone", {"email": "nobody@example.com"}),
    Route("GET", "/auth/checkpswresetkey/{reset}", "anyone"),
    Route("PUT", "/auth/resetpsw/{reset}", "anyone", {"password": "another good one"}),
    Route("GET", "/users", "person"),
    Route("PUT", "/users", "person", {"firstname": "Eve", "phone": "+39 06 1234567", "language": "it"}),
    Route("GET", "/users_util/{agent}", "person"),
    Route("PUT", "/users/changepsw", "person", {"oldpsw": PASSWORD, "newpsw": PASSWORD}),
    Route("POST", "/projects", "person", {"name": "Another"}),
    Route("GET", "/projects", "person"),
    Route("GET", "/projects/{P}", "teammate"),
    Route("PUT", "/projects/{P}", "admin", {"name": "Bakery 2", "settings": {"country": "IT"}}),
    Route("PATCH", "/projects/{P}", "admin", {"widget": {"themeColor": "#112233", "wellcomeTitle": "Hi"}}),
    Route("PATCH", "/projects/{P}/attributes", "admin", {"plan": "gold"}),
    Route("POST", "/projects/{P}/ban", "admin", {"id": "somebody", "ip": "192.0.2.1"}),
    Route("DELETE", "/projects/{P}/ban/{ban}", "admin"),
    Route("GET", "/{P}/labels", "anyone"),
    Route("GET", "/{P}/labels/default", "anyone"),
    Route("GET", "/{P}/labels/default/{lang}", "anyone"),
    Route("GET", "/{P}/labels/{lang}", "anyone"),
    Route("POST", "/{P}/labels/default/clone", "admin", {"lang": "FR"}),
    Route("POST", "/{P}/labels", "admin", {"lang": "DE", "data": {"BACK": "Weg"}, "default": True}),
    Route("PATCH", "/{P}/labels/{lang}/default", "admin"),
    Route("DELETE", "/{P}/labels/{lang}", "admin"),
    Route("DELETE", "/{P}/labels", "admin"),
    Route("POST", "/{P}/jwt/decode", "anyone"),
    Route("GET", "/projects/{P}/isopen", "anyone"),
    Route("GET", "/projects/{P}/users/availables", "anyone"),
    Route("POST", "/{P}/keys/generate", "admin"),
    Route("GET", "/{P}/widgets", "anyone"),
    Route("GET", "/{P}/widgets/form", "visitor"),
    Route("GET", "/{P}/departments", "anyone"),
    Route("GET", "/{P}/departments/allstatus", "agent"),
    Route("GET", "/{P}/departments/{department}", "anyone"),
    Route("POST", "/{P}/departments", "admin", {"name": "Ovens", "routing": "pooled"}),
    Route("PUT", "/{P}/departments/{department}", "admin", {"description": "Hot", "status": 0}),
    Route("PATCH", "/{P}/departments/{department}", "admin", {"status": 1}),
    Route("POST", "/{P}/groups", "admin", {"name": "Bakers", "members": ["{agent}"]}),
    Route("GET", "/{P}/groups", "agent"),
    Route("GET", "/{P}/groups/{agent_group}", "agent"),
    Route("PUT", "/{P}/groups/{agent_group}", "admin", {"members": ["{agent}"]}),
    Route("PUT", "/{P}/groups/disable/{agent_group}", "admin"),
    Route("PUT", "/{P}/groups/enable/{agent_group}", "admin"),
    Route("GET", "/{P}/project_users", "teammate"),
    Route("GET", "/{P}/project_users/me", "teammate"),
    Route("GET", "/{P}/project_users/users/{agent}", "agent"),
    Route("GET", "/{P}/project_users/{member}", "teammate"),
    Route("POST", "/{P}/project_users", "agent"),
    Route("PUT", "/{P}/project_users", "teammate", {"user_available": True}),
    Route("PUT", "/{P}/project_users/{member}", "admin", {"role": "agent", "user_available": True}),
    Route("POST", "/{P}/project_users/invite", "admin", {"email": "guest@example.com", "role": "agent"}),
    Route("GET", "/{P}/pendinginvitations", "admin"),
    Route("GET", "/{P}/pendinginvitations/{invitation}", "admin"),
    Route("PUT", "/{P}/pendinginvitations/{invitation}", "admin", {"role": "teammate"}),
    Route("POST", "/{P}/leads", "agent", {"fullname": "Leo", "email": "leo@example.com", "tags": ["a"]}),
    Route("GET", "/{P}/leads", "agent"),
    Route("GET", "/{P}/leads/csv", "admin"),
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
    Route("POST", f"{REQUEST}/messages/multi", "own", [{"text": "Hello", "client_id": "{client}"}]),
    Route("GET", f"{REQUEST}/messages/csv", "agent"),
    Route("POST", "/{P}/messages", "agent", {"recipient": "{visitor}", "text": "News", "priority": "low"}),
    Route("GET", "/{P}/messages", "owner"),
    Route(
        "POST",
        "/{P}/campaigns/direct",
        "agent",
        {"segment_id": "{segment}", "text": "News", "client_id": "{client}"},
    ),
    Route("POST", "/{P}/campaigns", "agent", {"leadid": "{lead}", "text": "News", "language": "en"}),
    Route("GET", "/{P}/campaigns", "agent"),
    Route("GET", "/{P}/campaigns/{campaign}", "agent"),
    Route("POST", "/{P}/campaigns/{campaign}/stop", "agent"),
    Route("GET", "/{P}/messages/csv", "owner"),
    Route("POST", "/{P}/requests", "agent", {"first_text": "A question", "subject": "S"}),
    Route("POST", "/{P}/requests/simple", "agent", {"first_text": "A question", "channel": {"name": "form"}}),
    Route("GET", "/{P}/requests", "agent"),
    Route("GET", "/{P}/requests/csv", "admin"),
    Route("GET", "/{P}/requests/count", "agent"),
    Route("GET", REQUEST, "agent"),
    Route("PATCH", REQUEST, "agent", {"subject": "Bread", "priority": "high", "tags": [{"tag": "x"}]}),
    Route("PATCH", f"{REQUEST}/attributes", "agent", {"cart": 3}),
    Route("POST", f"{REQUEST}/email/send", "agent", {"text": "Good news", "subject": "Your cup"}),
    Route(
        "POST",
        "/{P}/emails/internal/send",
        "agent",
        {"to": "@aldo", "text": "Look at this", "subject": "A question", "request_id": "{request}"},
    ),
    Route("PUT", f"{REQUEST}/close", "agent"),
    Route("PUT", f"{REQUEST}/reopen", "agent"),
    Route("PUT", f"{REQUEST}/participants", "agent", ["{agent}"]),
    Route("POST", f"{REQUEST}/participants", "agent", {"member": "{agent}"}),
    Route("DELETE", f"{REQUEST}/participants/{{agent}}", "agent"),
    Route("PUT", f"{REQUEST}/assign", "agent", {"departmentid": "{department}", "nobot": True}),
    Route("PUT", f"{REQUEST}/departments", "agent", {"departmentid": "{department}"}),
    Route("PUT", f"{REQUEST}/agent", "agent"),
    Route("PUT", f"{REQUEST}/assignee", "agent", {"assignee": "{agent}"}),
    Route("PUT", f"{REQUEST}/replace", "agent", {"name": "guide"}),
    Route("POST", f"{REQUEST}/followers", "agent", {"member": "{member}"}),
    Route("PUT", f"{REQUEST}/followers", "agent", ["{member}"]),
    Route("DELETE", f"{REQUEST}/followers/{{member}}", "agent"),
    Route("POST", f"{REQUEST}/notes", "agent", {"text": "Handle with care."}),
    Route("DELETE", f"{REQUEST}/notes/{{request_note}}", "agent"),
    Route("PUT", f"{REQUEST}/tag", "agent", [{"tag": "blue", "color": "#00f"}]),
    Route("DELETE", f"{REQUEST}/tag/{{request_tag}}", "agent"),
    Route("GET", "/{P}/faq_kb", "teammate"),
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
    Route(
        "POST",
        "/{P}/segments",
        "agent",
        {"name": "VIPs", "match": "any", "filters": [{"field": "tags", "operator": "=", "value": "vip"}]},
    ),
    Route("GET", "/{P}/segments", "agent"),
    Route("GET", "/{P}/segments/{segment}", "agent"),
    Route("PUT", "/{P}/segments/{segment}", "agent", {"name": "Not VIPs", "match": "all", "filters": []}),
    Route("DELETE", "/{P}/segments/{segment}", "agent"),
    Route("POST", "/{P}/events", "own", {"name": "checkout", "attributes": {"total": 12}}),
    Route("GET", "/{P}/events", "agent"),
    Route("GET", "/{P}/events/{event}", "agent"),
    Route(
        "POST",
        "/{P}/subscriptions",
        "admin",
        {
            "target": "http://93.184.216.34/",
            "event": "lead.create",
            "events": ["lead.update"],
            "legacy": True,
        },
    ),
    Route("GET", "/{P}/subscriptions", "admin"),
    Route("GET", "/{P}/subscriptions/history", "admin"),
    Route("POST", "/{P}/subscriptions/test", "admin", {"id": "{subscription}"}),
    Route("GET", "/{P}/subscriptions/{subscription}", "admin"),
    Route("PUT", "/{P}/subscriptions/{subscription}", "admin", {"event": "request.close", "enabled": True}),
    Route("POST", "/{P}/subscriptions/{subscription}/secret", "admin"),
    Route("POST", "/{P}/subscriptions/{subscription}/deliveries/{delivery}", "admin"),
    # What ends something comes last, so that the others find it.
    Route("DELETE", "/{P}/subscriptions/{subscription}", "admin"),
    Route("DELETE", LEAD, "admin"),
    Route("DELETE", REQUEST, "owner"),
    Route("DELETE", "/{P}/requests/id/{conversation}", "owner"),
    Route("DELETE", f"{LEAD}/physical", "owner"),
    Route("DELETE", "/{P}/departments/{department}", "admin"),
    Route("DELETE", "/{P}/groups/{agent_group}", "admin"),
    Route("DELETE", "/{P}/groups/{agent_group}/physical", "admin"),
    Route("DELETE", "/{P}/pendinginvitations/{invitation}", "admin"),
    Route("DELETE", "/{P}/project_users/{member}", "admin"),
    Route("PUT", "/{P}/project_users/{member}/restore", "admin"),
    Route("DELETE", "/projects/{P}", "owner"),
    Route("DELETE", "/projects/{P}/physical", "owner"),
    Route("DELETE", "/users", "person"),
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
