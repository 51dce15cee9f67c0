"""What mails say, each in the language of whoever gets it."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from rolodesk.domain.access import Agent
from rolodesk.domain.contact import is_web_address
from rolodesk.domain.conversation import Conversation
from rolodesk.domain.mail import MAX_NAME, Letter, one_line
from rolodesk.storage.projects import Project
from rolodesk.usecases.mails import Office
from rolodesk.usecases.passwords import WritesChanged, WritesReset
from rolodesk.web.languages import choose_language, translations


class Pen:
    """Writes in one language, English where there is no catalogue of it."""

    def __init__(self, language: str | None) -> None:
        self._catalogue = translations(choose_language(None, (language or "").replace("_", "-")))

    def gettext(self, text: str, /, **values: object) -> str:
        return self._catalogue.gettext(text) % values


def answer(project: Project, conversation: Conversation, agent: Agent, text: str) -> Letter:
    """What an agent answers, as it was typed, to somebody who is not in the chat any more. Nothing else of the
    conversation goes along."""
    pen = Pen(conversation.language)
    page = chat_page(project, conversation)
    how = (
        pen.gettext("You can answer this email, or go on with the chat on %(page)s", page=page)
        if page
        else pen.gettext("You can answer this email.")
    )
    about = one_line(conversation.subject or project.name, 200)
    signed = f"{one_line(agent.name, MAX_NAME)}\n{one_line(project.name, 200)}"
    return Letter(f"Re: {about}", f"{text.strip()}\n\n-- \n{signed}\n\n{how}\n")


def chat_page(project: Project, conversation: Conversation) -> str | None:
    """Where the chat was begun, if it can be told in a mail. A visitor says what page that is: it is cut to its path,
    and must be one of the project's sites where those are listed."""
    page = conversation.source_page or ""
    if not is_web_address(page) or any(char.isspace() or not char.isprintable() for char in page):
        return None
    parts = urlsplit(page)
    allowed = project.settings.get("allowed_origins")
    if isinstance(allowed, list) and allowed and f"{parts.scheme}://{parts.netloc}".lower() not in allowed:
        return None
    return None if "@" in parts.netloc else urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def invitation(language: str | None, project: str, by: str, address: str, days: int) -> Letter:
    """The link of an invitation."""
    pen = Pen(language)
    subject = pen.gettext("%(name)s invites you to %(project)s", name=one_line(by, MAX_NAME), project=project)
    text = pen.gettext(
        "Hello,\n\n%(name)s invites you to answer the visitors of %(project)s. Join with this link, which holds for"
        " %(days)s days and works for one person:\n\n%(link)s\n\nIf you do not know them, do nothing.",
        name=one_line(by, MAX_NAME),
        project=one_line(project, 200),
        days=days,
        link=address,
    )
    return Letter(one_line(subject), f"{text}\n")


def reset(office: Office | None) -> WritesReset:
    """The link with which a new password is set."""
    installation = office.name if office else ""

    def write(language: str | None, name: str, address: str) -> Letter:
        pen = Pen(language)
        text = pen.gettext(
            "Hello %(name)s,\n\nsomebody, perhaps you, has said that the password of your account at %(installation)s"
            " is forgotten. Set a new one with this link, which holds for one hour:\n\n%(link)s\n\nIf it was not you,"
            " do nothing: your password stays as it is.",
            name=one_line(name, MAX_NAME),
            installation=installation,
            link=address,
        )
        return Letter(pen.gettext("Set a new password"), f"{text}\n")

    return write


def changed(office: Office | None) -> WritesChanged:
    """That a password has been changed."""
    installation, origin = (office.name, office.origin) if office else ("", "")

    def write(language: str | None, name: str) -> Letter:
        pen = Pen(language)
        text = pen.gettext(
            "Hello %(name)s,\n\nthe password of your account at %(installation)s (%(address)s) has just been changed,"
            " and you are signed out everywhere. If it was not you, tell whoever runs this server at once.",
            name=one_line(name, MAX_NAME),
            installation=installation,
            address=origin,
        )
        return Letter(pen.gettext("Your password has been changed"), f"{text}\n")

    return write
