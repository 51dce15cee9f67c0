"""Who is let in to the API, by what, and for how long."""

import base64
from typing import Any

import jwt
import pytest

from rolodesk.usecases import clock, sign_in
from rolodesk.usecases.sign_in import KEY_ID
from tests.api.routes import of_app
from tests.cast import PASSWORD, make_person, new_visitor, say, user_token

HOUR = 3_600_000


@pytest.fixture
def api(file_api):
    return file_api


@pytest.fixture
def cast(file_cast):
    return file_cast


@pytest.fixture
def later(monkeypatch):
    """Let that many hours pass."""
    passed = [0.0]

    def let_pass(hours: float) -> None:
        passed[0] += hours

    real = clock.now
    monkeypatch.setattr(sign_in, "now", lambda: real() + int(passed[0] * HOUR))
    return let_pass


def bearer(token: str, scheme: str = "JWT") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


def status(api: Any, who: Any, path: str = "/users") -> int:
    return int(api(who, "GET", path).status_code)


# Schemes.


@pytest.mark.parametrize("scheme", ["JWT", "jwt", "Jwt", "JWT JWT", "JWT  "])
def test_the_scheme_of_a_token_is_jwt_in_any_case(api, cast, scheme):
    assert status(api, bearer(cast.agent.token, scheme)) == 200


@pytest.mark.parametrize(
    "value", ["", "JWT", "JWT ", "Bearer {}", "{}", "JWT{}", "Basic {}", "JWT a.b.c", "JWT ..", "x y z"]
)
def test_anything_else_is_nobody(api, cast, value):
    answer = api({"Authorization": value.format(cast.agent.token)}, "GET", f"/{cast.id}/leads")
    assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert answer.headers["content-type"].startswith("text/plain")


def test_the_cookie_of_the_pages_is_nobody_here(api, cast):
    cookie = {"Cookie": f"rolodesk_session={cast.owner.secret}"}
    for path in ("/users", "/projects", f"/{cast.id}/leads", f"/projects/{cast.id}"):
        assert status(api, cookie, path) == 401


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_in_the_address_is_nobody_here(api, cast, method):
    assert api(None, method, f"/{cast.id}/leads?token=JWT%20{cast.agent.token}").status_code in (401, 422)


# Basic.


def basic(credentials: bytes) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(credentials).decode()}"}


def test_basic_takes_email_and_password(api, cast):
    assert api.ok(cast.agent.basic, "GET", "/users")["_id"] == cast.agent.person.user_id
    assert status(api, cast.agent.basic, f"/{cast.id}/leads") == 200
    assert status(api, cast.stranger.basic, f"/{cast.id}/leads") == 403


def test_basic_takes_a_password_that_is_not_ascii_and_has_colons(api, cast):
    person = make_person(cast.db, "Ünal", "Ω", cast.id[-6:])
    password = "pass:wörd:密码🙂"
    sign_in.reset_password(cast.db, person.email, password)

    assert status(api, basic(f"{person.email.upper()}:{password}".encode())) == 200
    assert status(api, basic(f"{person.email}:{password}x".encode())) == 401
    assert status(api, basic(f"{person.email}:pass:wörd".encode("latin-1"))) == 401


@pytest.mark.parametrize(
    "encoded", ["", "!!!", "bm9jb2xvbg==", "Og==", "/////w==", "Zm9v OmJhcg==", "YTpi" * 3_000]
)
def test_basic_that_is_none_is_nobody(api, encoded):
    assert status(api, {"Authorization": f"Basic {encoded}"}) == 401


def test_basic_with_raw_bytes_in_the_header_is_nobody(api):
    answer = api.client.get("/api/users", headers=[(b"Authorization", b"Basic \xff\xfe\xc3\x28")])
    assert answer.status_code == 401
    answer = api.client.get("/api/users", headers=[(b"Authorization", b"JWT \xff\xfe\xc3\x28")])
    assert answer.status_code == 401


def test_basic_ends_with_the_password(api, cast):
    assert status(api, cast.agent.basic) == 200
    sign_in.reset_password(cast.db, cast.agent.person.email, "a wholly new one")

    assert status(api, cast.agent.basic) == 401


