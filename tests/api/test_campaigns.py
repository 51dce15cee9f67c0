"""Messages of the team's own accord over the API, as the reference takes them, and what has become of them."""

from rolodesk.jobs.campaigns import Campaigning
from rolodesk.usecases import segments
from tests.cast import new_visitor, say


def everybody_of(cast):
    return segments.create(cast.db, cast.agent.agent, "All").id


def run(db):
    """Turns of the job until there is nothing left to do."""
    job = Campaigning(db)
    job._turn_all()
    while not job.pause():
        job._turn_all()


def texts(api, cast, guest):
    found = api.ok(guest, "GET", f"/{cast.id}/requests/me", status="all")["requests"]
    asked = [api.ok(guest, "GET", f"/{cast.id}/requests/{one['request_id']}/messages") for one in found]
    return [message["text"] for messages in asked for message in messages]


def test_a_segment_is_queued_sent_and_followed(api, cast):
    base = f"/{cast.id}/campaigns"
    guests = [new_visitor(api.db, cast.signing, cast.id) for _ in range(3)]
    for guest in guests:
        say(cast, guest)
    segment = everybody_of(cast)
    body = {"segment_id": segment, "text": "News", "attributes": {"a": 1}, "unknown": 1, "client_id": "c1"}

    answer = api.ok(cast.agent, "POST", f"{base}/direct", body)
    assert (answer["queued"], answer["campaign"]["state"]) == (True, "gathering")
    assert api.ok(cast.agent, "POST", f"{base}/direct", body)["campaign"]["_id"] == answer["campaign"]["_id"]
    run(api.db)

    one = api.ok(cast.agent, "GET", f"{base}/{answer['campaign']['_id']}")
    assert one == {
        "_id": answer["campaign"]["_id"],
        "segment_id": segment,
        "segment": api.ok(cast.agent, "GET", f"/{cast.id}/segments/{segment}"),
        "type": "text",
        "text": "News",
        "state": "done",
        "reason": None,
        "recipients": 3,
        "sent": 3,
        "failed": 0,
        "skipped": 0,
        "skipped_by": {},
        "id_project": cast.id,
        "createdBy": cast.agent.person.user_id,
        "createdAt": one["createdAt"],
        "updatedAt": one["updatedAt"],
        "endedAt": one["endedAt"],
        "__v": 0,
        "attributes": {"a": 1},
        "client_id": "c1",
    }
    assert [texts(api, cast, guest) for guest in guests] == [["Hello", "News"]] * 3
    assert api.ok(cast.agent, "GET", base) == {"perPage": 40, "count": 1, "campaigns": [one]}
    assert api.ok(cast.agent, "GET", base, page=1)["campaigns"] == []
    assert api.ok(cast.agent, "POST", f"{base}/{one['_id']}/stop") == one
    names = [row["name"] for row in events_of(api, cast) if row["name"].startswith("campaign")]
    assert names == ["campaign.create", "campaign.done"]


def events_of(api, cast):
    with api.db.read() as tx:
        return tx.all("SELECT name FROM events WHERE project_id = ? ORDER BY number", cast.id)


def test_one_person_is_written_to_at_once(api, cast):
    base = f"/{cast.id}/campaigns"
    posted = say(cast, cast.visitor).view
    rid = posted.conversation.request_id
    lead = api.ok(cast.agent, "GET", f"/{cast.id}/leads")["leads"][0]

    said = {"recipient": cast.visitor.key, "text": "You", "client_id": "once"}
    direct, again = (api.ok(cast.agent, "POST", f"{base}/direct", said) for _ in range(2))
    assert again["message"]["_id"] == direct["message"]["_id"]
    assert (direct["queued"], direct["message"]["recipient"], direct["message"]["text"]) == (True, rid, "You")

    for number, leadid in enumerate((lead["_id"], cast.visitor.key)):
        body = {"leadid": leadid, "text": f"Anew {number}", "request_id": f"r{number}"}
        begun = api.ok(cast.agent, "POST", base, body)
        assert (begun["recipient"], begun["text"], begun["sender"]) == (
            f"r{number}", f"Anew {number}", cast.agent.person.user_id,
        )  # fmt: skip
        assert begun["request"]["participants"] == [cast.agent.person.user_id]
        assert begun["request"]["lead"]["_id"] == lead["_id"]
        assert api(cast.agent, "POST", base, body).json()["code"] == "request_exists"
    assert sorted(texts(api, cast, cast.visitor)) == ["Anew 0", "Anew 1", "Hello", "You"]
    assert texts(api, cast, cast.other_visitor) == []


def test_what_cannot_be_sent_is_refused_and_nothing_is_queued(api, cast):
    base = f"/{cast.id}/campaigns"
    theirs = segments.create(api.db, cast.stranger.agent, "Theirs").id
    segment = everybody_of(cast)
    there = new_visitor(api.db, cast.signing, cast.other_project.id)
    api.ok(there, "POST", f"/{cast.other_project.id}/requests/x/messages", {"text": "theirs"})
    for path, body, status in (
        ("/direct", {"text": "x"}, 422),
        ("/direct", {"text": "x", "group_id": "g"}, 422),
        ("/direct", {"segment_id": segment}, 422),
        ("/direct", {"segment_id": segment, "text": " "}, 422),
        ("/direct", {"segment_id": segment, "text": "x" * 20_001}, 413),
        ("/direct", {"segment_id": 1, "text": "x"}, 422),
        ("/direct", {"segment_id": {"$gt": ""}, "text": "x"}, 422),
        ("/direct", {"segment_id": theirs, "text": "x"}, 404),
        ("/direct", {"segment_id": "f" * 24, "text": "x"}, 404),
        ("/direct", {"recipient": there.key, "text": "x"}, 404),
        ("", {"text": "x"}, 422),
        ("", {"leadid": "f" * 24, "text": "x"}, 404),
        ("", {"leadid": there.key, "text": "x"}, 404),
    ):
        assert api(cast.agent, "POST", base + path, body).status_code == status, body
    body = {"segment_id": segment, "text": "x"}
    assert api(cast.teammate, "POST", f"{base}/direct", body).status_code == 403
    assert api(cast.visitor, "POST", f"{base}/direct", body).status_code == 403
    assert api.ok(cast.agent, "GET", base)["count"] == 0

    made = api.ok(cast.agent, "POST", f"{base}/direct", body)["campaign"]["_id"]
    for who, status in ((cast.stranger, 403), (cast.teammate, 403), (cast.admin, 200)):
        assert api(who, "GET", f"{base}/{made}").status_code == status
    assert api(cast.stranger, "GET", f"/{cast.other_project.id}/campaigns/{made}").status_code == 404
    assert api(cast.stranger, "POST", f"/{cast.other_project.id}/campaigns/{made}/stop").status_code == 404
    assert api.ok(cast.admin, "POST", f"{base}/{made}/stop")["reason"] == "by_hand"
