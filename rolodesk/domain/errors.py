"""The few errors that a verb may raise; `web/errors.py` alone turns them into status codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolodesk.domain.json import Json


class RolodeskError(Exception):
    """An answer other than the one hoped for: a `code` for programs, a sentence for people, details as JSON."""

    def __init__(self, message: str, code: str = "", details: Mapping[str, Json] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details: Mapping[str, Json] = details or {}


class NotFound(RolodeskError):
    """No such row in this project: unknown and another project's answer alike."""

    def __init__(self, message: str = "Object not found.", code: str = "not_found") -> None:
        super().__init__(message, code)


class Gone(RolodeskError):
    """It was here and is erased."""


class Unauthenticated(RolodeskError):
    """Nobody, or nobody any more, speaks."""

    def __init__(self, message: str = "Unauthorized", code: str = "unauthorized") -> None:
        super().__init__(message, code)


class KeptOut(Unauthenticated):
    """The project is not open to the network address of whoever calls; `code` is `not_allowed` or `denied`."""

    def __init__(self, code: str) -> None:
        super().__init__("This project is not open to your network address.", code)


class Forbidden(RolodeskError):
    """Somebody speaks who may not do this."""

    def __init__(self, message: str = "you dont have the required role.", code: str = "forbidden") -> None:
        super().__init__(message, code)


class Conflict(RolodeskError):
    """The state of things forbids it."""


class Stale(RolodeskError):
    """What the caller has seen is no longer so."""


class BadProject(RolodeskError):
    """The project of the URL is none: malformed, unknown, or deleted."""


class TooLarge(RolodeskError):
    """More than is taken."""


class TooMany(RolodeskError):
    """Too often: `retry_after` says in how many seconds to try again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, "too_many_requests")
        self.retry_after = retry_after


class Problem:
    """One thing wrong with the input: what, at which parameter, where (`body`, `query`, `path`)."""

    def __init__(self, msg: str, param: str, location: str = "body") -> None:
        self.msg = msg
        self.param = param
        self.location = location


class Invalid(RolodeskError):
    """The input is wrong; every problem is named."""

    def __init__(self, problems: Sequence[Problem] | Problem, code: str = "invalid") -> None:
        listed = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__(listed[0].msg if len(listed) == 1 else "Invalid values", code)
        self.problems = listed
