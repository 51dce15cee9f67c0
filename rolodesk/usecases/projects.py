"""Projects: made, configured, and peopled with a team."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct, structs

from rolodesk.domain.access import (
    RESTRICTED,
    Agent,
    Permission,
    Person,
    Role,
    System,
    may_grant,
    require,
)
from rolodesk.domain.address_filter import OPEN, AddressFilter, check_networks
from rolodesk.domain.contact import (
    FIELDS,
    MAX_PROPERTIES,
    PROPERTY_NAME,
    PROPERTY_TYPES,
    Property,
    clean_email,
    clean_tag,
    clean_text,
    is_web_address,
)
from rolodesk.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.form import check_definition
from rolodesk.domain.ids import MemberId, ProjectId, UserId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.domain.mail import check_settings as check_mail_settings
from rolodesk.storage import accounts, departments, events, labels, library, members, projects, runs
from rolodesk.storage import routing as open_conversations
from rolodesk.storage.database import Contention, Database, ReadTx, Unique, WriteTx, retried
from rolodesk.usecases import routing, turns
from rolodesk.usecases.clock import new_id, new_uuid, now
from rolodesk.usecases.hours import is_open, with_hours
from rolodesk.usecases.sign_in import DAY, get_project
from rolodesk.usecases.team import Ending, with_details

INVITATION_TERM = 14 * DAY
SECRET_OVERLAP = DAY
CHANGEABLE = ("name", "settings", "widget", "attributes", "operating_hours", "active_hours", "address_filter")
WIDGET_SETTINGS = (
    *(
        "preChatForm",
        "preChatFormCustomFieldsEnabled",
        "preChatFormJson",
        "themeColor",
        "themeForegroundColor",
    ),
    *(
        "align",
        "logoChat",
        "wellcomeTitle",
        "wellcomeMsg",
        "lang",
        "calloutTimer",
        "calloutTitle",
        "calloutMsg",
    ),
    *("nativeRating", "dynamicWaitTimeReply", "onlineMsg", "officehoursMsg", "marginX", "marginY"),
)


class Issued(Struct, frozen=True):
    """An invitation with the secret part of its link, which is shown once."""

    invitation: members.Invitation
    token: str


# Projects.


@retried
def create(db: Database, person: Person, name: Json) -> projects.Project:
    """A project whose owner is the person, with its default department. Raises Invalid."""
    title = clean_text(name, "name", 200)
    if title is None:
        raise Invalid(Problem("Invalid value", "name"))
    try:
        return _create(db, person, title)
    except Unique as taken:
        # Two at once have taken the same number: the second tries again.
        raise Contention(str(taken)) from taken


def _create(db: Database, person: Person, title: str) -> projects.Project:
    at = now()
    project_id = ProjectId(new_id())
    with db.write(project_id) as tx:
        project = projects.Project(project_id, 0, title, 100, {}, {}, {}, person.user_id, at, at)
        projects.add(tx, project)
        member_id = MemberId(new_id())
        members.add(tx, project_id, member_id, person.user_id, Role.OWNER, person.user_id, at)
        department = departments.Department(
            new_id(), "Default Department", "assigned", True, 1, person.user_id, at, at
        )
        departments.add(tx, project_id, department)
        owner = Agent(project_id, person.user_id, member_id, Role.OWNER, person.name, person.email)
        events.record(tx, owner, at, Event(EventName.PROJECT_CREATE, subject_id=project_id))
        made = projects.get(tx, project_id)
    if made is None:
        raise NotFound()
    return made


def of_person(db: Database, person: Person) -> list[tuple[projects.Project, members.Member]]:
    """The person's projects with the memberships, last changed first."""
    with db.read() as tx:
        mine = {member.project_id: member for member in members.all_of_user(tx, person.user_id)}
        return [(project, mine[project.id]) for project in projects.of_user(tx, person.user_id)]


def get(db: Database, actor: Agent) -> projects.Project:
    """The actor's project."""
    require(actor, Permission.VIEW_PROJECT)
    with db.read() as tx:
        return get_project(tx, actor.project_id)


