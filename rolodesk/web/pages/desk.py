"""What page handlers are handed: who sits at the desk, the form that was sent, and the way to answer."""

from __future__ import annotations

from typing import Any

from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, Person, allows, require
from rolodesk.domain.errors import Invalid, Unauthenticated
from rolodesk.storage.database import Database
from rolodesk.storage.projects import Project
from rolodesk.usecases import conversations, duplicates, projects, sign_in, webhooks
from rolodesk.usecases.clock import now
from rolodesk.web import auth
from rolodesk.web.pages import render
from rolodesk.web.pages.render import AnyRequest, Html
from rolodesk.web.pages.words import Words

SAFE = ("GET", "HEAD", "OPTIONS")


class Form:
    """The fields of a form, as texts."""

    def __init__(self, fields: FormMultiDict) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def get(self, name: str, default: str = "") -> str:
        found = self._fields.get(name, default)
        return found if isinstance(found, str) else default

    def all(self, name: str) -> list[str]:
        return [value for value in self._fields.getall(name, []) if isinstance(value, str)]

    def texts(self) -> dict[str, str]:
        """The last value of each name."""
        return {name: value for name, value in self._fields.multi_items() if isinstance(value, str)}


class Visit(Struct, frozen=True):
    """Somebody, signed in or not, at a page of no project."""

    request: AnyRequest
    db: Database
    words: Words
    person: Person | None

    def page(self, template: str, status: int = 200, **context: Any) -> Html:
        return render.page(self.request, template, self.words, status, self.person, **context)


class Own(Struct, frozen=True):
    """Somebody signed in at a page of their own."""

    request: AnyRequest
    db: Database
    words: Words
    person: Person

    def page(self, template: str, status: int = 200, **context: Any) -> Html:
        return render.page(self.request, template, self.words, status, self.person, **context)


class Desk(Struct, frozen=True):
    """A member of the team at a page of the project."""

    request: AnyRequest
    db: Database
    words: Words
    person: Person
    agent: Agent
    project: Project

    @property
    def root(self) -> str:
        return f"/p/{self.project.id}"

    @property
    def is_htmx(self) -> bool:
        return render.is_htmx(self.request)

    def may(self, permission: str) -> bool:
        return allows(self.agent, Permission(permission))

    def require(self, permission: str) -> None:
        """Raise Forbidden unless they may; for pages that only show what a verb would refuse to change."""
        require(self.agent, Permission(permission))

    def page(self, template: str, status: int = 200, **context: Any) -> Html:
        waiting = 0
        if self.may("conversations.view"):
            waiting = conversations.counts(self.db, self.agent)["unassigned"]
        alike = 0
        if self.may("contacts.view"):
            alike = duplicates.queue(self.db, self.agent, limit=0).total
        answer = render.page(
            self.request,
            template,
            self.words,
            status,
            self.person,
            agent=self.agent,
            project=self.project,
            root=self.root,
            may=self.may,
            me=projects.member(self.db, self.agent, self.agent.member_id),
            waiting=waiting,
            alike_waiting=alike,
            webhooks_off=self.may("project.configure") and webhooks.is_any_off(self.db, self.agent),
            **context,
        )
        answer.set_cookie(key="project", value=self.project.id, path="/", max_age=render.YEAR, samesite="lax")
        return answer


def visit(request: AnyRequest) -> Visit:
    """Whoever asks. A session that has ended counts as none."""
    person = None
    if request.cookies.get(auth.COOKIE):
        try:
            person = auth.person(request)
        except Unauthenticated:
            person = None
    return Visit(request, auth.database(request), render.words_for(request, person, now()), person)


def own(request: AnyRequest) -> Own:
    """Whoever is signed in. Raises Unauthenticated."""
    person = auth.person(request)
    return Own(request, auth.database(request), render.words_for(request, person, now()), person)


def desk(request: AnyRequest, project_id: str) -> Desk:
    """The member of the project who is signed in. Raises Unauthenticated, BadProject, Forbidden."""
    db, person = auth.database(request), auth.person(request)
    agent = sign_in.agent(db, person, project_id)
    return Desk(request, db, render.words_for(request, person, now()), person, agent, projects.get(db, agent))


async def form(request: AnyRequest) -> Form:
    """The form that was sent."""
    return Form(await request.form() if _has_form(request) else FormMultiDict([]))


async def refuse_forgeries(request: AnyRequest) -> None:
    """Before every handler: what changes something must come from a form of ours."""
    if request.method not in SAFE:
        given = (await request.form()).get("csrf") if _has_form(request) else None
        auth.check_csrf(request, given if isinstance(given, str) else None)


def _has_form(request: AnyRequest) -> bool:
    return request.content_type[0] in (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


def problems(error: Invalid, words: Words) -> dict[str, str]:
    """What is wrong, by the field that it is about, in the reader's language."""
    found: dict[str, str] = {}
    for problem in error.problems:
        found.setdefault(problem.param, sentence(words.gettext(problem.msg)))
    return found


def sentence(text: str) -> str:
    """A text of the domain as a sentence."""
    if text.startswith(("is ", "has ", "holds ")):
        text = f"this {text}"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
