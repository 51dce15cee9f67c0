"""Settings → Network addresses: from where the project may be used."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.address_filter import AddressFilter
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json
from rolodesk.usecases import projects
from rolodesk.web.auth import client_address
from rolodesk.web.gate import gate_of
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go

PATH = "/p/{project_id:str}/settings/addresses"
LISTS = ("ipFilter", "ipFilterDeny")
SWITCHES = ("ipFilterEnabled", "ipFilterDenyEnabled")


@get(PATH, sync_to_thread=True)
def addresses_page(desk: Desk) -> Html:
    desk.require("project.configure")
    kept = desk.project.address_filter
    typed = {"ipFilter": "\n".join(kept.allowed), "ipFilterDeny": "\n".join(kept.denied)}
    typed |= {
        "ipFilterEnabled": "yes" if kept.allow_on else "",
        "ipFilterDenyEnabled": "yes" if kept.deny_on else "",
    }
    return _page(desk, 200, typed, {})


def _page(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    own = client_address(desk.request)
    return desk.page("settings/addresses.html", status, typed=typed, problems=wrong, own=own)


@post(PATH, sync_to_thread=True)
def change_addresses(desk: Desk, form: Form) -> Response[Any]:
    """Change the lists, unless who changes them would be shut out by it."""
    desk.require("project.configure")
    given: dict[str, Json] = {name: form.get(name) == "yes" for name in SWITCHES}
    given |= {name: [line for line in form.get(name).splitlines() if line.strip()] for name in LISTS}
    try:
        _refuse_own(projects.filtered(AddressFilter(), given), client_address(desk.request))
        projects.update(desk.db, desk.agent, addresses=given)
    except Invalid as error:
        return _page(desk, 422, form.texts(), _by_list(problems(error, desk.words), given))
    gate_of(desk.request).forget(desk.project.id)
    return go(f"{desk.root}/settings/addresses", desk.words.gettext("Saved."))


def _refuse_own(wanted: AddressFilter, own: str) -> None:
    if why := wanted.refusal(own):
        param = "ipFilter" if why == "not_allowed" else "ipFilterDeny"
        raise Invalid(Problem("this would shut out your own address", param))


def _by_list(wrong: dict[str, str], given: dict[str, Json]) -> dict[str, str]:
    """What is wrong with a list, with the line that it is about."""
    found: dict[str, str] = {}
    for param, text in wrong.items():
        name, _, place = param.partition(".")
        lines = given[name]
        found[name] = f"{lines[int(place)]}: {text}" if place and isinstance(lines, list) else text
    return found


routes = [addresses_page, change_addresses]