# The team's tokens.


def test_a_team_token_ends_12_hours_after_its_last_use(api, cast, later):
    later(11)
    assert status(api, cast.agent) == 200
    later(11)
    assert status(api, cast.agent) == 200
    later(12.1)
    assert status(api, cast.agent) == 401


def test_signing_out_ends_the_token(api, cast):
    assert api(cast.agent, "POST", "/auth/signout").status_code == 200
    assert status(api, cast.agent) == 401
    assert api(cast.agent, "POST", "/auth/signout").status_code == 401


def test_a_changed_password_ends_the_other_sessions(api, cast):
    signed_in = api.ok(None, "POST", "/auth/signin", {"email": cast.agent.person.email, "password": PASSWORD})
    change = {"oldpsw": PASSWORD, "newpsw": "a wholly new one"}
    api.ok({"Authorization": signed_in["token"]}, "PUT", "/users/changepsw", change)

    assert status(api, {"Authorization": signed_in["token"]}) == 200
    assert status(api, cast.agent) == 401


def test_who_has_left_the_team_is_no_member_any_more(api, cast):
    api.ok(cast.owner, "DELETE", f"/{cast.id}/project_users/{cast.agent.agent.member_id}")

    assert status(api, cast.agent) == 200
    assert status(api, cast.agent, f"/{cast.id}/leads") == 403


def test_a_role_counts_as_it_is_now_and_not_as_the_token_says(api, cast):
    claims = jwt.decode(cast.agent.token, options={"verify_signature": False})
    assert "role" not in claims
    forged = jwt.encode({**claims, "role": "owner"}, "x" * 32, "HS256", headers={"kid": KEY_ID})
    assert status(api, bearer(forged), f"/{cast.id}/leads") == 401


