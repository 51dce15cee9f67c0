"""The pages of duplicates without a browser: what they show, to whom, and what they do with what is sent."""

import re
from typing import Any

import httpx
import pytest

from rolodesk.domain.access import System
from rolodesk.storage import duplicates as stored
from rolodesk.usecases import contacts, duplicates, merges, projects
from rolodesk.usecases.merges import Ask
from tests.api.client import Api
from tests.cast import Cast, Colleague, new_visitor, say
from tests.web.world import anonymous_cookies, cookies

ANDREA = {"userFullname": "Andrea Rossi", "userEmail": "andrea.rossi@example.org"}
MARKUP = "<img src=x onerror=alert(1)> “Renée” & Co"


class Site:
    """The pages of the cast's project, as members of the team visit them."""

    def __init__(self, api: Api, cast: Cast) -> None:
        self.api = api
        self.cast = cast

    def comes(self, **form: str) -> str:
        """A new browser whose pre-chat form says this; its contact."""
        guest = new_visitor(self.cast.db, self.cast.signing, self.cast.id)
        return say(self.cast, guest, attributes=form).view.home_id

    def made(self, **fields: str) -> str:
        """A contact that the team has typed."""
        return contacts.create(self.cast.db, self.cast.agent.agent, fields).contact.id

    def pair(self) -> list[str]:
        """Andrea with two browsers, found to be alike."""
        pair = [self.comes(**ANDREA), self.comes(**ANDREA)]
        self.look()
        return pair

    def look(self) -> None:
        while duplicates.look(self.cast.db, System(self.cast.id)):
            pass

    def group(self) -> str:
        return duplicates.queue(self.cast.db, self.cast.agent.agent).groups[0].id

    def total(self) -> int:
        return duplicates.queue(self.cast.db, self.cast.agent.agent).total

    def get(
        self, path: str, who: Colleague | None = None, project: str = "", **headers: str
    ) -> httpx.Response:
        return self.api.client.get(
            f"/p/{project or self.cast.id}/{path}",
            headers={**self.headers(who or self.cast.agent), **headers},
            follow_redirects=False,
        )

    def post(
        self, path: str, form: Any = None, who: Colleague | None = None, project: str = "", **headers: str
    ) -> httpx.Response:
        return self.api.client.post(
            f"/p/{project or self.cast.id}/{path}",
            headers={**self.headers(who or self.cast.agent), **headers},
            data=form or {},
            follow_redirects=False,
        )

    def headers(self, who: Colleague) -> dict[str, str]:
        self.api.client.cookies.clear()
        return dict(cookies(self.cast, who.secret))

    def shown(self, path: str, who: Colleague | None = None) -> str:
        answer = self.get(path, who)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def site(file_api: Api, file_cast: Cast) -> Site:
    return Site(file_api, file_cast)


