"""Leaving for good, and who else is in one's projects."""

from __future__ import annotations

from msgspec import structs

from rolodesk.domain.access import Person, Role
from rolodesk.domain.errors import Conflict, NotFound
from rolodesk.domain.ids import is_object_id
from rolodesk.domain.mail import OF_INSTALLATION
from rolodesk.storage import accounts, members
from rolodesk.storage.accounts import User
from rolodesk.storage.database import Database, retried
from rolodesk.usecases import mails, projects, sign_in
from rolodesk.usecases.clock import now

GONE = "Former member"


def delete_account(db: Database, person: Person) -> User:
    """End the person's memberships and sessions and forget who it was: the email is free again, and what was done
    stays with a bare id. Raises Conflict `last_owner` with the projects that would be left without an owner."""
    user = sign_in.get_account(db, person)
    mine = projects.of_person(db, person)
    needed = [p for p, member in mine if member.role is Role.OWNER and _is_last_owner(db, member)]
    if needed:
        names = ", ".join(project.name for project in needed)
        raise Conflict(
            f"make somebody else owner first, or delete the project: {names}",
            "last_owner",
            {"projects": [str(project.id) for project in needed]},
        )

    for project, member in mine:
        projects.remove_member(db, sign_in.agent(db, person, project.id), member.id)
    return _close(db, user)


def _is_last_owner(db: Database, member: members.Member) -> bool:
    with db.read() as tx:
        team = members.of_project(tx, member.project_id)
    return [m.id for m in team if m.role is Role.OWNER] == [member.id]


@retried
def _close(db: Database, user: User) -> User:
    closed = structs.replace(
        user,
        email=f"{user.id}@deleted.invalid",
        firstname=GONE,
        lastname="",
        phone=None,
        language=None,
        status=0,
        password_hash="",
        updated_at=now(),
    )
    with db.write(None) as tx:
        accounts.close_user(tx, closed)
        accounts.end_sessions_of(tx, user.id)
        mails.erase(tx, OF_INSTALLATION, [user.email])
        members.end_all_of_user(tx, user.id, closed.updated_at)
    return closed


def colleague(db: Database, person: Person, user_id: str) -> User:
    """Somebody in one of the person's projects, or oneself. Raises NotFound for everybody else."""
    with db.read() as tx:
        found = accounts.user_by_id(tx, user_id) if is_object_id(user_id) else None
        mine = {member.project_id for member in members.all_of_user(tx, person.user_id)}
        theirs = {member.project_id for member in members.all_of_user(tx, found.id)} if found else set()
    if found is None or not (found.id == person.user_id or mine & theirs):
        raise NotFound()
    return found
