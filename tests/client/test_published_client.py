"""The client that is published for a Tiledesk server, from the registry and unmodified, does its work with us."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from rolodesk.storage.database import Database
from tests.cast import PASSWORD, Cast, make_cast
from tests.client.conftest import CALLBACK, ClientError, PublishedClient
from tests.mailbox import Mailbox, body, mailbox
from tests.web.server import Server

Call = Callable[..., Any]

# What makes, changes, or runs a bot: there are none here.
OF_BOTS = {
    *("getBot", "createBot", "updateBot", "deleteBot", "createIntent", "getIntents"),
    *("changeBot", "changeBotAndMessage", "removeCurrentBot", "addParticipantAndMessage"),
}
# What calls no server: its own parts, and a line that it prints.
OF_ITS_OWN = {"myrequest", "getErr", "version09"}


@pytest.fixture(scope="module")
def post_office() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def world(
    module_database_url: str, post_office: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cast, Server]]:
    db = Database(module_database_url, pool_size=2)
    cast = make_cast(db)
    brand = tmp_path_factory.mktemp("brand") / "brand.toml"
    brand.write_text('sender = "Bakery <desk@example.com>"')
    mail = {"smtp_url": post_office.url, "brand": brand}
    with Server(module_database_url, **mail) as server:
        yield cast, server
    db.close()


@pytest.fixture(scope="module")
def cast(world):
    return world[0]


@pytest.fixture(scope="module")
def api(world) -> str:
    return f"{world[1].address}/api"


def client_of(published: PublishedClient, cast: Cast, api: str, who: Any) -> Call:
    on = {"APIKEY": "none", "APIURL": api, "projectId": cast.id, "token": who.token}
    return lambda method, *args: published.call(method, *args, on=on)


@pytest.fixture(scope="module")
def admin(published, cast, api) -> Call:
    """The client as the project's owner."""
    return client_of(published, cast, api, cast.owner)


@pytest.fixture(scope="module")
def visitor(published, cast, api) -> Call:
    """The client as a visitor."""
    return client_of(published, cast, api, cast.visitor)


@pytest.fixture
def conversation(published, cast, visitor) -> str:
    """The id of a new conversation of the visitor's."""
    request_id: str = published.call("newRequestId", cast.id, on=None)
    visitor("sendSupportMessage", request_id, {"text": "Do you have bread?"}, CALLBACK)
    return request_id


# Signing in


def test_an_anonymous_visitor_signs_in_and_writes(published, cast, api):
    found = published.call("anonymousAuthentication", cast.id, "none", {"APIURL": api}, CALLBACK, on=None)
    on = {
        "APIKEY": "none",
        "APIURL": api,
        "projectId": cast.id,
        "token": published.call("fixToken", found["token"], on=None),
    }
    request_id = published.call("newRequestId", cast.id, on=None)
    said = published.call("sendSupportMessage", request_id, {"text": "Hello"}, on=on)

    assert re.fullmatch(r"[0-9a-f-]{36}", found["user"]["_id"])
    assert (said["text"], said["request"]["request_id"]) == ("Hello", request_id)