def text_of(page: str) -> str:
    """What stands on a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# The queue.


def test_the_queue_shows_who_is_alike_and_why(site):
    pair = site.pair()

    page = site.shown("duplicates")
    for one in pair:
        assert f"/contacts/{one}" in page
    said = text_of(page)
    assert "1 to look at" in said
    assert "same email" in said
    assert "same name" in said
    assert "Starting odds" in said
    assert "1 of 1" in said
    assert "<caption" in page
    assert 'style="' not in page


def test_the_queue_is_narrowed_to_a_reason(site):
    site.pair()
    site.made(fullname="Luca Verdi", phone="+39 347 5551234")
    site.made(fullname="Luca Verdi", phone="+39 347 5551234")
    site.look()

    assert "2 to look at" in text_of(site.shown("duplicates"))
    assert "Andrea" not in text_of(site.shown("duplicates?kind=phone"))
    assert "Luca" in text_of(site.shown("duplicates?kind=phone"))
    assert "Nobody is alike by this" in site.shown("duplicates?kind=company")


@pytest.mark.parametrize(
    "query", ["kind=x", "kind=%00", "page=0", "page=-3", "page=999999999", "kind=email&page=2"]
)
def test_what_is_no_page_of_the_queue_is_answered(site, query):
    site.pair()

    assert site.get(f"duplicates?{query}").status_code == 200


def test_an_empty_queue_says_what_to_do(site):
    said = site.shown("duplicates", site.cast.admin)
    assert "No duplicates so far" in said
    assert "Look for duplicates now" in said

    assert "Look for duplicates now" not in site.shown("duplicates")


def test_names_that_are_markup_long_or_none_stay_text(site):
    for name in (MARKUP, "W" * 300, "محمد الحسيني", ""):
        site.made(fullname=name, email="somebody.known@example.org")
    site.look()

    page = site.shown("duplicates")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "W" * 200 not in page


def test_not_the_same_takes_a_group_out_and_undo_brings_it_back(site):
    one, other = site.pair()
    group = site.group()

    answer = site.post(f"duplicates/{group}/dismiss", {"back": f"/p/{site.cast.id}/duplicates"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{site.cast.id}/duplicates")
    assert site.total() == 0
    assert "Looks like the same person" not in site.shown(f"contacts/{one}")

    assert site.post(f"duplicates/{group}/undismiss").status_code == 303
    assert site.total() == 1
    assert "Looks like the same person" in site.shown(f"contacts/{other}")


def test_the_notice_has_the_way_back(site):
    site.pair()
    group = site.group()
    client, headers = site.api.client, site.headers(site.cast.agent)

    answer = client.post(
        f"/p/{site.cast.id}/duplicates/{group}/dismiss", headers=headers, follow_redirects=False
    )
    kept = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    shown = client.get(
        f"/p/{site.cast.id}/duplicates", headers={**headers, "Cookie": f"{headers['Cookie']}; {kept}"}
    )
    assert "You will not be asked again." in shown.text
    assert f'action="/p/{site.cast.id}/duplicates/{group}/undismiss"' in shown.text


@pytest.mark.parametrize(
    "kept", ["path=//evil.example", "path=merges/../../x/undo", "%00", "path=merges/x/undo%0a"]
)
def test_a_notice_takes_back_nothing_that_is_not_ours(site, kept):
    headers = site.headers(site.cast.agent)
    cookie = f"{headers['Cookie']}; rolodesk_flash=Hello; rolodesk_undo={kept}"

    page = site.api.client.get(f"/p/{site.cast.id}/duplicates", headers={**headers, "Cookie": cookie}).text
    assert "Hello" in page
    assert "data-undo" not in page


def test_one_of_three_is_called_somebody_else(site):
    three = [site.comes(**ANDREA) for _ in range(3)]
    site.look()
    group = site.group()

    site.post(f"duplicates/{group}/dismiss", {"with": three[2]})
    (left,) = duplicates.queue(site.cast.db, site.cast.agent.agent).groups
    assert {contact.id for contact in left.contacts} == set(three[:2])


@pytest.mark.parametrize("group", ["x", "0" * 24, "%00", "6b02de0cd7d911772300b9c7"])
@pytest.mark.parametrize("verb", ["dismiss", "undismiss"])
def test_a_group_that_is_none_is_told_as_decided(site, group, verb):
    site.pair()

    answer = site.post(f"duplicates/{group}/{verb}", {"with": "x"})
    assert answer.status_code in (303, 404)
    assert site.total() == 1


def test_a_way_back_leads_nowhere_else(site):
    site.pair()

    answer = site.post(f"duplicates/{site.group()}/dismiss", {"back": "//evil.example/x"})
    assert answer.headers["location"] == "/"


def test_merging_goes_through_the_preview_and_back_to_the_queue(site):
    one, other = site.pair()
    back = f"/p/{site.cast.id}/duplicates?kind=email"

    preview = site.shown(f"contacts/merge?winner={one}&with={one}&with={other}&back={back}")
    assert "Merge 1 contact into" in text_of(preview)
    assert f'name="back" value="{back}"' in preview
    answer = site.post("contacts/merge", {"winner": one, "with": other, "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert site.total() == 0


def test_a_run_is_asked_for_and_its_progress_shown(site):
    answer = site.post("duplicates/run", who=site.cast.admin)
    assert answer.status_code == 303

    page = site.shown("duplicates", site.cast.admin)
    assert "data-running" in page
    assert "<progress" in page
    assert "Look for duplicates now" not in page


# Who may.


@pytest.mark.parametrize("path", ["duplicates", "settings/duplicates"])
def test_pages_are_for_the_team_alone(site, path):
    site.pair()
    site.api.client.cookies.clear()

    anonymous = site.api.client.get(f"/p/{site.cast.id}/{path}", follow_redirects=False)
    assert anonymous.status_code in (302, 303, 401)
    assert "Andrea" not in anonymous.text
    for who in (site.cast.teammate, site.cast.rival, site.cast.stranger):
        refused = site.get(path, who)
        assert refused.status_code == 403
        assert "Andrea" not in refused.text


def test_an_agent_may_not_configure(site):
    assert site.get("settings/duplicates").status_code == 403
    assert site.post("settings/duplicates", {"merge_alike": "yes"}).status_code == 403
    assert site.post("duplicates/run").status_code == 403
    assert site.post(f"duplicates/runs/{'0' * 24}/undo").status_code == 403


def test_nobody_else_decides(site):
    site.pair()
    group = site.group()

    for who in (site.cast.teammate, site.cast.stranger):
        assert site.post(f"duplicates/{group}/dismiss", who=who).status_code == 403
    elsewhere = site.post(
        f"duplicates/{group}/dismiss", who=site.cast.rival, project=site.cast.other_project.id
    )
    assert elsewhere.status_code == 303
    unsigned = site.api.client.post(
        f"/p/{site.cast.id}/duplicates/{group}/dismiss",
        headers=dict(anonymous_cookies(site.cast)),
        follow_redirects=False,
    )
    assert unsigned.status_code in (302, 303, 401)
    assert site.total() == 1


def test_a_form_of_another_site_decides_nothing(site):
    site.pair()
    headers = {"Cookie": site.headers(site.cast.agent)["Cookie"]}

    answer = site.api.client.post(
        f"/p/{site.cast.id}/duplicates/{site.group()}/dismiss", headers=headers, follow_redirects=False
    )
    assert answer.status_code == 403
    assert site.total() == 1


# On a contact.


def test_a_contact_tells_of_the_other(site):
    one, other = site.pair()

    for mine, theirs in ((one, other), (other, one)):
        page = site.shown(f"contacts/{mine}")
        said = text_of(page)
        assert re.search(r"Looks like the same person as Andrea Rossi \(same (email|name)\)", said)
        assert "Possible duplicates" in said
        assert f"/contacts/merge?with={mine}&amp;with={theirs}" in page
        assert page.count("Not the same") >= 2


def test_a_pair_in_no_group_is_told_apart_and_back(site):
    one, other = site.pair()
    with site.cast.db.write(site.cast.id) as tx:
        stored.delete_groups(tx, site.cast.id, [site.group()])
    assert site.total() == 0
    page = site.shown(f"contacts/{one}")
    assert page.count("Not the same") >= 2
    assert f'action="/p/{site.cast.id}/duplicates/pair/dismiss"' in page

    form = {"with": [one, other], "back": f"/p/{site.cast.id}/contacts/{one}"}
    answer = site.post("duplicates/pair/dismiss", form)
    assert (answer.status_code, answer.headers["location"]) == (303, form["back"])
    assert "Looks like the same person" not in site.shown(f"contacts/{one}")
    assert site.post("duplicates/pair/dismiss", form).status_code == 303
    assert site.post("duplicates/pair/undismiss", form).status_code == 303
    assert "Looks like the same person" in site.shown(f"contacts/{other}")
    assert site.post("duplicates/pair/dismiss", {"with": [one]}).status_code == 404
    assert site.post("duplicates/pair/dismiss", form, who=site.cast.teammate).status_code == 403


def test_several_are_counted(site):
    first, *_ = (site.comes(**ANDREA) for _ in range(3))
    site.look()

    assert "… and 1 more" in text_of(site.shown(f"contacts/{first}"))


def test_a_contact_in_the_trash_looks_like_nobody(site):
    one, _ = site.pair()
    contacts.trash(site.cast.db, site.cast.owner.agent, one)

    assert "Looks like the same person" not in site.shown(f"contacts/{one}")


def test_the_list_leads_to_the_queue_with_its_count(site):
    site.pair()

    page = site.shown("contacts")
    assert re.search(rf'href="/p/{site.cast.id}/duplicates">Duplicates<span class="count">1</span>', page)
    assert 'id="nav-duplicates"' in page


# While creating.


def test_who_looks_like_what_is_typed_is_told_while_typing(site):
    site.pair()

    answer = site.post(
        "contacts/new/alike", {"fullname": "Andrea Rossi", "email": "ANDREA.rossi@example.org"}
    )
    assert answer.status_code == 200
    assert "Already used by" in answer.text
    assert 'role="status"' in answer.text
    assert "Looks like the same person" in site.post(
        "contacts/new/alike", {"fullname": "Andrea Rossi", "email": "andrea.rosi@example.org"}
    ).text  # fmt: skip
    assert site.post("contacts/new/alike", {}).text.strip() == ""
    assert site.post("contacts/new/alike", {"email": "x\x00", "phone": "9" * 500}).status_code == 200


def test_what_was_told_while_typing_is_not_asked_again(site):
    one, other = site.pair()
    typed = {"fullname": "Andrea Rossi", "email": "andrea.rossi@example.org"}

    asked = site.post("contacts/new", typed)
    assert asked.status_code == 409
    assert 'role="alertdialog"' in asked.text
    made = site.post("contacts/new", {**typed, "anyway": f"{one},{other}"})
    assert (made.status_code, "/contacts/" in made.headers["location"]) == (303, True)


def test_who_may_not_create_is_told_nothing_while_typing(site):
    site.pair()
    typed = {"email": "andrea.rossi@example.org"}

    for who in (site.cast.teammate, site.cast.stranger):
        assert site.post("contacts/new/alike", typed, who).status_code == 403
    elsewhere = site.post("contacts/new/alike", typed, site.cast.rival, site.cast.other_project.id)
    assert "Andrea" not in elsewhere.text


# Settings and audit.


def test_the_policy_is_shown_and_changed(site):
    page = site.shown("settings/duplicates", site.cast.admin)
    assert "Two contacts are merged without asking when all of this holds:" in page
    assert not re.search(r'name="merge_alike"[^>]* checked', page)

    form = {"merge_alike": "yes", "suggest_at": "0.7", "merge_at": "0.9999", "languages": ["it", "de"]}
    assert site.post("settings/duplicates", form, site.cast.admin).status_code == 303
    policy = duplicates.policy(site.cast.db, site.cast.admin.agent)
    assert (policy.merge_alike, policy.nightly) == (True, False)
    assert (policy.suggest_at, policy.merge_at, policy.languages) == (0.7, 0.9999, ("it", "de"))
    shown = site.shown("settings/duplicates", site.cast.admin)
    assert re.search(r'<option value="0.7" selected>70%', shown)
    assert re.search(r'name="merge_alike"[^>]* checked', shown)


@pytest.mark.parametrize(
    ("suggest_at", "merge_at"), [("x", "0.999"), ("0.5", "0.5"), ("nan", "inf"), ("", "")]
)
def test_a_policy_that_is_none_is_refused(site, suggest_at, merge_at):
    before = duplicates.policy(site.cast.db, site.cast.admin.agent)

    answer = site.post(
        "settings/duplicates", {"suggest_at": suggest_at, "merge_at": merge_at}, site.cast.admin
    )
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert duplicates.policy(site.cast.db, site.cast.admin.agent) == before


def test_identifying_properties_and_country_are_shown(site):
    projects.create_property(site.cast.db, site.cast.owner.agent, "Customer no.", "customer", "text", True)
    projects.update(site.cast.db, site.cast.owner.agent, settings={"country": "IT"})

    said = text_of(site.shown("settings/duplicates", site.cast.admin))
    assert "Customer no." in said
    assert "numbers of Italy" in said


def test_a_merge_by_itself_is_in_the_audit_with_what_it_went_by(site):
    duplicates.set_policy(site.cast.db, site.cast.admin.agent, {"merge_alike": True})
    one, other = site.comes(**ANDREA), site.comes(**ANDREA)
    site.look()
    assert contacts.get(site.cast.db, site.cast.agent.agent, other).contact.id == one

    said = text_of(site.shown("settings/audit?kind=merges", site.cast.admin))
    assert "merged by itself" in said
    assert "same email" in said
    assert re.search(r"[\d.]+% alike", said)
    assert "merged by itself" in text_of(site.shown(f"contacts/{one}"))


def test_what_a_run_has_merged_is_taken_back_at_once(site):
    one, other = site.comes(**ANDREA), site.comes(**ANDREA)
    duplicates.set_policy(site.cast.db, site.cast.admin.agent, {"merge_alike": True})
    run = duplicates.run_now(site.cast.db, System(site.cast.id))
    assert run.merged == 1
    assert "Undo this run" in site.shown("settings/duplicates", site.cast.admin)

    answer = site.post(f"duplicates/runs/{run.id}/undo", who=site.cast.admin)
    assert answer.status_code == 303
    assert contacts.get(site.cast.db, site.cast.agent.agent, other).contact.id == other != one
    for wrong in ("x", "0" * 24, "%00"):
        assert site.post(f"duplicates/runs/{wrong}/undo", who=site.cast.admin).status_code == 404


def test_a_contact_that_was_called_different_is_in_the_audit(site):
    site.pair()
    site.post(f"duplicates/{site.group()}/dismiss")

    assert site.get("settings/audit", site.cast.admin).status_code == 200


def test_an_undone_merge_is_not_proposed_again(site):
    one, other = site.pair()
    done = merges.merge(site.cast.db, site.cast.agent.agent, Ask(one, (other,)))
    merges.undo(site.cast.db, site.cast.agent.agent, done.merges[0].id)
    site.look()

    assert site.total() == 0
    assert "Looks like the same person" not in site.shown(f"contacts/{one}")