@pytest.mark.parametrize("purpose", ["visitor", "csrf", "team"])
def test_a_key_signs_for_its_purpose_alone(api, cast, purpose):
    key = getattr(cast.signing, purpose)
    claims = {"_id": cast.owner.person.user_id, "sub": "user", "jti": "guessed", "iat": clock.now() // 1000}
    forged = jwt.encode(claims, key, "HS256", headers={"kid": KEY_ID})
    assert status(api, bearer(forged)) == 401
    if purpose != "visitor":
        guest = {"_id": "x", "sub": "guest", "aud": cast.id, "iat": 1, "exp": 2**31, "jti": "x"}
        forged = jwt.encode(guest, key, "HS256", headers={"kid": KEY_ID})
        assert status(api, bearer(forged), f"/{cast.id}/requests/me") == 401


@pytest.mark.parametrize("kid", [None, KEY_ID])
def test_a_token_without_a_signature_is_nobody(api, cast, kid):
    for sub in ("user", "guest", "userexternal"):
        claims = {"_id": cast.owner.person.user_id, "sub": sub, "aud": cast.id, "iat": 1, "exp": 2**31}
        token = jwt.encode(claims, "", "none", headers={"kid": kid} if kid else {})
        assert status(api, bearer(token), f"/{cast.id}/requests/me") == 401


def test_a_ticket_is_no_token(api, cast):
    ticket = sign_in.ticket(cast.signing, cast.owner.agent, cast.owner.person)
    assert status(api, bearer(ticket)) == 401
    assert status(api, bearer(ticket), f"/{cast.id}/leads") == 401


# Visitors' tokens.


def mine(cast: Any) -> str:
    return f"/{cast.id}/requests/me"


def test_an_anonymous_token_holds_for_a_year(api, cast, later):
    assert status(api, cast.visitor, mine(cast)) == 200
    at = clock.now() // 1000
    claims = jwt.decode(cast.visitor.token, options={"verify_signature": False})
    assert claims["exp"] - at == pytest.approx(365 * 24 * 3600, abs=60)
    expired = jwt.encode({**claims, "exp": at - 1}, cast.signing.visitor, "HS256", headers={"kid": KEY_ID})
    assert status(api, bearer(expired), mine(cast)) == 401


def test_a_renewed_token_is_the_same_visitor(api, cast):
    say(cast, cast.visitor)
    renewed = api.ok(cast.visitor, "POST", "/auth/refresh")

    assert renewed["user"]["_id"] == cast.visitor.key
    assert api.ok({"Authorization": renewed["token"]}, "GET", mine(cast))["count"] == 1


def test_signing_out_voids_every_token_of_a_visitor(api, cast):
    say(cast, cast.visitor)
    renewed = api.ok(cast.visitor, "POST", "/auth/refresh")
    api.ok(cast.visitor, "POST", "/auth/signout")

    for who in (cast.visitor, {"Authorization": renewed["token"]}):
        assert status(api, who, mine(cast)) == 401
        assert api(who, "POST", "/auth/refresh").status_code == 401
    assert status(api, cast.other_visitor, mine(cast)) == 200


def test_signing_out_before_the_first_word_voids_the_token_too(api, cast):
    api.ok(cast.visitor, "POST", "/auth/signout")
    assert status(api, cast.visitor, mine(cast)) == 401


def test_a_token_is_for_its_project_alone(api, cast):
    foreign = new_visitor(cast.db, cast.signing, cast.other_project.id)
    for who in (foreign, bearer(user_token(cast.other_project.id, cast.secret, "u"))):
        assert status(api, who, mine(cast)) == 401
    for who in (cast.visitor, cast.user, bearer(user_token(cast.other_project.id, cast.secret, "u"))):
        assert status(api, who, f"/{cast.other_project.id}/requests/me") == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"role": "owner"},
        {"role": "admin", "sub": "user"},
        {"sub": "guest"},
        {"sub": "bot"},
        {"sub": "subscription"},
        {"email": "{owner}"},
        {"_id": "{owner_id}", "sub": "user"},
    ],
)
def test_the_projects_secret_speaks_for_visitors_alone(api, cast, claims):
    known = {"{owner}": cast.owner.person.email, "{owner_id}": cast.owner.person.user_id}
    claims = {name: known.get(value, value) for name, value in claims.items()}
    token = bearer(user_token(cast.id, cast.secret, claims.pop("_id", "u1"), **claims))

    assert status(api, token, mine(cast)) in (200, 401)
    for path in (f"/{cast.id}/leads", f"/projects/{cast.id}", f"/{cast.id}/requests"):
        assert status(api, token, path) in (401, 403)
    assert status(api, token) == 401


