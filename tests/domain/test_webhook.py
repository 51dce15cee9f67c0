"""Which events hooks are told of by which names, in whose line, and when what failed is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.errors import Invalid
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.signature import secret_of, sign
from rolodesk.domain.webhook import (
    DAY,
    KNOWN,
    NAMES,
    PAUSES,
    PROJECT,
    Webhook,
    check_names,
    check_target,
    line_of,
    names_of,
    pause_after,
)


def hook(*names: str, **more: object) -> Webhook:
    return Webhook("h", "p", "http://x.example/", names, "whsec_AAAA", False, 0, "u", 0, 0, **more)


def test_every_name_that_is_told_can_be_asked_for():
    assert {name for names in NAMES.values() for name in names} <= KNOWN


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (Event(EventName.REQUEST_CLOSE), ("request.close", "request.update")),
        (Event(EventName.REQUEST_ASSIGN), ("request.update",)),
        (Event(EventName.LEAD_DUPLICATE), ("lead.duplicate",)),
        (Event(EventName.LEAD_DUPLICATE, fields=("withdrawn",)), ()),
        (Event(EventName.EVENT_EMIT), ("event.emit",)),
        (Event(EventName.WEBHOOK_DISABLE), ()),
        (Event(EventName.PROJECT_SECRET), ()),
    ],
)
def test_by_which_names_an_event_is_told(event, names):
    assert names_of(event) == names


def test_a_hook_is_told_once_by_the_first_name_that_it_wants():
    assert (
        hook("request.close", "request.update").wanted(("request.close", "request.update")) == "request.close"
    )
    assert hook("request.update").wanted(("request.close", "request.update")) == "request.update"
    assert hook("*").wanted(("request.close", "request.update")) == "request.close"
    assert hook("*").wanted(()) is None
    assert hook("lead.create").wanted(("request.close",)) is None


def test_in_whose_line_an_event_stands():
    assert line_of(Event(EventName.MESSAGE_CREATE, "home", "root")) == ("home", "root")
    assert line_of(Event(EventName.LEAD_UPDATE, "one", "one")) == ("one",)
    assert line_of(Event(EventName.LEAD_DUPLICATE, "low", "low", subject_id="high")) == ("low", "high")
    assert line_of(Event(EventName.LEAD_MERGE, "loser", "root", subject_id="merge")) == ("loser", "root")
    assert line_of(Event(EventName.PROJECT_UPDATE, subject_id="p")) == (PROJECT,)


@given(tries=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_a_pause_is_about_as_long_as_it_should_be(tries, chance):
    about = PAUSES[min(max(tries, 1), len(PAUSES)) - 1] * 1_000

    assert about * 0.8 - 1 <= pause_after(tries, chance) <= about * 1.2 + 1


@given(text=st.text() | st.from_regex(r"https?://[^\s]{0,40}"))
def test_a_target_is_a_web_address_or_refused(text):
    try:
        target = check_target(text)
    except Invalid:
        return
    assert target.isascii()
    assert target.startswith(("http:", "https:", "HTTP", "Http", "hTTP")) or target.lower().startswith("http")
    assert not any(c.isspace() for c in target)


@given(names=st.lists(st.text() | st.sampled_from(sorted(KNOWN)), max_size=5))
def test_names_are_known_and_sorted_or_refused(names):
    try:
        wanted = check_names(names)
    except Invalid:
        return
    assert list(wanted) == sorted(set(wanted))
    assert all("," not in name for name in wanted)


def test_two_secrets_sign_while_both_hold():
    both = hook("*", former_secret="whsec_BBBB", former_until=DAY)

    assert both.secrets(DAY - 1) == ("whsec_AAAA", "whsec_BBBB")
    assert both.secrets(DAY) == ("whsec_AAAA",)
    # The example of the Standard Webhooks' specification.
    body = b'{"event_type":"ping","data":{"success":true}}'
    signed = sign(["whsec_plJ3nmyCDGBKInavdOK15jsl"], "msg_loFOjxBNrRLzqYUf", 1731705121, body)
    assert signed == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    assert secret_of(b"\0" * 24) == "whsec_" + "A" * 32
