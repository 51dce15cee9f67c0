"""The command `rolodesk`, run as an operator runs it."""

import contextlib
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import psycopg
import pytest

from rolodesk import cli, config
from rolodesk.config import BadSetting
from tests.databases import Databases
from tests.mailbox import mailbox
from tests.web.server import COMMAND, PATIENCE, Server, environment

ACCOUNT = (
    "--email",
    "owner@example.com",
    "--firstname",
    "Olivia",
    "--lastname",
    "Owner",
    "--project",
    "Bakery",
)
PASSWORD = "correct horse battery"
STOPPED = (0, -signal.SIGTERM)


def run(
    *arguments: str, cwd: Path | None = None, typed: str = "", own_process: bool = False, **settings: Any
) -> subprocess.CompletedProcess[str]:
    """One command, in this process unless told otherwise: what it imports takes longer than what it does."""
    given = environment(**settings)
    if own_process:
        command = [COMMAND, *arguments]
        return subprocess.run(
            command, cwd=cwd, env=given, input=typed, capture_output=True, text=True, check=False
        )
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(cwd or Path.cwd()),
        mock.patch.dict(os.environ, given, clear=True),
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
    ):
        try:
            cli.main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong."""
    assert done.returncode not in (0, None), done.stdout
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("rolodesk: ")
    return lines[0]


@pytest.fixture
def file(databases: Databases) -> Iterator[str]:
    with databases.lend("sqlite") as url:
        yield url
        Path(url.removeprefix("sqlite:///") + ".lock").unlink(missing_ok=True)


# init


def test_init_makes_an_empty_database_an_account_and_a_project_and_prints_json_alone(empty_database_url):
    done = run("init", *ACCOUNT, "--password", PASSWORD, "--database", empty_database_url, own_process=True)

    assert (done.returncode, done.stderr) == (0, "")
    made = json.loads(done.stdout)
    assert set(made) == {"project_id", "user_id"}
    with Server(empty_database_url) as server:
        body = {"email": "owner@example.com", "password": PASSWORD}
        signed_in = httpx.post(f"{server.address}/api/auth/signin", json=body, timeout=PATIENCE).json()
        headers = {"Authorization": signed_in["token"]}
        path = f"/api/projects/{made['project_id']}"
        project = httpx.get(f"{server.address}{path}", headers=headers, timeout=PATIENCE).json()
    assert (signed_in["user"]["_id"], project["name"]) == (made["user_id"], "Bakery")


def test_init_reads_the_password_from_standard_input(file):
    assert run("init", *ACCOUNT, "--database", file, typed=f"{PASSWORD}\n").returncode == 0


def test_init_refuses_a_second_account_with_the_same_email(file):
    assert run("init", *ACCOUNT, "--password", PASSWORD, "--database", file).returncode == 0
    assert "already" in refused(run("init", *ACCOUNT, "--password", PASSWORD, "--database", file))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (("--password", "short"), "password"),
        (("--password", ""), "password"),
        (("--password", PASSWORD, "--email", "nope"), "email"),
        (("--password", PASSWORD, "--firstname", " "), "firstname"),
        (("--password", PASSWORD, "--project", ""), "project"),
    ],
)
def test_init_says_what_is_wrong_and_makes_nothing(file, changed, named):
    assert named in refused(run("init", *ACCOUNT, "--database", file, *changed))

    with sqlite3.connect(file.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_it_works_from_any_directory(tmp_path):
    done = run("init", *ACCOUNT, "--password", PASSWORD, cwd=tmp_path, own_process=True)

    assert done.returncode == 0
    assert (tmp_path / "rolodesk.db").exists()
    assert run("doctor", cwd=tmp_path).returncode == 0


# serve


def test_serve_makes_an_empty_database_and_says_where_it_runs(empty_database_url):
    with Server(empty_database_url) as server:
        assert httpx.get(f"{server.address}/health", timeout=PATIENCE).json()["status"] == "ok"
        assert server.stop() in STOPPED
        assert server.said() == ""


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mysql://localhost/x", "sqlite:/// or postgresql://"),
        ("nonsense", "sqlite:/// or postgresql://"),
        ("sqlite:///", "must name a file"),
        ("sqlite:////no/such/folder/x.db", "/no/such/folder"),
        ("sqlite:////dev/null/x.db", "/dev/null"),
        ("postgresql://nobody@127.0.0.1:1/none", "PostgreSQL"),
        ("postgresql://[", "PostgreSQL"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_wrong_url_is_one_clear_line(url, named, command):
    assert named in refused(run(command, "--database", url))


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path):
    (tmp_path / "x.db").write_text("not a database at all, but long enough to be looked at" * 20)

    for command in ("serve", "migrate"):
        assert "x.db" in refused(run(command, "--database", f"sqlite:///{tmp_path}/x.db"))


def test_a_port_in_use_is_one_clear_line(file):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port}" in refused(run("serve", "--database", file, "--port", port))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_a_host_that_is_not_ours_is_one_clear_line(file, host):
    assert host in refused(run("serve", "--database", file, "--host", host, "--port", "0"))


def test_a_newer_schema_is_one_clear_line(databases, database_url):
    add = "INSERT INTO schema_migrations (name, applied_at) VALUES ('9999-99-99-later', 1)"
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
            connection.execute(add)
    else:
        with psycopg.connect(database_url) as connection:
            connection.execute(add)

    for arguments in (("serve", "--port", "0"), ("migrate",), ("init", *ACCOUNT, "--password", PASSWORD)):
        assert "newer" in refused(run(*arguments, "--database", database_url))
    done = run("doctor", "--database", database_url)
    assert done.returncode == 1
    assert "wrong  schema" in done.stdout


def test_a_second_server_on_the_same_file_is_refused_but_not_after_a_kill(file):
    with Server(file) as first:
        said = refused(run("serve", "--database", file, "--port", "0"))
        assert "another server is running" in said
        assert run("migrate", "--database", file).returncode == 0
        assert run("doctor", "--database", file).returncode == 0
        first.kill()

        first.start()
        assert httpx.get(f"{first.address}/health", timeout=PATIENCE).status_code == 200


def test_several_workers_on_a_file_are_refused(file):
    assert "workers" in refused(run("serve", "--database", file, "--workers", "2"))


def test_several_workers_answer_together(databases):
    with databases.lend("postgresql") as url, Server(url, workers=2) as server:
        for _ in range(20):
            assert httpx.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200


def test_the_command_line_goes_before_the_environment(file):
    other = {"ROLODESK_PORT": "1", "PORT": "2", "ROLODESK_DATABASE": "sqlite:////no/such/folder/x.db"}
    with mock.patch.dict(os.environ, other), Server(file, clean=False) as server:
        assert server.port > 2
        assert httpx.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200


# The other commands


def test_migrate_says_what_it_did(empty_database_url):
    first = run("migrate", "--database", empty_database_url)
    second = run("migrate", "--database", empty_database_url)

    assert first.stdout.startswith("applied ")
    assert second.stdout == "the database is up to date\n"


def test_reset_password_sets_it_and_ends_the_sessions(database_url):
    run("init", *ACCOUNT, "--password", PASSWORD, "--database", database_url)
    with Server(database_url) as server, contextlib.ExitStack() as stack:
        address = f"{server.address}/api"
        old = {"email": "owner@example.com", "password": PASSWORD}
        client = stack.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))
        headers = {"Authorization": client.post("/auth/signin", json=old).json()["token"]}
        assert client.get("/users", headers=headers).status_code == 200

        done = run(
            "reset-password", "Owner@Example.com", "--database", database_url, typed="another good one\n"
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert client.get("/users", headers=headers).status_code == 401
        assert client.post("/auth/signin", json=old).status_code == 401
        new = {"email": "owner@example.com", "password": "another good one"}
        assert client.post("/auth/signin", json=new).status_code == 200


def test_reset_password_says_what_is_wrong(file):
    assert "nobody@example.com" in refused(
        run("reset-password", "nobody@example.com", "--password", PASSWORD, "--database", file)
    )
    assert "password" in refused(
        run("reset-password", "a@example.com", "--password", "x", "--database", file)
    )


def test_doctor_finds_nothing_wrong(database_url):
    done = run("doctor", "--database", database_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:6] for line in done.stdout.splitlines()] == ["ok    "] * 4


@pytest.mark.parametrize(
    ("arguments", "settings", "faults"),
    [
        (("--database", "sqlite:////no/such/x.db"), {}, {"database", "schema", "disk"}),
        (("--database", "postgresql://nobody@127.0.0.1:1/none"), {}, {"database", "schema"}),
        (("--database", "nonsense"), {}, {"database", "schema"}),
        ((), {"port": "x"}, {"settings", "database", "schema", "disk"}),
    ],
)
def test_doctor_says_all_that_is_wrong(arguments, settings, faults):
    done = run("doctor", *arguments, **settings)

    assert done.returncode == 1
    assert done.stderr == ""
    assert {
        re.split(r"\s+|:", line)[1] for line in done.stdout.splitlines() if line.startswith("wrong")
    } == faults


def test_doctor_finds_an_older_schema_and_makes_nothing(empty_database_url):
    done = run("doctor", "--database", empty_database_url)

    assert done.returncode == 1
    assert "wrong  schema" in done.stdout
    if empty_database_url.startswith("sqlite"):
        assert not Path(empty_database_url.removeprefix("sqlite:///")).exists()


# Settings


@pytest.mark.parametrize("command", ["serve", "migrate", "init"])
def test_a_setting_that_is_none_stops_every_command(command):
    more = (*ACCOUNT, "--password", PASSWORD) if command == "init" else ()
    assert "ROLODESK_DATABSE" in refused(run(command, *more, databse="sqlite:///x.db"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("PORT", "70000"),
        ("ROLODESK_WORKERS", "0"),
        ("ROLODESK_BODY_LIMIT", "-1"),
        ("ROLODESK_SIGN_UP", "always"),
        ("ROLODESK_PUBLIC_URL", "chat.example.com"),
        ("ROLODESK_PUBLIC_URL", "https://chat.example.com/path"),
        ("ROLODESK_TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
        ("ROLODESK_BRAND", "/no/such/file"),
        ("ROLODESK_DATABASE_FILE", "/no/such/file"),
        ("ROLODESK_DATABASE_FILE", "/dev"),
        ("ROLODESK_THREADS", "many"),
        ("ROLODESK_LOG_LEVEL", "loud"),
        ("ROLODESK_RATE_MESSAGES_BURST", "0"),
        ("ROLODESK_SMTP_URL", "mail.example.com"),
        ("ROLODESK_SMTP_URL", "smtp://mail.example.com"),
        ("ROLODESK_RATE_EMAILS", "0"),
        ("ROLODESK_WEBHOOKS_PRIVATE", "perhaps"),
        ("ROLODESK_", "x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        config.read({name: value})


def test_a_mail_server_is_told_in_a_file_and_its_password_never(tmp_path):
    brand, url = tmp_path / "brand.toml", tmp_path / "smtp"
    brand.write_text('sender = "Hearth <desk@example.org>"')
    given = {"ROLODESK_BRAND": str(brand), "ROLODESK_SMTP_URL_FILE": str(url)}
    url.write_text("smtp://me:geheim@mail.example.com\n")
    read = config.read(given)
    assert read.smtp_url == "smtp://me:geheim@mail.example.com"
    assert "geheim" not in repr(read)
    with pytest.raises(BadSetting, match="ROLODESK_PUBLIC_URL"):
        config.read({**given, "HOST": "0.0.0.0"})
    config.read({**given, "HOST": "0.0.0.0", "ROLODESK_PUBLIC_URL": "https://chat.example.org"})
    brand.write_text('sender = "nobody"')
    with pytest.raises(BadSetting, match="sender"):
        config.read(given)
    url.write_text("smtp://me:geheim@mail.example.com/x\n")
    said = refused(run("serve", "--port", "0", brand=brand, smtp_url_file=url))
    assert "ROLODESK_SMTP_URL" in said
    assert "geheim" not in said


def test_doctor_looks_at_the_mail_server(file, tmp_path):
    (tmp_path / "brand.toml").write_text('sender = "desk@example.org"')
    with mailbox() as box:
        settings = {"smtp_url": box.url, "brand": tmp_path / "brand.toml"}
        done = run("doctor", "--database", file, **settings)
        assert done.returncode == 0, done.stdout
        assert done.stdout.splitlines()[-1] == f"ok     email: 127.0.0.1 port {box.port} answers"
    done = run("doctor", "--database", file, **settings)
    assert done.returncode == 1
    assert "wrong  email: 127.0.0.1" in done.stdout


def test_a_setting_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "url"
    secret.write_text("postgresql://me:secret@db/rolodesk\n")

    assert (
        config.read({"ROLODESK_DATABASE_FILE": str(secret)}).database == "postgresql://me:secret@db/rolodesk"
    )


def test_a_setting_twice_is_refused(tmp_path):
    (tmp_path / "url").write_text("sqlite:///a.db")
    both = {"ROLODESK_DATABASE": "sqlite:///b.db", "ROLODESK_DATABASE_FILE": str(tmp_path / "url")}

    for given in (both, dict(reversed(both.items()))):
        with pytest.raises(BadSetting, match="ROLODESK_DATABASE"):
            config.read(given)


def test_without_a_command_it_says_how_to_use_it():
    done = run()

    assert done.returncode == 2
    assert "usage: rolodesk" in done.stderr


def test_a_server_that_is_told_to_stop_ends_soon(file):
    with Server(file) as server:
        assert httpx.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200
        began = time.monotonic()
        assert server.stop() in STOPPED
        assert time.monotonic() - began < PATIENCE