@retried
def update(
    db: Database,
    actor: Agent,
    name: Json = None,
    settings: Mapping[str, Json] | None = None,
    widget: Mapping[str, Json] | None = None,
    attributes: Mapping[str, Json] | None = None,
    hours: Mapping[str, Json] | None = None,
    addresses: Mapping[str, Json] | None = None,
) -> projects.Project:
    """Change the name; merge the given keys into settings, widget and attributes (null takes a key away). `hours` are
    `operatingHours` and `activeOperatingHours`; `addresses` the lists of network addresses and whether each counts:
    `ipFilter`, `ipFilterEnabled`, `ipFilterDeny`, `ipFilterDenyEnabled`.

    Raises Invalid naming what is wrong, Forbidden.
    """
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        project = get_project(tx, actor.project_id)
        title = project.name if name is None else clean_text(name, "name", 200)
        if title is None:
            raise Invalid(Problem("must not be blank", "name"))
        changed = structs.replace(
            with_hours(project, hours or {}),
            name=title,
            settings=_merged(project.settings, _checked_settings(settings or {})),
            widget=_merged(project.widget, _checked_widget(widget or {})),
            attributes=_merged(project.attributes, _checked_attributes(attributes or {})),
            address_filter=filtered(project.address_filter, addresses or {}),
            updated_at=now(),
        )

        projects.update(tx, changed)
        if changed.country != project.country:
            runs.look_again(tx, project.id)
        fields = tuple(n for n in CHANGEABLE if getattr(project, n) != getattr(changed, n))
        if project.settings.get("agents_see") != changed.settings.get("agents_see"):
            fields = (*fields, "agents_see")
        if fields:
            event = Event(EventName.PROJECT_UPDATE, subject_id=project.id, fields=fields)
            events.record(tx, actor, changed.updated_at, event)
    return changed


def filtered(before: AddressFilter, given: Mapping[str, Json]) -> AddressFilter:
    """A filter of addresses with what is given of it, by the names of the API. Raises Invalid."""
    found: dict[str, bool | tuple[str, ...]] = {}
    for param, name in (("ipFilterEnabled", "allow_on"), ("ipFilterDenyEnabled", "deny_on")):
        if (chosen := given.get(param)) is not None:
            if not isinstance(chosen, bool):
                raise Invalid(Problem("must be true or false", param))
            found[name] = chosen
    for param, name in (("ipFilter", "allowed"), ("ipFilterDeny", "denied")):
        if given.get(param) is not None:
            found[name] = check_networks(given[param], param)
    return structs.replace(before, **found)


def _merged(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in {**old, **new}.items() if value is not None}


def _checked_attributes(attributes: Mapping[str, Json]) -> dict[str, Json]:
    if len(str(attributes)) > 100_000:
        raise Invalid(Problem("are larger than 100000 characters", "attributes"))
    return dict(attributes)


def _checked_settings(settings: Mapping[str, Json]) -> dict[str, Json]:
    checked = dict(settings)
    if len(str(settings)) > 100_000:
        raise Invalid(Problem("are larger than 100000 characters", "settings"))
    country = settings.get("country")
    if country and not (isinstance(country, str) and re.fullmatch(r"[A-Za-z]{2}", country)):
        raise Invalid(Problem("must be a country's two letters, as IT", "settings.country"))
    if country:
        checked["country"] = str(country).upper()
    if settings.get("email") is not None:
        checked["email"] = check_mail_settings(settings["email"])
    for name in RESTRICTED:
        if settings.get(name) not in (None, "agents", "admins"):
            raise Invalid(Problem("must be agents or admins", f"settings.{name}"))
    if settings.get("agents_see") not in (None, "all", "own"):
        raise Invalid(Problem("must be all or own", "settings.agents_see"))
    if "allowed_origins" in settings and settings["allowed_origins"] is not None:
        checked["allowed_origins"] = _checked_origins(settings["allowed_origins"])
    return checked


def _checked_origins(origins: Json) -> list[Json]:
    if not isinstance(origins, list):
        raise Invalid(Problem("must be a list of addresses", "settings.allowed_origins"))
    checked: list[Json] = []
    for origin in origins:
        if not isinstance(origin, str) or not is_web_address(origin):
            raise Invalid(
                Problem("must be addresses like https://www.example.com", "settings.allowed_origins")
            )
        parts = urlsplit(origin)
        checked.append(f"{parts.scheme}://{parts.netloc}".lower())
    return checked