def test_the_projects_secret_cannot_make_our_own_tokens(api, cast):
    for sub in ("user", "guest", "ticket"):
        claims = {
            "_id": cast.owner.person.user_id,
            "sub": sub,
            "aud": cast.id,
            "iat": clock.now() // 1000,
            "jti": "x",
        }
        forged = jwt.encode(claims, cast.secret, "HS256", headers={"kid": KEY_ID})
        assert status(api, bearer(forged), mine(cast)) == 401
        assert status(api, bearer(forged)) == 401


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"exp": None}, 200),
        ({"iat": None}, 200),
        ({"iat": None, "exp": None}, 401),
        ({"age": 24 * 3600 + 5, "exp": 2**31}, 401),
        ({"age": 7200, "exp": 1}, 401),
        ({"iat": None, "exp": 2**31}, 401),
        ({"iat": 2**31}, 401),
        ({"iat": "x"}, 401),
        ({"exp": "x"}, 401),
        ({"aud": None}, 401),
        ({"aud": "x"}, 401),
        ({"aud": {"a": 1}}, 401),
        ({"aud": ["https://site.example/projects/{P}", "x"]}, 200),
        ({"aud": "https://tiledesk.com/projects/{P}"}, 200),
        ({"aud": "https://tiledesk.com/projects/{P}/x"}, 401),
        ({"key": None}, 401),
        ({"key": ""}, 422),
        ({"key": "undefined"}, 422),
        ({"key": "a\x00b"}, 422),
        ({"key": {"$gt": ""}}, 422),
        ({"key": 17}, 200),
        ({"firstname": {"a": 1}, "email": ["x"], "phone": 12}, 200),
        ({"iss": "https://tiledesk.com", "jti": "x"}, 200),
    ],
)
def test_a_sites_token_is_taken_as_the_contract_says(api, cast, change, expected):
    change = {k: (str(v).replace("{P}", cast.id) if isinstance(v, str) else v) for k, v in change.items()}
    if isinstance(change.get("aud"), list):
        change["aud"] = [name.replace("{P}", cast.id) for name in change["aud"]]
    token = bearer(user_token(cast.id, cast.secret, change.pop("key", "u1"), **change))

    assert status(api, token, mine(cast)) == expected
    answer = api(token, "POST", "/auth/signinWithCustomToken", {"id_project": cast.id})
    assert answer.status_code == expected
    if expected == 200:
        rid = f"support-group-{cast.id}-{clock.new_uuid()}"
        assert api(token, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": "x"}).status_code == 200


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(api, cast, algorithm):
    claims = {"_id": "u", "aud": cast.id, "iat": clock.now() // 1000}
    token = jwt.encode(claims, cast.secret * 3, algorithm)
    assert status(api, bearer(token), mine(cast)) == 401


def test_a_rotated_secret_holds_24_hours_more(api, cast, later):
    new = api.ok(cast.admin, "POST", f"/{cast.id}/keys/generate")["jwtSecret"]
    assert new != cast.secret
    for secret in (new, cast.secret):
        assert status(api, bearer(user_token(cast.id, secret, "u")), mine(cast)) == 200
    later(24.1)
    claims = {"_id": "u", "aud": cast.id, "exp": clock.now() // 1000 + 26 * 3600}
    assert status(api, bearer(jwt.encode(claims, cast.secret, "HS256")), mine(cast)) == 401


def test_a_project_may_list_the_sites_of_its_widget(api, cast):
    listed = {"settings": {"allowed_origins": ["https://Shop.example/"]}}
    api.ok(cast.admin, "PUT", f"/projects/{cast.id}", listed)
    body = {"id_project": cast.id}
    for origin, expected in (("https://shop.example", 200), ("https://evil.example", 403), (None, 403)):
        headers = {"Origin": origin} if origin else {}
        assert api(None, "POST", "/auth/signinAnonymously", body, headers=headers).status_code == expected
        assert api(cast.visitor, "GET", mine(cast), headers=headers).status_code == expected


# Addresses.


def test_trailing_slashes_are_accepted(api, cast):
    for path in (
        "/users/",
        "/projects/",
        f"/{cast.id}/leads/",
        f"/projects/{cast.id}/",
        f"/{cast.id}/requests/count/",
    ):
        assert status(api, cast.agent, path) == 200


def test_every_route_of_the_api_may_be_called_from_any_site(api, cast):
    for method, path in of_app(api.client.app):
        if not path.startswith("/api/") or path.startswith("/api/docs"):
            continue
        address = path.replace("{project_id:str}", cast.id).replace("{", "").replace(":str}", "")
        asked = {"Origin": "https://any.example", "Access-Control-Request-Method": method}
        allowed = api.client.options(address, headers=asked)
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == "*"
        assert method in allowed.headers["access-control-allow-methods"]
        assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
        answer = api.client.request(method, address, headers={"Origin": "https://any.example"})
        assert answer.headers["access-control-allow-origin"] == "*", (method, path)
        assert "access-control-allow-credentials" not in answer.headers


def test_a_site_may_send_whatever_headers_its_client_has(api, cast):
    asked = {
        "Origin": "https://any.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,cache-control",
    }
    allowed = api.client.options(f"/api/{cast.id}/leads", headers=asked)
    assert allowed.headers["access-control-allow-headers"] == "authorization,cache-control"


@pytest.mark.parametrize("path", ["/api/nothing/here/at/all", "/api/auth/none"])
def test_what_is_not_there_is_a_404_in_json_for_any_site(api, path):
    answer = api.client.get(path)
    assert answer.status_code == 404
    assert answer.json()["success"] is False
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_wrong_method_is_no_500(api, cast):
    answer = api(cast.agent, "DELETE", "/projects")
    assert answer.status_code in (404, 405)
    assert answer.json()["success"] is False
