"""The pages of opening hours, widget texts and blocked visitors, and the buttons on a contact's page."""

import json
import re

import pytest

from rolodesk.usecases import blocking, contacts, labels, projects
from rolodesk.web.texts import built_in
from tests.cast import say
from tests.web.test_duplicate_pages import Site, text_of

WEEK = {f"day-{day}": "9:00-13:00, 14:00–18:00" for day in "12345"}


@pytest.fixture
def site(file_api, file_cast):
    return Site(file_api, file_cast)


def project_of(site):
    return projects.get(site.cast.db, site.cast.owner.agent)


def own_texts(site):
    return {label.lang: label for label in labels.of_project(site.cast.db, site.cast.id)[1]}


def test_hours_are_typed_day_by_day_and_kept_as_clients_read_them(site):
    sent = {"active": "yes", "zone": "Europe/Rome", **WEEK, "day-6": "", "day-0": ""}
    assert site.post("settings/hours", sent, site.cast.admin).status_code == 303

    project = project_of(site)
    assert project.active_hours is True
    kept = json.loads(project.operating_hours)
    assert kept.pop("tzname") == "Europe/Rome"
    assert set(kept) == set("12345")
    assert kept["1"] == [{"start": "09:00", "end": "13:00"}, {"start": "14:00", "end": "18:00"}]
    page = site.shown("settings/hours", site.cast.admin)
    assert 'value="09:00–13:00, 14:00–18:00"' in page
    assert site.post("settings/hours", {**sent, "active": ""}, site.cast.admin).status_code == 303
    assert project_of(site).active_hours is False


def test_a_wrong_day_is_told_beside_it_and_nothing_is_changed(site):
    sent = {"active": "yes", "zone": "Europe/Rome", "day-1": "25:00-x", "day-2": "10:00-09:00"}
    answer = site.post("settings/hours", sent, site.cast.admin)
    assert answer.status_code == 422
    assert "day-1-error" in answer.text
    assert "day-2-error" in answer.text
    assert 'value="25:00-x"' in answer.text
    assert project_of(site).operating_hours is None
    answer = site.post("settings/hours", {"zone": "Europe/Atlantis"}, site.cast.admin)
    assert answer.status_code == 422


def test_own_texts_stand_beside_the_built_in_ones_and_are_taken_back(site):
    admin = site.cast.admin
    sent = {
        "lang": "IT",
        "action": "save",
        "t.LABEL_PLACEHOLDER": "<i>Scrivi</i>",
        "t.BACK": "  ",
        "t.NONE": "x",
    }
    assert site.post("settings/texts", sent, admin).status_code == 303

    own = own_texts(site)["IT"]
    assert own.texts == {**built_in()["IT"], "LABEL_PLACEHOLDER": "<i>Scrivi</i>"}
    assert own.is_default
    page = site.shown("settings/texts?lang=IT", admin)
    assert "&lt;i&gt;Scrivi&lt;/i&gt;" in page
    assert "<i>Scrivi" not in page

    assert site.post("settings/texts", {"lang": "IT", "action": "save", "t.LABEL_PLACEHOLDER": ""}, admin)
    assert own_texts(site)["IT"].texts == built_in()["IT"]
    assert site.post("settings/texts", {"lang": "IT", "action": "reset"}, admin).status_code == 303
    assert own_texts(site) == {}


def test_nothing_is_kept_where_nothing_differs_and_another_language_can_be_the_default(site):
    admin = site.cast.admin
    site.post("settings/texts", {"lang": "FR", "action": "save", "t.BACK": built_in()["FR"]["BACK"]}, admin)
    assert own_texts(site) == {}
    labels.put(site.cast.db, admin.agent, "SV", {"BACK": "Bakåt", "THEIRS": "x", "DAYS": ["må"]})
    site.post("settings/texts", {"lang": "DE", "action": "default"}, admin)
    assert [label.is_default for label in own_texts(site).values()] == [False, True]
    refused = site.post("settings/texts", {"lang": "DE", "action": "reset"}, admin)
    assert refused.status_code == 409
    assert site.post("settings/texts", {"lang": "SV", "t.THEIRS": "", "t.BACK": "Åter"}, admin)
    texts = own_texts(site)["SV"].texts
    assert (texts["BACK"], texts["DAYS"], "THEIRS" in texts) == ("Åter", ["må"], False)


@pytest.mark.parametrize("lang", ["", "../x", "<b>", "x" * 200])
def test_a_language_that_is_none_is_refused(site, lang):
    assert site.post("settings/texts", {"lang": lang, "t.BACK": "x"}, site.cast.admin).status_code == 422
    assert site.get(f"settings/texts?lang={lang}", site.cast.admin).status_code == 200