def _checked_widget(widget: Mapping[str, Json]) -> dict[str, Json]:
    checked = {key: value for key, value in widget.items() if key in WIDGET_SETTINGS}
    problems = [
        Problem("must be a colour like #1f6feb", f"widget.{key}")
        for key in ("themeColor", "themeForegroundColor")
        if checked.get(key) is not None and not re.fullmatch(r"#[0-9A-Fa-f]{6}", str(checked[key]))
    ]
    if checked.get("logoChat") is not None and not is_web_address(str(checked["logoChat"])):
        problems.append(Problem("must be an address that starts with http:// or https://", "widget.logoChat"))
    if checked.get("align") is not None and checked["align"] not in ("left", "right"):
        problems.append(Problem("must be left or right", "widget.align"))
    if problems:
        raise Invalid(problems)
    for key, limit in (("wellcomeTitle", 200), ("wellcomeMsg", 1_000), ("lang", 20)):
        if isinstance(checked.get(key), str):
            checked[key] = clean_text(checked[key], f"widget.{key}", limit)
    if checked.get("preChatFormJson") is not None:
        checked["preChatFormJson"] = check_definition(checked["preChatFormJson"])
    return checked


@retried
def delete(db: Database, actor: Agent) -> projects.Project:
    """Hide the project with everything in it. Raises Forbidden."""
    require(actor, Permission.OWN)
    with db.write(actor.project_id) as tx:
        project = structs.replace(get_project(tx, actor.project_id), status=0, updated_at=now())

        projects.update(tx, project)
        events.record(tx, actor, project.updated_at, Event(EventName.PROJECT_DELETE, subject_id=project.id))
    return project


@retried
def rotate_secret(db: Database, actor: Agent) -> str:
    """A new secret for signing visitors' tokens, told this once; older ones hold for 24 hours more."""
    require(actor, Permission.CONFIGURE)
    at = now()
    secret = projects.Secret(new_id(), new_uuid() + secrets.token_hex(16), actor.id, at, None)
    with db.write(actor.project_id) as tx:
        projects.add_secret(tx, actor.project_id, secret, at + SECRET_OVERLAP)
        events.record(tx, actor, at, Event(EventName.PROJECT_SECRET, subject_id=secret.id))
    return secret.secret


def secrets_in_force(db: Database, actor: Agent) -> list[projects.Secret]:
    """The secrets that hold now, newest first, without their text."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        found = projects.secrets(tx, actor.project_id, now())
    return [structs.replace(secret, secret="") for secret in found]


class Boot(Struct, frozen=True):
    """What a widget learns of a project before anybody has signed in. `available` are those who are, within the
    project's hours or not; `languages` those that the project has texts of its own in."""

    project: projects.Project
    available: list[members.Member]
    departments: list[departments.Department]
    is_open: bool
    languages: list[str]


def address_filter(db: Database, project_id: str) -> AddressFilter:
    """Whom a project is open to; everybody for one that there is not."""
    with db.read() as tx:
        return projects.address_filter(tx, ProjectId(project_id)) if is_object_id(project_id) else OPEN


def boot(db: Database, project_id: str, department_id: str | None = None) -> Boot:
    """What anybody may know of a project: the widget's settings, who is available, of a department if one is named.
    Raises BadProject."""
    with db.read() as tx:
        project = get_project(tx, project_id)
        available = [member for member in members.of_project(tx, project.id) if member.available]
        if department_id is not None:
            people = turns.people_of(tx, turns.department_for(tx, project.id, department_id), project.id)
            available = [one for one in available if one.answers and (not people or one.user_id in people)]
        shown = [d for d in departments.of_project(tx, project.id) if d.status == 1 and d.deleted_at is None]
        languages = labels.languages(tx, project.id)
    widget = {key: value for key, value in project.widget.items() if key in WIDGET_SETTINGS}
    shown_project = structs.replace(project, widget=widget)
    return Boot(shown_project, available, shown, is_open(project, now()), languages)


# The team.


