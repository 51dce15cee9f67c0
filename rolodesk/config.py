"""The settings of an installation, read once from the environment; a secret `X` may also stand in a file `X_FILE`."""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from rolodesk.sending.smtp import parse_sender, parse_server

PREFIX = "ROLODESK_"
SIGN_UP_MODES = ("first", "open", "invite")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


class BadSetting(Exception):
    """A setting that cannot be used, with a sentence that names it."""


@dataclass(frozen=True)
class Brand:
    """What the installation is called and looks like to people."""

    name: str = "Rolodesk"
    logo: str = ""
    favicon: str = ""
    accent: str = "#4f46e5"
    accent_dark: str = "#a5b4fc"
    sender: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings. Each field is read from ROLODESK_<FIELD>; `host` and `port` from HOST and PORT."""

    database: str = "sqlite:///rolodesk.db"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    sign_up: str = "first"
    threads: int = 16
    body_limit: int = 500_000
    rate_anonymous: int = 60
    rate_sign_in: int = 10
    rate_messages: int = 20
    rate_messages_burst: int = 200
    rate_emails: int = 60
    rate_resets: int = 5
    webhooks_private: bool = False
    smtp_url: str = field(default="", repr=False)
    log_level: str = "info"
    brand: Brand = field(default_factory=Brand)

    @property
    def is_local(self) -> bool:
        """Whether this machine alone can reach the server."""
        try:
            return not self.public_url and ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def address(self) -> str:
        """The address to print: the public one if there is one."""
        if self.public_url:
            return self.public_url
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 - what to show for it
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def read(environment: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """The settings of the environment, with `overrides` from the command line. Raises BadSetting.

    A name that begins with ROLODESK_ and is no setting is refused: it would be a typo.
    """
    given = _named(environment)
    known = {f.name for f in fields(Settings)}
    if unknown := sorted(given.keys() - known):
        raise BadSetting(f"unknown setting {PREFIX}{unknown[0].upper()}")
    values: dict[str, object] = {name: _parsed(name, text) for name, text in given.items()}
    values |= {name: value for name, value in overrides.items() if value is not None}
    settings = Settings(**values)  # type: ignore[arg-type]
    _check(settings)
    return settings


def _named(environment: Mapping[str, str]) -> dict[str, str]:
    found = {name.lower(): environment[name] for name in ("HOST", "PORT") if environment.get(name)}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name.startswith(f"{PREFIX}TEST_"):
            continue
        key = name.removeprefix(PREFIX).lower()
        if key.endswith("_file"):
            key = key.removesuffix("_file")
            try:
                text = Path(text).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                raise BadSetting(f"{name}: cannot read {text}: {error}") from error
            if f"{PREFIX}{key.upper()}" in environment:
                raise BadSetting(f"{PREFIX}{key.upper()} is given twice: itself and as {name}")
        found[key] = text
    return found


def _parsed(name: str, text: str) -> object:
    if name == "brand":
        return read_brand(Path(text))
    if name == "trusted_proxies":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(getattr(Settings, name), bool):
        if text.strip().lower() not in ("true", "false"):
            raise BadSetting(f"{_shown(name)} must be true or false, not {text!r}")
        return text.strip().lower() == "true"
    if isinstance(getattr(Settings, name), int):
        try:
            return int(text)
        except ValueError:
            raise BadSetting(f"{_shown(name)} must be a whole number, not {text!r}") from None
    return text.strip()


def read_brand(path: Path) -> Brand:
    """The brand from a TOML file with keys of Brand. Raises BadSetting."""
    try:
        values = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{PREFIX}BRAND: cannot read {path}: {error}") from error
    known = {f.name for f in fields(Brand)}
    for name, value in values.items():
        if name not in known or not isinstance(value, str):
            raise BadSetting(
                f"{PREFIX}BRAND: {name} in {path} is no brand setting; there are {', '.join(sorted(known))}"
            )
    for name in ("accent", "accent_dark"):
        if name in values and not re.fullmatch(r"#[0-9A-Fa-f]{6}", values[name]):
            raise BadSetting(f"{PREFIX}BRAND: {name} must be a colour like #4f46e5")
    return Brand(**values)


def _check(settings: Settings) -> None:
    if not 0 <= settings.port <= 65_535:
        raise BadSetting("PORT must be from 0 to 65535")
    for name in (
        "workers",
        "threads",
        "body_limit",
        "rate_anonymous",
        "rate_sign_in",
        "rate_messages",
        "rate_messages_burst",
        "rate_emails",
        "rate_resets",
    ):
        if getattr(settings, name) < 1:
            raise BadSetting(f"{_shown(name)} must be 1 or more")
    if settings.sign_up not in SIGN_UP_MODES:
        raise BadSetting(f"{PREFIX}SIGN_UP must be one of {', '.join(SIGN_UP_MODES)}")
    if settings.log_level.lower() not in LOG_LEVELS:
        raise BadSetting(f"{PREFIX}LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    if settings.public_url and not re.fullmatch(r"https?://[^/\s]+", settings.public_url):
        raise BadSetting(f"{PREFIX}PUBLIC_URL must be like https://chat.example.com, without a path")
    if settings.smtp_url:
        _check_mail(settings)
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise BadSetting(f"{PREFIX}TRUSTED_PROXIES: {proxy} is no address or network") from None


def _check_mail(settings: Settings) -> None:
    """What mails need: a server, a sender, and an address for the links in them that no visitor can choose."""
    try:
        parse_server(settings.smtp_url)
    except ValueError as error:
        raise BadSetting(f"{PREFIX}SMTP_URL {error}") from None
    if not settings.brand.sender:
        raise BadSetting(
            f"{PREFIX}SMTP_URL needs a sender: `sender` in the file that {PREFIX}BRAND names, as"
            ' sender = "Support <support@example.com>"'
        )
    try:
        parse_sender(settings.brand.sender)
    except ValueError as error:
        raise BadSetting(f"{PREFIX}BRAND: sender {error}") from None
    if not settings.public_url and not settings.is_local:
        raise BadSetting(f"{PREFIX}SMTP_URL needs {PREFIX}PUBLIC_URL: emails hold links to this installation")


def _shown(name: str) -> str:
    return name.upper() if name in ("host", "port") else PREFIX + name.upper()
