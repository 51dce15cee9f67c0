"""Mails: on their way, gone, or not delivered."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.ids import ConversationId, ProjectId
from rolodesk.domain.mail import Letter, Mail, MailKind, MailState
from rolodesk.storage.database import ReadTx, Row, WriteTx


def add(tx: WriteTx, project_id: ProjectId, mail: Mail, recipient_key: str) -> None:
    tx.run(
        "INSERT INTO mails (project_id, id, kind, recipient, recipient_key, subject, text, from_name, reply_to,"
        " conversation_id, about_id, asked_by, created_at, since, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, mail.id, mail.kind.value, mail.recipient, recipient_key, mail.letter.subject),
        *(mail.letter.text, mail.from_name, mail.letter.reply_to, mail.conversation_id, mail.about_id),
        *(mail.asked_by, mail.created_at, mail.since, mail.next_at),
    )


def get(tx: ReadTx, project_id: ProjectId, mail_id: str) -> Mail | None:
    row = tx.one("SELECT * FROM mails WHERE project_id = ? AND id = ?", project_id, mail_id)
    return _mail(row) if row else None


def of_conversation(
    tx: ReadTx, project_id: ProjectId, conversation_id: ConversationId, limit: int
) -> list[Mail]:
    """The newest mails about a conversation, oldest first."""
    rows = tx.all(
        "SELECT * FROM mails WHERE project_id = ? AND conversation_id = ? ORDER BY created_at DESC, id DESC LIMIT ?",
        *(project_id, conversation_id, limit),
    )
    return [_mail(row) for row in reversed(rows)]


def about(tx: ReadTx, project_id: ProjectId, ids: Sequence[str]) -> dict[str, Mail]:
    """The newest mail about each of these."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        f"SELECT * FROM mails WHERE project_id = ? AND about_id IN ({marks}) ORDER BY created_at, id",
        *(project_id, *ids),
    )
    return {row["about_id"]: _mail(row) for row in rows}


def newest(
    tx: ReadTx, project_id: ProjectId, state: MailState | None, before: tuple[int, str] | None, limit: int
) -> list[Mail]:
    """The project's mails, of one state if it is given, newest first; `before` is the time and the id of one."""
    where = "project_id = ?"
    args: list[object] = [project_id]
    if state is not None:
        where += " AND state = ?"
        args.append(state.value)
    if before is not None:
        where += " AND (created_at, id) < (?, ?)"
        args += before
    rows = tx.all(
        f"SELECT * FROM mails WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ?", *args, limit
    )
    return [_mail(row) for row in rows]


def count(tx: ReadTx, project_id: ProjectId, state: MailState, most: int) -> int:
    """How many are in that state, counted up to `most`."""
    row = tx.one(
        "SELECT count(*) AS n FROM (SELECT 1 FROM mails WHERE project_id = ? AND state = ? LIMIT ?) AS found",
        *(project_id, state.value, most),
    )
    return row["n"] if row else 0


def due(tx: ReadTx, now: int, limit: int) -> list[tuple[ProjectId, str]]:
    """The mails of all projects whose time has come and that nobody has claimed, longest due first."""
    rows = tx.all(
        "SELECT project_id, id FROM mails WHERE state = 'waiting' AND next_at <= ?"
        " AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY next_at, id LIMIT ?",
        *(now, now, limit),
    )
    return [(row["project_id"], row["id"]) for row in rows]


def claim(tx: WriteTx, project_id: ProjectId, mail_id: str, now: int, until: int) -> bool:
    """Whether it is ours until then: of several who claim it at once the database lets one."""
    return bool(
        tx.run(
            "UPDATE mails SET claimed_until = ?, attempts = attempts + 1 WHERE project_id = ? AND id = ?"
            " AND state = 'waiting' AND next_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)",
            *(until, project_id, mail_id, now, now),
        )
    )


def end(
    tx: WriteTx, project_id: ProjectId, mail: Mail, state: MailState, error: str | None, now: int, keep: bool
) -> bool:
    """It has gone, or never will, by the try that `mail` was claimed for; without `keep` nobody needs its text."""
    text = "text" if keep else "''"
    return bool(
        tx.run(
            f"UPDATE mails SET state = ?, error = ?, ended_at = ?, claimed_until = NULL, text = {text}"
            " WHERE project_id = ? AND id = ? AND state = 'waiting' AND attempts = ?",
            *(state.value, error, now, project_id, mail.id, mail.attempts),
        )
    )


def put_off(tx: WriteTx, project_id: ProjectId, mail: Mail, error: str, next_at: int) -> bool:
    """It is to be tried again then."""
    return bool(
        tx.run(
            "UPDATE mails SET error = ?, next_at = ?, claimed_until = NULL"
            " WHERE project_id = ? AND id = ? AND state = 'waiting' AND attempts = ?",
            *(error, next_at, project_id, mail.id, mail.attempts),
        )
    )


def begin_again(tx: WriteTx, project_id: ProjectId, mail_id: str, now: int) -> bool:
    """Whether it had failed, is known whole, and waits again."""
    return bool(
        tx.run(
            "UPDATE mails SET state = 'waiting', attempts = 0, since = ?, next_at = ?, ended_at = NULL"
            " WHERE project_id = ? AND id = ? AND state = 'failed' AND text <> ''",
            *(now, now, project_id, mail_id),
        )
    )


def forget_texts(tx: WriteTx, before: int) -> int:
    """Empty what was written before then and is not on its way any more; how many."""
    return tx.run(
        "UPDATE mails SET subject = '', text = '' WHERE state <> 'waiting' AND text <> '' AND created_at < ?",
        before,
    )


def erase_to(tx: WriteTx, project_id: ProjectId, keys: Sequence[str]) -> None:
    """Delete every mail to these addresses."""
    for key in keys:
        tx.run("DELETE FROM mails WHERE project_id = ? AND recipient_key = ?", project_id, key)


def delete(tx: WriteTx, project_id: ProjectId, mail_id: str) -> None:
    tx.run("DELETE FROM mails WHERE project_id = ? AND id = ?", project_id, mail_id)


def _mail(row: Row) -> Mail:
    return Mail(
        *(row["project_id"], row["id"], MailKind(row["kind"]), row["recipient"]),
        Letter(row["subject"], row["text"], row["reply_to"]),
        *(row["asked_by"], row["created_at"], row["since"], row["next_at"], row["from_name"]),
        row["conversation_id"],
        row["about_id"],
        MailState(row["state"]),
        row["attempts"],
        row["error"],
        row["ended_at"],
    )