def team(db: Database, actor: Agent) -> list[members.Member]:
    """The active members, oldest membership first."""
    require(actor, Permission.VIEW_PROJECT)
    with db.read() as tx:
        return members.of_project(tx, actor.project_id)


def member(db: Database, actor: Agent, member_id: str) -> members.Member:
    """One membership by its id. Raises NotFound."""
    require(actor, Permission.VIEW_PROJECT)
    with db.read() as tx:
        found = members.get(tx, actor.project_id, member_id)
    if found is None:
        raise NotFound()
    return found


def change_member(
    db: Database,
    actor: Agent,
    member_id: str,
    role: Json = None,
    available: bool | None = None,
    details: Mapping[str, Json] | None = None,
) -> members.Member:
    """Change role and status (admins), or whether somebody is available and the details of `team.with_details`
    (admins, and everybody for themselves). Whoever answers no more leaves its open conversations to others.

    Raises Invalid, NotFound, Forbidden, Conflict `last_owner`.
    """
    require(actor, Permission.VIEW_PROJECT)
    changed, left = _change_member(db, actor, member_id, role, available, details or {})
    routing.hand_on(db, actor.project_id, left)
    return changed


@retried
def _change_member(
    db: Database,
    actor: Agent,
    member_id: str,
    role: Json,
    available: bool | None,
    details: Mapping[str, Json],
) -> tuple[members.Member, list[str]]:
    with db.write(actor.project_id) as tx:
        found = _held_member(tx, actor, member_id, ended_too=details.get("status") == "active")
        new_role = found.role if role is None else as_role(role)
        there = found.available if available is None else available
        changed = with_details(structs.replace(found, role=new_role, available=there), details)
        if (changed.role, changed.status) != (found.role, found.status):
            if not (may_grant(actor, new_role) and may_grant(actor, found.role)):
                raise Forbidden()
            _keep_an_owner(tx, actor, found)
        elif found.user_id != actor.user_id:
            require(actor, Permission.MANAGE_MEMBERS)

        changed = structs.replace(changed, updated_at=now())
        members.update(tx, actor.project_id, changed)
        events.record(tx, actor, changed.updated_at, Event(EventName.MEMBER_UPDATE, subject_id=changed.id))
        left = [] if changed.answers else turns.leave(tx, actor, found.user_id, changed.updated_at)
    return changed, left


def remove_member(
    db: Database, actor: Agent, member_id: str, how: Ending = Ending.DISABLED
) -> members.Member:
    """End a membership; one's own too. Its open conversations go to others. Raises NotFound, Forbidden, Conflict
    `last_owner`."""
    require(actor, Permission.VIEW_PROJECT)
    ended, left = _remove_member(db, actor, member_id, how)
    routing.hand_on(db, actor.project_id, left)
    return ended


@retried
def _remove_member(
    db: Database, actor: Agent, member_id: str, how: Ending
) -> tuple[members.Member, list[str]]:
    with db.write(actor.project_id) as tx:
        found = _held_member(tx, actor, member_id, ended_too=how is not Ending.DISABLED)
        if found.user_id != actor.user_id and not may_grant(actor, found.role):
            raise Forbidden()
        _keep_an_owner(tx, actor, found)
        trashed = found.trashed or how is Ending.TRASHED
        ended = structs.replace(found, status="disabled", available=False, trashed=trashed, updated_at=now())

        if how is Ending.DELETED:
            members.delete(tx, actor.project_id, found.id)
        else:
            members.update(tx, actor.project_id, ended)
        events.record(tx, actor, ended.updated_at, Event(EventName.MEMBER_DELETE, subject_id=ended.id))
        return ended, turns.leave(tx, actor, found.user_id, ended.updated_at)


def _held_member(tx: WriteTx, actor: Agent, member_id: str, ended_too: bool = False) -> members.Member:
    """The membership, held with all others: after the conversations that it may have to leave."""
    open_conversations.lock_open(tx, actor.project_id, member_id)
    members.lock_all(tx, actor.project_id)
    found = members.get(tx, actor.project_id, member_id, ended_too)
    if found is None:
        raise NotFound()
    return found


