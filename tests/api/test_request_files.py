"""Conversations and messages as CSV."""

import csv
import io

import pytest

from rolodesk.usecases import conversation_files
from tests.cast import new_visitor, reply, say

HEADER = (
    "_id;preflight;hasBot;participants;priority;followers;participantsAgents;participantsBots;request_id;requester;"
    "first_text;subject;assigned_at;id_project;createdBy;tags;createdAt;smartAssignment;updatedAt;ticket_id;"
    "channel_name;department_name;lead_fullname;lead_email"
)


def table(api, who, path, **query):
    answer = api(who, "GET", path, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), delimiter=";"))


def test_the_columns_of_the_reference_come_first_and_text_is_quoted(api, cast):
    rid = say(cast, cast.visitor, 'She said "hi"; twice\nthen left').view.conversation.request_id
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{rid}/tag", ["vip", "blue"])
    text = api(cast.admin, "GET", f"/{cast.id}/requests/csv").text
    first, second = text.split("\r\n")[:2]

    assert first.startswith(HEADER + ";")
    assert '"She said ""hi""; twice\nthen left";;' in second
    assert ';"false";"false";' in second
    (row,) = table(api, cast.admin, f"/{cast.id}/requests/csv")
    found = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")
    assert (row["tags"], row["ticket_id"]) == ("vip, blue", str(found["ticket_id"]))
    assert f";{found['ticket_id']};" in second
    assert (row["createdAt"], row["requester"]) == (found["createdAt"], found["requester"]["_id"])
    assert row["lead"] == found["lead"]["_id"]
    assert row["department_name"] == found["department"]["name"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_cell_runs_as_a_formula(api, cast, sign):
    text = f"{sign}HYPERLINK(1)"
    rid = say(cast, cast.visitor, text, attributes={"userFullname": text}).view.conversation.request_id
    api.ok(cast.agent, "PATCH", f"/{cast.id}/requests/{rid}", {"tags": [{"tag": text}], "subject": text})

    rows = table(api, cast.admin, f"/{cast.id}/requests/csv")
    rows += table(api, cast.owner, f"/{cast.id}/messages/csv")
    rows += table(api, cast.agent, f"/{cast.id}/requests/{rid}/messages/csv")
    cells = [cell for row in rows for cell in row.values() if "HYPERLINK" in cell]
    assert len(cells) >= 4
    assert all(cell.startswith("'") or not cell.startswith(sign.strip() or "\t") for cell in cells)


def test_every_conversation_of_the_filter_is_there_once_whatever_the_order(api, cast, monkeypatch):
    monkeypatch.setattr(conversation_files, "PAGE", 2)
    threads = [
        say(cast, new_visitor(cast.db, cast.signing, cast.id), f"n{n}").view.conversation.request_id
        for n in range(5)
    ]
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{threads[2]}/close", {})
    with cast.db.write(cast.id) as tx:
        # Times that are the same must not lose or double a row at the end of a page.
        tx.run("UPDATE conversations SET created_at = 1000 WHERE project_id = ?", cast.id)

    for sort in ("createdAt", "updatedAt", "closed_at", "duration", "waiting_time", "ticket_id", "rating"):
        for direction in (1, -1):
            rows = table(
                api, cast.admin, f"/{cast.id}/requests/csv", status="all", sort=sort, direction=direction
            )
            assert sorted(row["request_id"] for row in rows) == sorted(threads), (sort, direction)
            asked = {"status": "all", "sort": sort, "direction": direction}
            listed = api.ok(cast.agent, "GET", f"/{cast.id}/requests", **asked)["requests"]
            assert [row["request_id"] for row in rows] == [one["request_id"] for one in listed]
    rows = table(api, cast.admin, f"/{cast.id}/requests/csv", status="1000")
    assert [row["request_id"] for row in rows] == [threads[2]]
    assert (
        table(api, cast.admin, f"/{cast.id}/requests/csv", full_text="n4", limit=1)[0]["first_text"] == "n4"
    )
    assert table(api, cast.admin, f"/{cast.id}/requests/csv", caller="1") == []


def test_messages_oldest_first(api, cast, monkeypatch):
    monkeypatch.setattr(conversation_files, "PAGE_OF_MESSAGES", 2)
    rid = say(cast, cast.visitor, "one").view.conversation.request_id
    for text in ("two", "three"):
        reply(cast, rid, text)
    say(cast, cast.visitor, "four", rid)
    say(cast, cast.other_visitor, "else")

    rows = table(api, cast.agent, f"/{cast.id}/requests/{rid}/messages/csv")
    assert [row["text"] for row in rows] == ["one", "two", "three", "four"]
    assert {row["recipient"] for row in rows} == {rid}
    rows = table(api, cast.owner, f"/{cast.id}/messages/csv")
    assert [row["text"] for row in rows] == ["one", "two", "three", "four", "else"]


def test_files_are_for_those_who_may_and_refused_before_they_begin(api, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    team = (f"/{cast.id}/requests/csv", f"/{cast.id}/requests/{rid}/messages/csv")
    for path in (*team, f"/{cast.id}/messages/csv"):
        assert api(cast.visitor, "GET", path).status_code == 403
        assert api(cast.teammate, "GET", path).status_code == 403
    assert api(cast.admin, "GET", f"/{cast.id}/messages/csv").status_code == 403
    assert api(cast.agent, "GET", f"/{cast.id}/requests/zzz/messages/csv").status_code == 404
    assert api(cast.admin, "GET", f"/{cast.id}/requests/csv", sort="x").status_code == 422