def test_who_is_blocked_is_listed_and_let_in_again(site):
    admin = site.cast.admin
    assert site.post("settings/blocked", {"id": " ugo-7 "}, admin).status_code == 303
    (ban,) = blocking.blocked(site.cast.db, admin.agent)
    assert "ugo-7" in text_of(site.shown("settings/blocked", admin))
    assert site.post("settings/blocked", {"id": "null"}, admin).status_code == 422
    assert site.post("settings/blocked", {"id": site.cast.agent.person.user_id}, admin).status_code == 409
    assert site.post("settings/blocked", {"unblock": ban.id}, admin).status_code == 303
    assert blocking.blocked(site.cast.db, admin.agent) == []


def test_an_identity_is_blocked_on_its_contacts_page_by_admins_alone(site):
    identity = say(site.cast, site.cast.visitor).view.identity
    path = f"contacts/{identity.contact_id}"
    assert f"block-{identity.id}" not in site.shown(path)
    assert f"block-{identity.id}" in site.shown(path, site.cast.admin)
    sent = {"identity": identity.id, "action": "block"}
    assert site.post(f"{path}/block", sent).status_code == 403
    assert site.post(f"{path}/block", sent, site.cast.admin).status_code == 303

    page = text_of(site.shown(path))
    assert "1 of 1 identities blocked" in page
    assert "Ada Admin blocked an identity" in page
    assert "blocked an identity of" in text_of(site.shown("settings/audit", site.cast.admin))
    site.post(f"{path}/block", {**sent, "action": "unblock"}, site.cast.admin)
    assert "let a blocked identity in again" in text_of(site.shown(path))


def test_several_contacts_are_blocked_at_once_and_that_is_undone(site):
    admin = site.cast.admin
    ids = [say(site.cast, who).view.identity.contact_id for who in (site.cast.visitor, site.cast.user)]
    site.post("contacts/bulk", {"action": "block", "id": ids}, admin)
    views = [contacts.get(site.cast.db, admin.agent, one) for one in ids]
    assert all(identity.blocked_at for view in views for identity in view.identities)
    site.post("contacts/bulk", {"action": "unblock", "id": ids}, admin)
    assert blocking.blocked(site.cast.db, admin.agent) == []
    site.post("contacts/bulk", {"action": "block", "id": ids})
    assert blocking.blocked(site.cast.db, admin.agent) == []


def test_who_may_merge_is_a_setting_and_hides_the_buttons(site):
    pair = [site.made(fullname="One"), site.made(fullname="Two")]
    assert "/merge" in site.shown(f"contacts/{pair[0]}")
    sent = {"name": "Bakery", "merging": "admins"}
    assert site.post("settings", sent, site.cast.admin).status_code == 303
    assert "data-merge" not in site.shown(f"contacts/{pair[0]}")
    assert "data-merge" in site.shown(f"contacts/{pair[0]}", site.cast.admin)
    assert site.get(f"contacts/{pair[0]}/merge").status_code == 403
    assert site.post("settings", {**sent, "merging": "nobody"}, site.cast.admin).status_code == 422


def test_addresses_are_listed_and_nobody_shuts_out_himself(site):
    admin = site.cast.admin
    wrong = {"ipFilter": "203.0.113.0/24\r\n<b>office</b>", "ipFilterDeny": ""}
    refused = site.post("settings/addresses", wrong, admin)
    assert refused.status_code == 422
    assert "&lt;b&gt;office&lt;/b&gt;: Must be an address or a network" in refused.text
    assert "203.0.113.0/24" in refused.text
    shut = site.post("settings/addresses", {"ipFilterEnabled": "yes", "ipFilter": "203.0.113.0/24"}, admin)
    assert shut.status_code == 422
    assert "This would shut out your own address" in shut.text
    assert site.post("settings/addresses", {"ipFilterDeny": "203.0.113.7"}).status_code == 403

    sent = {"ipFilter": "203.0.113.0/24", "ipFilterDenyEnabled": "yes", "ipFilterDeny": " 198.51.100.7 \n\n"}
    assert site.post("settings/addresses", sent, admin).status_code == 303
    page = site.shown("settings/addresses", admin)
    assert "203.0.113.0/24</textarea>" in page
    assert "198.51.100.7</textarea>" in page
    assert len(re.findall(r"checkbox[^>]* checked", page)) == 1
    assert "Network addresses" in text_of(site.shown("settings/audit", admin))