def _keep_an_owner(tx: ReadTx, actor: Agent, leaving: members.Member) -> None:
    owners = [m for m in members.of_project(tx, actor.project_id) if m.role is Role.OWNER]
    if leaving.role is Role.OWNER and [owner.id for owner in owners] == [leaving.id]:
        raise Conflict("a project needs an owner: make somebody else owner first", "last_owner")


def as_role(role: Json) -> Role:
    """The role of that name. Raises Invalid."""
    if role not in tuple(Role):
        raise Invalid(Problem(f"must be one of {', '.join(Role)}", "role"))
    return Role(str(role))


def enlist(
    db: Database, actor: Agent, email: Json, role: Json, available: bool = True
) -> members.Member | Issued:
    """Somebody with an account as a member at once, anybody else by an invitation. Raises as `invite`."""
    wanted, address = as_role(role), clean_email(email)
    if not may_grant(actor, wanted):
        raise Forbidden()
    if address and (member_id := _enlist(db, actor, address.lower(), wanted, available)):
        return member(db, actor, member_id)
    return invite(db, actor, email, role)


@retried
def _enlist(db: Database, actor: Agent, email: str, role: Role, available: bool) -> MemberId | None:
    """The id of the new membership, None for an address without an account."""
    with db.write(actor.project_id) as tx:
        user = accounts.user_by_email(tx, email)
        if user is None:
            return None
        if members.of_user(tx, actor.project_id, user.id):
            raise Conflict("this person is a member already", "already_member")

        at = now()
        members.add(tx, actor.project_id, MemberId(new_id()), user.id, role, actor.id, at)
        made = members.of_user(tx, actor.project_id, user.id)
        if made is None:
            raise NotFound()
        if not available:
            members.update(tx, actor.project_id, structs.replace(made, available=False))
        events.record(tx, actor, at, Event(EventName.MEMBER_CREATE, subject_id=made.id))
        return made.id


@retried
def invite(db: Database, actor: Agent, email: Json, role: Json) -> Issued:
    """An invitation whose link holds for 14 days. Raises Invalid, Forbidden, Conflict `already_member`."""
    address = clean_email(email)
    if address is None:
        raise Invalid(Problem("Invalid value", "email"))
    wanted = as_role(role)
    if not may_grant(actor, wanted):
        raise Forbidden()
    at = now()
    token = secrets.token_urlsafe(24)
    made = members.Invitation(
        new_id(), address.lower(), wanted, _hashed(token), actor.id, at, at + INVITATION_TERM
    )
    with db.write(actor.project_id) as tx:
        user = accounts.user_by_email(tx, address.lower())
        if user and members.of_user(tx, actor.project_id, user.id):
            raise Conflict("this person is a member already", "already_member")

        members.add_invitation(tx, actor.project_id, made)
        events.record(tx, actor, at, Event(EventName.MEMBER_INVITE, subject_id=made.id))
    return Issued(made, f"{actor.project_id}.{made.id}.{token}")


def invitations(db: Database, actor: Agent) -> list[members.Invitation]:
    """The open invitations, newest first."""
    require(actor, Permission.MANAGE_MEMBERS)
    with db.read() as tx:
        return members.open_invitations(tx, actor.project_id, now())


@retried
def revoke_invitation(db: Database, actor: Agent, invitation_id: str) -> None:
    """Make an invitation's link void. Raises NotFound, Forbidden."""
    require(actor, Permission.MANAGE_MEMBERS)
    with db.write(actor.project_id) as tx:
        if not members.revoke_invitation(tx, actor.project_id, invitation_id, now()):
            raise NotFound()


def invitation(db: Database, token: str) -> tuple[projects.Project, members.Invitation, bool]:
    """The project and invitation behind a link, and whether its address has an account. Raises Gone."""
    with db.read() as tx:
        project, found = _invited(tx, token)
        return project, found, accounts.user_by_email(tx, found.email) is not None