def test_a_site_signs_its_user_in_with_a_token_of_its_own(published, cast, api):
    claims = {
        "_id": "crm-7",
        "firstname": "Carla",
        "email": "carla@example.com",
        "aud": f"/projects/{cast.id}",
    }
    token = jwt.encode({**claims, "iat": cast.project.created_at // 1000}, cast.secret, "HS256")

    found = published.call("customAuthentication", token, "none", {"APIURL": api}, CALLBACK, on=None)

    assert found["success"] is True
    assert found["user"]["_id"] == "crm-7"


def test_an_agent_signs_in_with_email_and_password(published, cast, api):
    email = cast.agent.person.email
    found = published.call("authEmailPassword", "none", email, PASSWORD, {"APIURL": api}, CALLBACK, on=None)

    assert found["user"]["email"] == email
    with pytest.raises(ClientError) as refused:
        published.call("authEmailPassword", "none", email, "wrong", {"APIURL": api}, CALLBACK, on=None)
    assert refused.value.status == 401


# The project and its team


def test_it_reads_the_project(admin, cast):
    assert admin("getProjectSettings", CALLBACK)["name"] == "Bakery"
    assert admin("createProject", cast.id, CALLBACK)["_id"] == cast.id, "its name says more than it does"
    assert admin("getWidgetSettings", CALLBACK)["project"]["_id"] == cast.id
    assert admin("openNow", CALLBACK) == {"isopen": True}


def test_it_reads_the_team(admin, cast):
    agents = admin("getProjectAvailableAgents", CALLBACK)
    team = admin("getTeam", CALLBACK)
    alone = admin("getProjectUser", cast.agent.person.user_id, CALLBACK)

    assert cast.agent.person.user_id in {agent["id"] for agent in agents}
    assert {member["id_user"]["_id"] for member in team} >= {
        cast.owner.person.user_id,
        cast.agent.person.user_id,
    }
    assert [member["_id"] for member in alone] == [cast.agent.agent.member_id]


def test_a_visitor_is_a_project_user_too(admin, visitor, cast, conversation):
    [found] = admin("getProjectUser", cast.visitor.key, CALLBACK)

    assert (found["uuid_user"], found["role"], found["roleType"]) == (cast.visitor.key, "guest", 2)


def test_it_says_who_is_available(admin, cast):
    mine = {"user_available": False, "attributes": {"desk": 3}}
    assert admin("updateProjectUserCurrentlyLoggedIn", mine, CALLBACK)["user_available"] is False
    [me] = admin("getProjectUser", cast.owner.person.user_id, CALLBACK)
    assert (me["user_available"], me["attributes"]) == (False, {"desk": 3})

    member_id = cast.owner.agent.member_id
    assert admin("updateProjectUserAvailable", member_id, True, CALLBACK)["user_available"] is True
    assert admin("updateProjectUserAttributes", member_id, {"desk": 4}, CALLBACK)["attributes"] == {"desk": 4}
    changed = admin("updateProjectUser", cast.agent.agent.member_id, {"max_served_chat": 50}, CALLBACK)
    assert changed["max_served_chat"] == 50


# Conversations


def test_it_finds_conversations(admin, conversation):
    found = admin("getAllRequests", {"limit": 5, "status": "all", "direction": -1}, CALLBACK, None)
    assert conversation in {request["request_id"] for request in found["requests"]}

    assert admin("getRequestById", conversation, CALLBACK)["request_id"] == conversation
    assert admin("getRequestById", "support-group-none", CALLBACK) is None


def test_it_changes_who_takes_part(admin, cast, conversation):
    owner, agent = cast.owner.person.user_id, cast.agent.person.user_id

    assert admin("updateRequestParticipants", conversation, [owner], CALLBACK)["participants"] == [owner]
    both = admin("addRequestParticipant", conversation, agent, CALLBACK)["participants"]
    assert sorted(both) == sorted([owner, agent])
    assert admin("deleteRequestParticipant", conversation, owner, CALLBACK)["participants"] == [agent]


def test_it_changes_a_conversation(admin, conversation):
    changed = admin("updateRequestProperties", conversation, {"subject": "Bread", "rating": 4}, CALLBACK)
    assert (changed["subject"], changed["rating"]) == ("Bread", 4)
    assert admin("updateRequestAttributes", conversation, {"cart": 3}, CALLBACK)["attributes"]["cart"] == 3
    assert admin("closeRequest", conversation, CALLBACK)["status"] == 1000


def test_it_routes_a_conversation(admin, cast, conversation):
    made = admin("createDepartment", f"Night shift {conversation[-6:]}", "assigned", None, None, CALLBACK)

    for moved in (
        admin("updateRequestDepartment", conversation, made["_id"], {"nobot": True}, CALLBACK),
        admin("agent", conversation, made["_id"], CALLBACK),
        admin("assign", conversation, made["_id"], {"nobot": True, "noPopulate": False}, CALLBACK),
    ):
        assert (moved["department"]["_id"], moved["status"]) == (made["_id"], 200)
    assert admin("moveToAgent", conversation, CALLBACK)["participants"]


def test_no_bot_takes_part(admin, conversation):
    assert admin("getAllBots", CALLBACK) == []
    assert admin("findBotByName", "guide", CALLBACK) is None
    with pytest.raises(ClientError, match="Bot guide not found"):
        admin("replaceBotByName", conversation, "guide", CALLBACK)
    assert admin("normalizeBotId", "7") == "bot_7"
    with pytest.raises(ClientError) as refused:
        admin("addRequestParticipant", conversation, "bot_7", CALLBACK)
    assert refused.value.status == 422


# Departments and groups


def test_it_keeps_departments(admin):
    made = admin("createDepartment", "Ovens", "pooled", None, None, CALLBACK)
    named = admin("updateDepartment", made["_id"], "Big ovens", "assigned", None, None, CALLBACK)

    assert (named["name"], named["routing"]) == ("Big ovens", "assigned")
    assert admin("getDepartment", made["_id"], CALLBACK)["name"] == "Big ovens"
    assert made["_id"] in {department["_id"] for department in admin("getDepartments", CALLBACK)}
    assert made["_id"] in {department["_id"] for department in admin("getAllDepartments", CALLBACK)}
    admin("deleteDepartment", made["_id"], CALLBACK)
    assert made["_id"] not in {department["_id"] for department in admin("getDepartments", CALLBACK)}


def test_it_reads_a_group(admin, cast, world):
    posted = world[1].post(
        cast.owner, f"/{cast.id}/groups", {"name": "Bakers", "members": [cast.agent.person.user_id]}
    )

    found = admin("getGroup", posted.json()["_id"], CALLBACK)

    assert (found["name"], found["members"]) == ("Bakers", [cast.agent.person.user_id])


# Messages, events, contacts, tags


def test_it_writes_to_a_visitor(admin, cast, conversation):
    direct = {"recipient": cast.visitor.key, "recipientFullname": "Vera", "text": "Still there?"}

    sent = admin("sendChatMessage", direct, CALLBACK)

    assert (sent["text"], sent["sender"]) == ("Still there?", cast.owner.person.user_id)


def test_it_sends_an_email(admin, post_office):
    message = {"to": "andrea@example.com", "subject": "Your bread", "text": "It is ready."}

    assert admin("sendEmail", message, CALLBACK) == {"queued": True}

    [mail] = post_office.wait(1)
    assert (mail["To"], mail["Subject"], body(mail).strip()) == (
        "andrea@example.com",
        "Your bread",
        "It is ready.",
    )


def test_it_fires_an_event(visitor):
    fired = visitor("fireEvent", {"name": "checkout", "attributes": {"total": 12}}, CALLBACK)

    assert (fired["name"], fired["attributes"]) == ("checkout", {"total": 12})


def test_it_keeps_contacts(admin, conversation):
    lead_id = admin("getRequestById", conversation, CALLBACK)["lead"]["_id"]

    named = admin("updateLeadData", lead_id, "vera@example.com", "Vera Visitor", {"plan": "gold"}, CALLBACK)
    assert (named["email"], named["fullname"], named["attributes"]["plan"]) == (
        *("vera@example.com", "Vera Visitor"),
        "gold",
    )
    tagged = admin("updateLead", lead_id, {"company": "Bread & Co"}, None, ["ticket1", "ticket2"], CALLBACK)
    assert (tagged["company"], tagged["tags"], tagged["fullname"]) == (
        *("Bread & Co", ["ticket1", "ticket2"]),
        "Vera Visitor",
    )
    kept = admin("updateLead", lead_id, None, None, None, CALLBACK)
    assert (kept["tags"], kept["attributes"]["plan"]) == (["ticket1", "ticket2"], "gold")
    assert admin("getLeadById", lead_id, CALLBACK)["company"] == "Bread & Co"
    with pytest.raises(ClientError) as missing:
        admin("getLeadById", "5badfe5d553d1844ad654072", CALLBACK)
    assert missing.value.status == 404


def test_it_keeps_tags(admin):
    assert admin("addTag", "vip", None, CALLBACK)["color"] == "#43B1F2"


def test_every_method_that_needs_no_bot_has_been_driven(published):
    methods = published.methods()

    assert methods >= OF_BOTS | OF_ITS_OWN
    assert methods - published.called == OF_BOTS | OF_ITS_OWN
