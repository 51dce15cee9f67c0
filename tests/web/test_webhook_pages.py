"""The pages of webhooks without a browser: what they show, to whom, and what they do with what is sent."""

import re

import pytest

from rolodesk.usecases import delivering, webhooks
from rolodesk.usecases.delivering import Bodies, Outcome
from rolodesk.web import webhook_bodies
from tests.api.client import Api
from tests.cast import Cast, say
from tests.web.test_duplicate_pages import Site, text_of

TARGET = "http://93.184.216.34/hook"
MARKUP = "<img src=x onerror=alert(1)>"
BODIES = Bodies(webhook_bodies.payload, webhook_bodies.subscription, "", "")
LIST = "settings/webhooks"


@pytest.fixture
def site(file_api: Api, file_cast: Cast) -> Site:
    return Site(file_api, file_cast)


def made(site: Site, *names: str) -> str:
    return webhooks.create(site.cast.db, site.cast.admin.agent, TARGET, names or ["*"]).hook.id


def sent(site: Site, status: int, error: str | None, answer: str | None = None) -> None:
    """Let the next delivery end so."""
    delivering.plan(site.cast.db, site.cast.id, BODIES)
    [hook] = delivering.to_send(site.cast.db)
    parcel = delivering.claim(site.cast.db, hook, BODIES)
    delivering.finish(site.cast.db, parcel, Outcome(status, error, answer, 12))


def test_a_webhook_is_made_and_its_secret_shown_once(site):
    who = site.cast.admin
    form = {
        "target": TARGET,
        "names": ["lead.create", "lead.merge"],
        "more": "event.emit.checkout, message.create",
    }
    page = site.post(LIST, form, who)
    [secret] = re.findall(r"whsec_[\w+/=]+", page.text)
    [hook] = webhooks.hooks(site.cast.db, who.agent)

    assert page.status_code in (200, 201)
    assert hook.secret == secret
    assert hook.names == ("event.emit.checkout", "lead.create", "lead.merge", "message.create")
    assert page.headers["cache-control"] == "no-store"
    for path in (LIST, f"{LIST}/{hook.id}"):
        shown = site.shown(path, who)
        assert TARGET in shown
        assert secret not in shown
    rotated = site.post(f"{LIST}/{hook.id}/secret", {}, who).text
    assert webhooks.get(site.cast.db, who.agent, hook.id).secret in rotated
    assert secret not in rotated


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"target": "http://127.0.0.1/", "names": "*"}, "The address is not on the public internet."),
        ({"target": TARGET}, "Names no event."),
        ({"target": MARKUP, "names": "*"}, "Must be an address that starts with http:// or https://."),
        ({"target": TARGET, "more": MARKUP}, "There is no event"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(site, form, said):
    answer = site.post(LIST, form, site.cast.admin)

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert MARKUP not in answer.text
    hook = made(site)
    changed = site.post(f"{LIST}/{hook}", form, site.cast.admin)
    assert (changed.status_code, said in text_of(changed.text)) == (422, True)


def test_what_was_sent_and_answered_is_shown_and_escaped(site):
    hook, who = made(site, "message.create"), site.cast.admin
    say(site.cast, site.cast.visitor, MARKUP)
    sent(site, 500, "the answer is no success", MARKUP)

    page = site.shown(f"{LIST}/{hook}", who)
    said = text_of(page)
    assert "is tried again" in said
    assert "failing since" in said
    assert "The answer is no success" in said or "the answer is no success" in said
    assert "&lt;img src=x" in page
    assert MARKUP not in page
    assert "message.create" in site.shown(f"{LIST}/{hook}?show=waiting", who)
    assert "None of these" in site.shown(f"{LIST}/{hook}?show=given_up", who)
    assert "1 waiting" in text_of(site.shown(LIST, who))


def test_a_webhook_that_was_switched_off_is_told_of_everywhere_and_switched_on(site):
    hook, who = made(site, "message.create"), site.cast.admin
    assert "A webhook is switched off" not in site.shown("contacts", who)
    say(site.cast, site.cast.visitor)
    sent(site, 410, "the answer is no success")

    assert "says that it is gone for good" in site.shown(LIST, who)
    assert "A webhook is switched off" in site.shown("contacts", who)
    assert "A webhook is switched off" not in site.shown("contacts", site.cast.agent)
    assert site.post(f"{LIST}/{hook}/switch", {"enabled": "yes"}, who).status_code == 303
    assert webhooks.get(site.cast.db, who.agent, hook).enabled
    site.post(f"{LIST}/{hook}/switch", {"enabled": "no"}, who)
    assert "Somebody of the team has switched it off" in site.shown(f"{LIST}/{hook}", who)
    assert "A webhook is switched off" not in site.shown("contacts", who)


def test_a_test_and_what_is_sent_again(site):
    hook, who = made(site, "message.create"), site.cast.admin
    assert site.post(f"{LIST}/{hook}/test", {}, who).status_code == 303
    sent(site, 200, None, "thanks")
    page = site.shown(f"{LIST}/{hook}", who)
    assert "webhook.test" in page
    [delivery] = set(re.findall(r"msg_[0-9a-f]{24}", page))
    assert site.post(f"{LIST}/{hook}/deliveries/{delivery}", {}, who).status_code == 303
    sent(site, 204, None)

    [(shown, tries)] = webhooks.of_hook(site.cast.db, who.agent, hook).entries
    assert (shown.state, shown.tries, len(tries)) == ("delivered", 2, 2)
    assert site.post(f"{LIST}/{hook}/delete", {}, who).status_code == 303
    assert webhooks.hooks(site.cast.db, who.agent) == []


def test_there_are_as_many_pages_as_it_takes(site):
    hook, who = made(site, "message.create"), site.cast.admin
    for number in range(31):
        webhooks.test(site.cast.db, who.agent, hook, lambda hook: {"n": 1})
        assert number >= 0
    first = site.shown(f"{LIST}/{hook}", who)
    [older] = set(re.findall(r"before=(msg_[0-9a-f]{24})", first))
    assert first.count('<code class="cut">webhook.test') == 30

    rest = site.shown(f"{LIST}/{hook}?before={older}", who)

    assert rest.count('<code class="cut">webhook.test') == 1
    assert "Newest" in rest


def test_only_admins_of_the_project_come_here(site):
    hook = made(site)
    for who in (site.cast.agent, site.cast.teammate):
        for path in (LIST, f"{LIST}/{hook}"):
            assert site.get(path, who).status_code == 403
            assert site.post(path, {"target": TARGET, "names": "*"}, who).status_code == 403
    assert site.get(f"{LIST}/{hook}", site.cast.rival, project=site.cast.other_project.id).status_code == 404
    for action in ("switch", "secret", "delete", "test"):
        answer = site.post(f"{LIST}/{hook}/{action}", {}, site.cast.rival, project=site.cast.other_project.id)
        assert answer.status_code == 404
    assert site.post(LIST, {"target": TARGET}, site.cast.admin, **{"X-CSRF-Token": "x"}).status_code == 403