@retried
def accept_invitation(db: Database, person: Person, token: str) -> ProjectId:
    """Join the project. Raises Gone if the link no longer holds, Forbidden if it is somebody else's, Conflict
    `already_member`."""
    project_id = ProjectId(token.split(".", 1)[0])
    with db.write(project_id) as tx:
        project, found = _invited(tx, token)
        if found.email != person.email:
            raise Forbidden(f"this invitation is for {found.email}", "not_yours")
        if members.of_user(tx, project.id, person.user_id):
            # An older invitation would otherwise take away the role that the person has got since.
            raise Conflict("you are a member already", "already_member")
        at = now()
        if not members.accept_invitation(tx, project.id, found.id, UserId(person.user_id), at):
            raise Gone("this invitation has been used or withdrawn", "invitation_gone")

        member_id = MemberId(new_id())
        members.add(tx, project.id, member_id, person.user_id, found.role, found.created_by, at)
        events.record(tx, System(project.id), at, Event(EventName.MEMBER_CREATE, subject_id=member_id))
    return project.id


def _invited(tx: ReadTx, token: str) -> tuple[projects.Project, members.Invitation]:
    project_id, _, rest = token.partition(".")
    invitation_id, _, secret = rest.partition(".")
    project = projects.get(tx, ProjectId(project_id)) if is_object_id(project_id) else None
    found = members.invitation(tx, project.id, invitation_id, now()) if project else None
    if project is None or found is None or not hmac.compare_digest(found.token_hash, _hashed(secret)):
        raise Gone("this invitation has been used, withdrawn, or is too old", "invitation_gone")
    return project, found


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# Custom properties.


def properties(db: Database, actor: Agent, status: int = 100) -> list[Property]:
    """The definitions of custom fields, oldest first."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return library.properties(tx, actor.project_id, status)


def get_property(db: Database, actor: Agent, property_id: str) -> Property:
    """One definition. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return _property(tx, actor, property_id)


def _property(tx: ReadTx, actor: Agent, property_id: str) -> Property:
    found = library.property_by_id(tx, actor.project_id, property_id)
    if found is None:
        raise NotFound()
    return found


@retried
def create_property(
    db: Database, actor: Agent, label: Json, name: Json, kind: Json = "text", identifying: bool = False
) -> Property:
    """Define a custom field. Raises Invalid, Forbidden, Conflict `name_taken` or `too_many_properties`."""
    require(actor, Permission.EDIT_CONTACTS)
    at = now()
    made = Property(
        new_id(), _property_name(name), _label(label), _type(kind), 100, identifying, actor.id, at, at
    )
    try:
        with db.write(actor.project_id) as tx:
            if len(library.properties(tx, actor.project_id)) >= MAX_PROPERTIES:
                raise Conflict(f"a project has at most {MAX_PROPERTIES} properties", "too_many_properties")
            library.add_property(tx, actor.project_id, made)
            if identifying:
                runs.look_again(tx, actor.project_id)
            events.record(tx, actor, at, Event(EventName.PROPERTY_CREATE, subject_id=made.id))
    except Unique:
        raise Conflict(f"there is a property named {made.name}", "name_taken") from None
    return made


@retried
def update_property(db: Database, actor: Agent, property_id: str, changes: Mapping[str, Json]) -> Property:
    """Change label, name, type, status or identifying. Raises Invalid, NotFound, Forbidden, Conflict `name_taken`."""
    require(actor, Permission.EDIT_CONTACTS)
    try:
        with db.write(actor.project_id) as tx:
            found = _property(tx, actor, property_id)
            status = changes.get("status")
            if status is not None and status not in (100, 1000):
                raise Invalid(Problem("must be 100 or 1000", "status"))
            changed = structs.replace(
                found,
                label=_label(changes["label"]) if changes.get("label") is not None else found.label,
                name=_property_name(changes["name"]) if changes.get("name") is not None else found.name,
                type=_type(changes["type"]) if changes.get("type") is not None else found.type,
                status=int(str(status)) if status is not None else found.status,
                identifying=changes["identifying"] is True if "identifying" in changes else found.identifying,
                updated_at=now(),
            )

            library.update_property(tx, actor.project_id, changed)
            if _identifies(found) != _identifies(changed):
                runs.look_again(tx, actor.project_id)
            events.record(
                tx, actor, changed.updated_at, Event(EventName.PROPERTY_UPDATE, subject_id=changed.id)
            )
    except Unique:
        raise Conflict("there is a property with this name", "name_taken") from None
    return changed


