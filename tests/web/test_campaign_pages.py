"""The pages of campaigns without a browser and so without JavaScript: written, confirmed, followed, stopped."""

import html
import re

import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.usecases import blocking, broadcasting, campaigns, projects, segments
from tests.cast import new_visitor, say
from tests.web.test_view_pages import MARKUP, Site

TEXT = f"{MARKUP}\nSecond line"


class Campaigns(Site):
    """The site with two people who have written and one who was typed in, in a view."""

    def __init__(self, api, cast):
        super().__init__(api, cast)
        self.guests = [new_visitor(self.db, cast.signing, cast.id) for _ in range(2)]
        for guest in self.guests:
            say(cast, guest)
        self.view = segments.create(self.db, self.agent, MARKUP).id
        self.form = f"views/{self.view}/message"

    def start(self, text="News"):
        return campaigns.create(self.db, self.agent, self.view, Draft(text)).id


@pytest.fixture
def site(file_api, file_cast):
    return Campaigns(file_api, file_cast)


def once(page):
    return re.search(r'name="client_id" value="([^"]+)"', page.text)[1]


def text_of(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text)))


def test_a_view_leads_to_the_form_which_says_whom_it_reaches_and_why_not_all(site):
    assert site.form in site.get(f"contacts?view={site.view}").text
    assert site.form not in site.get("contacts").text
    blocked = say(site.cast, new_visitor(site.db, site.cast.signing, site.cast.id)).view
    blocking.block(site.db, site.cast.admin.agent, blocked.identity.contact_id)

    page = text_of(site.get(site.form))

    assert "2 contacts will get it." in page
    assert "1 is left out because they are blocked." in page
    assert "2 are left out because they have never been in the chat." in page
    assert MARKUP in page
    assert MARKUP not in site.get(site.form).text
    for wrong, status in (("views/x/message", 404), (f"views/{'f' * 24}/message", 404)):
        assert site.get(wrong).status_code == status
    assert site.get(site.form, site.cast.teammate).status_code == 403


def test_what_is_sent_is_meant_and_sent_once_and_the_page_tells_how_far_it_is(site):
    mark = once(site.get(site.form))
    unsure = site.send(site.form, text=TEXT, client_id=mark)
    assert (unsure.status_code, "Please say that you mean it." in unsure.text) == (422, True)
    assert html.escape(TEXT, quote=False) in unsure.text.replace("&#34;", '"').replace("&#39;", "'")
    assert once(unsure) == mark
    for text, status in ((" ", 422), ("x" * 20_001, 413), ("a\x00", 422)):
        again = site.send(site.form, text=text, sure="yes", client_id=mark)
        assert (again.status_code, 'id="in-text-error"' in again.text) == (status, True)
    assert "Nothing has been sent to many yet" in site.get("settings/campaigns").text

    sent = [
        site.send(site.form, text=TEXT.replace("\n", "\r\n"), sure="yes", client_id=mark) for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [303, 303]
    (where,) = {one.headers["location"] for one in sent}
    changed = site.send(site.form, text="Changed", sure="yes", client_id=mark)
    assert (changed.status_code, "Another message has been sent from here." in changed.text) == (409, True)
    assert once(changed) != mark

    path = where.removeprefix(f"/p/{site.cast.id}/")
    begun = site.get(path).text
    assert "data-running" in begun
    assert MARKUP not in begun
    campaign = path.rpartition("/")[2]
    broadcasting.gather(site.db, site.cast.id, campaign)
    for number in range(1, 6):
        broadcasting.deal_with(site.db, site.cast.id, campaign, number)
    done = text_of(site.get(path))
    assert re.search(r"Got it ?2", done)
    assert "Left out: they have never been in the chat" in done
    assert "data-running" not in site.get(path).text
    listed = site.get("settings/campaigns").text
    assert where in listed
    assert MARKUP not in listed
    assert text_of(site.get("settings/campaigns")).count("2 got it · 2 left out") == 1
    assert "Ada Admin" not in listed
    assert "sent a message to all contacts of a view" in site.get("settings/audit", site.cast.admin).text
    assert "settings/campaigns" not in site.get("settings/team", site.cast.teammate).text


def test_one_under_way_is_stopped_by_any_agent_and_admins_may_keep_it_for_themselves(site):
    campaign = site.start()
    path = f"settings/campaigns/{campaign}"
    assert site.send(f"{path}/stop", site.cast.teammate).status_code == 403
    assert site.send(f"{path}/stop", site.cast.stranger).status_code == 403
    assert site.send(f"{path}/stop", site.cast.admin).headers["location"].endswith(path)
    page = site.get(path)
    assert "Stopped after 0 of 0" in page.text
    assert f"{path}/stop" not in page.text

    saved = site.send("settings", site.cast.admin, name="Bakery", campaigns="admins", merging="agents")
    assert saved.status_code == 303
    assert projects.get(site.db, site.agent).settings["campaigns"] == "admins"
    assert site.form not in site.get(f"contacts?view={site.view}").text
    assert site.get(site.form).status_code == 403
    assert site.send(site.form, text="x", sure="yes", client_id="y").status_code == 403
    assert site.get(site.form, site.cast.admin).status_code == 200
    for number in range(campaigns.MOST_UNDER_WAY):
        campaigns.create(site.db, site.cast.admin.agent, site.view, Draft(str(number)))
    full = site.send(site.form, site.cast.admin, text="x", sure="yes", client_id="z")
    assert (full.status_code, "5 campaigns are under way already." in full.text) == (409, True)


def test_a_view_in_which_nobody_can_be_reached_says_so(site):
    typed = segments.create(
        site.db, site.agent, "Typed", "all", [{"field": "fullname", "operator": "=", "value": "Anna"}]
    )
    assert "Nobody in this view can be reached" in site.get(f"views/{typed.id}/message").text