@retried
def delete_property(db: Database, actor: Agent, property_id: str, for_good: bool = False) -> Property:
    """Put a definition away, or delete it for good (owner). Contacts keep their values. Raises NotFound, Forbidden."""
    if not for_good:
        return update_property(db, actor, property_id, {"status": 1000})
    require(actor, Permission.OWN)
    with db.write(actor.project_id) as tx:
        found = _property(tx, actor, property_id)

        library.delete_property(tx, actor.project_id, property_id)
        if _identifies(found):
            runs.look_again(tx, actor.project_id)
        events.record(tx, actor, now(), Event(EventName.PROPERTY_DELETE, subject_id=property_id))
    return found


def _identifies(definition: Property) -> str | None:
    """The name of the field that tells people apart, if it does."""
    return definition.name if definition.identifying and definition.status == 100 else None


def _property_name(name: Json) -> str:
    if not isinstance(name, str) or not PROPERTY_NAME.fullmatch(name) or name in FIELDS:
        raise Invalid(
            Problem(
                "must be small letters, digits and _, beginning with a letter, and no field's name", "name"
            )
        )
    return name


def _label(label: Json) -> str:
    text = clean_text(label, "label", 200)
    if text is None:
        raise Invalid(Problem("must not be blank", "label"))
    return text


def _type(kind: Json) -> str:
    if kind not in PROPERTY_TYPES:
        raise Invalid(Problem(f"must be one of {', '.join(PROPERTY_TYPES)}", "type"))
    return str(kind)


# The library of tags.


def tags(db: Database, actor: Agent) -> list[library.Tag]:
    """The library, newest first."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return library.tags(tx, actor.project_id)


def get_tag(db: Database, actor: Agent, tag_id: str) -> library.Tag:
    """One tag of the library. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        found = library.tag_by_id(tx, actor.project_id, tag_id)
    if found is None:
        raise NotFound()
    return found


@retried
def create_tag(db: Database, actor: Agent, tag: Json, color: Json = None) -> library.Tag:
    """A tag for the library; one that is there answers as it stands. Raises Invalid, Forbidden."""
    require(actor, Permission.EDIT_CONTACTS)
    word, colour, at = clean_tag(tag, "tag"), _colour(color), now()
    with db.write(actor.project_id) as tx:
        known = library.tag_by_name(tx, actor.project_id, word)
        if known is not None:
            return known

        made = library.Tag(new_id(), word, colour or "#6b7280", actor.id, at, at)
        library.add_tag(tx, actor.project_id, made)
        events.record(tx, actor, at, Event(EventName.TAG_CREATE, subject_id=made.id))
        return library.tag_by_name(tx, actor.project_id, word) or made


@retried
def update_tag(db: Database, actor: Agent, tag_id: str, tag: Json = None, color: Json = None) -> library.Tag:
    """Change word or colour in the library; contacts keep the words that they carry. Raises Conflict `name_taken`."""
    require(actor, Permission.EDIT_CONTACTS)
    try:
        with db.write(actor.project_id) as tx:
            found = library.tag_by_id(tx, actor.project_id, tag_id)
            if found is None:
                raise NotFound()
            word = found.tag if tag is None else clean_tag(tag, "tag")
            changed = structs.replace(found, tag=word, color=_colour(color) or found.color, updated_at=now())

            library.update_tag(tx, actor.project_id, changed)
            events.record(tx, actor, changed.updated_at, Event(EventName.TAG_UPDATE, subject_id=tag_id))
    except Unique:
        raise Conflict("there is such a tag", "name_taken") from None
    return changed


@retried
def delete_tag(db: Database, actor: Agent, tag_id: str) -> None:
    """Take a tag out of the library. Raises NotFound, Forbidden."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        if not library.delete_tag(tx, actor.project_id, tag_id):
            raise NotFound()

        events.record(tx, actor, now(), Event(EventName.TAG_DELETE, subject_id=tag_id))


def _colour(color: Json) -> str | None:
    text = clean_text(color, "color", 30)
    if text is not None and not re.fullmatch(r"#[0-9A-Fa-f]{3,8}|[a-zA-Z]{1,30}", text):
        raise Invalid(Problem("must be a colour like #1f6feb", "color"))
    return text
