"""The command `rolodesk`: serve, worker, duplicates, migrate, init, reset-password, doctor."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import structlog
import uvicorn
from litestar import Litestar
from uvicorn.supervisors import Multiprocess

from rolodesk import __version__, config
from rolodesk.batch.evaluate import Evaluation, evaluate
from rolodesk.batch.models import shipped
from rolodesk.config import BadSetting, Settings
from rolodesk.domain.access import System
from rolodesk.domain.contact import clean_text
from rolodesk.domain.errors import Invalid, RolodeskError
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.webhook import Webhook
from rolodesk.jobs import duplicates as duplicate_jobs
from rolodesk.jobs import mails as mail_jobs
from rolodesk.jobs import webhooks as webhook_jobs
from rolodesk.jobs.campaigns import Campaigning
from rolodesk.jobs.custom_events import Forgetting
from rolodesk.jobs.job import Job
from rolodesk.jobs.removals import Finishing
from rolodesk.sending import http, smtp
from rolodesk.storage.database import Database, Unavailable, migrate, pending_migrations
from rolodesk.storage.dialect import absolute_url, database_file, is_single_process, server_lock
from rolodesk.usecases import delivering, duplicate_runs, mails, match_models, projects, sign_in, training
from rolodesk.web import webhook_bodies
from rolodesk.web.app import create_app

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

NEEDS_EXTRA = "this needs the extra `duplicates`: pip install 'rolodesk[duplicates]'"
MIN_FREE = 500_000_000
MAX_SOCKET_BUFFER = 4096


class Refused(Exception):
    """Something that the operator must put right, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a problem is one line on standard error and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (BadSetting, Unavailable, Refused) as error:
        _fail(str(error))
    except Invalid as error:
        _fail("; ".join(f"{problem.param}: {problem.msg}" for problem in error.problems))
    except RolodeskError as error:
        _fail(error.message)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(message: str) -> None:
    print(f"rolodesk: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rolodesk", description="The contact CRM for live chat.")
    parser.add_argument("--version", action="version", version=f"rolodesk {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--database", help="the database's URL")
        made.set_defaults(run=run)
        return made

    serve = command("serve", run_serve, "Start the server; an empty database is made, an older one migrated.")
    serve.add_argument("--host")
    serve.add_argument("--port", type=int)
    serve.add_argument(
        "--workers", type=int, help="server processes, for a database server that several can share"
    )
    command("worker", run_worker, "Look for duplicates beside the servers of a database that several share.")
    _duplicates_parser(commands)
    command("migrate", run_migrate, "Bring the database to this release's schema.")
    init = command("init", run_init, "Make an account and a project of its own; prints JSON.")
    for name in ("email", "firstname", "lastname"):
        init.add_argument(f"--{name}", required=True)
    init.add_argument("--password", help="asked for if it is not given")
    init.add_argument("--project", required=True, metavar="NAME")
    reset = command("reset-password", run_reset_password, "Set somebody's password; their sessions end.")
    reset.add_argument("email")
    reset.add_argument("--password", help="asked for if it is not given")
    command("doctor", run_doctor, "Look at settings, database, schema and disk, and say what is wrong.")
    return parser


def _duplicates_parser(commands: Commands) -> None:
    text = "Find the same person among all contacts of a project."
    parts = commands.add_parser("duplicates", help=text, description=text).add_subparsers(
        required=True, metavar="PART"
    )
    run = parts.add_parser("run", help="Compare all contacts of a project with each other, now.")
    run.add_argument("--project", required=True, metavar="ID")
    run.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    run.add_argument("--database", help="the database's URL")
    run.set_defaults(run=run_duplicates)
    text = "Learn a model from a project's own contacts, and say how what it finds differs."
    learn = parts.add_parser("train", help=text, description=text)
    learn.add_argument("--project", required=True, metavar="ID")
    chosen = learn.add_mutually_exclusive_group()
    chosen.add_argument("--use", action="store_true", help="compare the project's contacts by it from now on")
    chosen.add_argument("--back", action="store_true", help="go back to the model that is shipped")
    learn.add_argument("--database", help="the database's URL")
    learn.set_defaults(run=run_train)
    text = "Find the duplicates in a CSV file; how well, where its column `person` says who is who."
    measure = parts.add_parser("evaluate", help=text, description=text)
    measure.add_argument("file", type=Path, metavar="FILE.csv")
    measure.add_argument("--identifying", default="", metavar="A,B", help="columns that say who somebody is")
    measure.add_argument("--country", help="two letters: where a phone without a country's code is")
    measure.add_argument(
        "--groups-out", type=Path, metavar="FILE", help="write row,group; rows counted from 0"
    )
    measure.add_argument("--pairs-out", type=Path, metavar="FILE", help="write row_a,row_b,probability")
    measure.add_argument("--json", action="store_true", help="print JSON")
    measure.set_defaults(run=run_evaluate)


def _settings(options: argparse.Namespace) -> Settings:
    chosen = {name: getattr(options, name, None) for name in ("database", "host", "port", "workers")}
    return config.read(os.environ, **chosen)


# serve


def run_serve(options: argparse.Namespace) -> None:
    """Listen, with the socket bound before anything else is begun."""
    settings = _settings(options)
    if settings.workers > 1 and is_single_process(settings.database):
        raise Refused("several workers need a database server; a database in a file has one server process")
    with server_lock(settings.database), _listening(settings) as listener:
        migrate(settings.database)
        port = listener.getsockname()[1]
        _hand_down(settings, port)
        setup = uvicorn.Config(
            "rolodesk.cli:application",
            factory=True,
            http="httptools",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=65_536,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            backlog=MAX_SOCKET_BUFFER,
            workers=settings.workers,
            timeout_graceful_shutdown=5,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_level="warning",
        )
        address = _greeting(config.read(os.environ))
        if settings.workers > 1:
            print(address, flush=True)
            Multiprocess(setup, [listener]).run()
        else:
            Server(setup, address).run(sockets=[listener])


def _greeting(settings: Settings) -> str:
    """Where it runs and, as long as there is no account, where to make the owner's."""
    said = f"Rolodesk is running on {settings.address}"
    db = Database(settings.database, pool_size=1)
    try:
        if sign_in.has_accounts(db) or settings.is_local:
            return said
        code = sign_in.setup_code(sign_in.keys(db))
    finally:
        db.close()
    return f"{said}\nMake the owner's account at {settings.address}/setup with the code {code}"


class Server(uvicorn.Server):
    """The server, which says its address once it answers."""

    def __init__(self, setup: uvicorn.Config, said: str) -> None:
        super().__init__(setup)
        self.said = said

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self.said, flush=True)


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            # At once: who reads the address may call, and waits for the answer while the server starts.
            listener.listen(MAX_SOCKET_BUFFER)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Refused(f"cannot listen on {settings.host} port {settings.port}: {reason}") from error
        listener.set_inheritable(True)
        yield listener


def _hand_down(settings: Settings, port: int) -> None:
    """Leave the settings in the environment for the server process or processes, in the place of what was there."""
    for name in (
        "DATABASE",
        "DATABASE_FILE",
        "HOST",
        "HOST_FILE",
        "PORT",
        "PORT_FILE",
        "WORKERS",
        "WORKERS_FILE",
    ):
        os.environ.pop(f"ROLODESK_{name}", None)
    os.environ |= {
        "ROLODESK_DATABASE": absolute_url(settings.database),
        "HOST": settings.host,
        "PORT": str(port),
        "ROLODESK_WORKERS": str(settings.workers),
    }


def application() -> Litestar:
    """The application by the settings of the environment."""
    settings = config.read(os.environ)
    _configure_logs(settings.log_level)
    db = Database(settings.database, pool_size=settings.threads)
    beside: list[Job] = [duplicate_jobs.Looking(db), Finishing(db), Forgetting(db), Campaigning(db)]
    if is_single_process(settings.database):
        beside.append(duplicate_jobs.Running(db, _run_apart(db)))
    beside += _mailing(settings, db)
    beside.append(_delivering(settings, db))
    return create_app(settings, db, beside)


def _mailing(settings: Settings, db: Database) -> list[Job]:
    """The job that sends mails, where a server for them is set."""
    if not settings.smtp_url:
        return []
    server, brand = smtp.parse_server(settings.smtp_url), settings.brand
    return [mail_jobs.Mailing(db, server, brand.sender, brand.name)]


def _delivering(settings: Settings, db: Database) -> Job:
    """The job that tells webhooks what has happened."""
    brand = re.sub(r"[^A-Za-z0-9._-]+", "-", settings.brand.name).strip("-") or "Webhooks"
    bodies = delivering.Bodies(
        webhook_bodies.payload,
        webhook_bodies.subscription,
        f"{brand}-Webhooks/{__version__}",
        settings.public_url,
    )

    def on_disabled(hook: Webhook) -> None:
        if settings.smtp_url:
            told = delivering.notice_of(hook, settings.address)
            mails.notify_admins(db, System(hook.project_id), told.subject, told.text)

    return webhook_jobs.Delivering(db, http.Poster(settings.webhooks_private), bodies, on_disabled)


def _run_apart(db: Database) -> Callable[[ProjectId, Callable[[], bool]], None]:
    """Do a run in a process of its own: what it needs of memory and of the interpreter is not taken from the server."""

    def run(project_id: ProjectId, is_stopped: Callable[[], bool]) -> None:
        command = [sys.executable, "-m", "rolodesk.cli", "duplicates", "run", "--project", project_id]
        with subprocess.Popen(  # noqa: S603 - our own words, and an id
            [*command, "--database", absolute_url(db.url)], stdout=subprocess.DEVNULL
        ) as child:
            while child.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(0.2)
                if is_stopped():
                    child.terminate()
        if child.returncode and not is_stopped():
            duplicate_runs.give_up(db, project_id, f"the run ended with code {child.returncode}")

    return run


def _configure_logs(level: str) -> None:
    shape = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


# worker, duplicates


def run_worker(options: argparse.Namespace) -> None:
    """Do what nobody waits for, until it is told to stop."""
    settings = _settings(options)
    if is_single_process(settings.database):
        raise Refused("a database in a file needs no worker: its server does the work")
    _configure_logs(settings.log_level)
    migrate(settings.database)
    db = Database(settings.database, pool_size=4)
    work: list[Job] = [
        duplicate_jobs.Looking(db),
        duplicate_jobs.Running(db, _run_apart(db)),
        Campaigning(db),
    ]
    work += _mailing(settings, db)
    work.append(_delivering(settings, db))
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    for job in work:
        job.start()
    print("Rolodesk's worker is running", flush=True)
    stopped.wait()
    for job in work:
        job.stop()
    db.close()


def run_duplicates(options: argparse.Namespace) -> None:
    """A run over all contacts of a project, with a line for each step."""
    if options.engine == "spark":
        raise Refused("the engine `spark` is not there yet")
    with _database(options, connections=3) as db:
        project_id = projects.boot(db, options.project).project.id
        try:
            done = duplicate_jobs.run(db, project_id, _Steps().say)
        except ImportError as error:
            raise Refused(NEEDS_EXTRA) from error
    print(f"{done.contacts} contacts, {done.found} pairs suggested, {done.merged} merged")


def run_train(options: argparse.Namespace) -> None:
    """Learn a project's own model; it is kept only if that is asked for."""
    with _database(options, connections=2) as db:
        system = System(projects.boot(db, options.project).project.id)
        if options.back:
            was = match_models.go_back(db, system)
            print("the shipped model is used from now on" if was else "the shipped model is in use")
            return
        try:
            found = training.train(db, system, _Steps().say)
        except ImportError as error:
            raise Refused(NEEDS_EXTRA) from error
        for name, one in (("shipped", found.shipped), ("learnt", found.learnt)):
            print(f"{name:8}{one.pairs:,} pairs, {one.groups:,} groups")
        print(f"{found.common:,} pairs are found by both, among {found.contacts:,} contacts")
        if options.use:
            match_models.use(db, system, found.model)
            print("the learnt model is used from now on; all contacts are looked at again")
        else:
            print("nothing is changed; with --use it is")


def run_evaluate(options: argparse.Namespace) -> None:
    """Measure on a file, without a server and without a database."""
    identifying = [name.strip() for name in options.identifying.split(",") if name.strip()]
    try:
        found = evaluate(
            options.file, shipped(), identifying, options.country, options.groups_out, options.pairs_out
        )
    except ImportError as error:
        raise Refused(NEEDS_EXTRA) from error
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from error
    print(msgspec.json.encode(found).decode() if options.json else "\n".join(_lines(found)))


def _lines(found: Evaluation) -> Iterator[str]:
    yield f"{found.rows:,} rows, {found.candidates:,} pairs compared, {found.group_count:,} groups found,"
    yield f"the largest of {found.largest_group}, in {found.seconds:.1f} s and {found.memory:,} MB"
    for name, quality in (("edges", found.edges), ("groups", found.groups), ("bcubed", found.bcubed)):
        if quality is not None:
            yield f"{name:7} precision {quality.precision:.4f}  recall {quality.recall:.4f}  f1 {quality.f1:.4f}"
    if found.share_of_oracle is not None:
        yield f"share of the best that the keys allow: {found.share_of_oracle:.4f} of f1 {found.oracle_f1:.4f}"
        yield f"expected calibration error: {found.ece:.4f}"


class _Steps:
    """A line for each step, and for each tenth of one."""

    def __init__(self) -> None:
        self._said: tuple[str, int] | None = None

    def say(self, step: str, done: float) -> None:
        now = (step, int(done * 10))
        if now != self._said:
            self._said = now
            print(f"{step} {now[1] * 10}%", flush=True)


# The other commands


def run_migrate(options: argparse.Namespace) -> None:
    """Migrate and say what was done."""
    done = migrate(_settings(options).database)
    print(f"applied {', '.join(done)}" if done else "the database is up to date")


def run_init(options: argparse.Namespace) -> None:
    """An account and a project without a browser."""
    if clean_text(options.project, "project", 200) is None:
        raise Refused("project: must not be blank")
    with _database(options) as db:
        user = sign_in.sign_up(db, options.email, _password(options), options.firstname, options.lastname)
        project = projects.create(db, sign_in.person_of(user), options.project)
    print(json.dumps({"project_id": project.id, "user_id": user.id}))


def run_reset_password(options: argparse.Namespace) -> None:
    """Set a password."""
    with _database(options) as db:
        sign_in.reset_password(db, options.email, _password(options))
    print(f"the password of {options.email} is set; their sessions have ended")


@contextlib.contextmanager
def _database(options: argparse.Namespace, connections: int = 1) -> Iterator[Database]:
    settings = _settings(options)
    migrate(settings.database)
    db = Database(settings.database, pool_size=connections)
    try:
        yield db
    finally:
        db.close()


def _password(options: argparse.Namespace) -> str:
    if options.password is not None:
        return str(options.password)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise Refused("the two passwords differ")
    return password


def run_doctor(options: argparse.Namespace) -> None:
    """Look at everything and go on after a fault, so that one run says all."""
    faults = 0
    for name, look in (
        ("settings", _look_at_settings),
        ("database", _look_at_database),
        ("schema", _look_at_schema),
        ("disk", _look_at_disk),
        ("email", _look_at_email),
    ):
        try:
            if (found := look(options)) is not None:
                print(f"ok     {name}: {found}")
        except (BadSetting, Unavailable, Refused, OSError) as error:
            faults += 1
            print(f"wrong  {name}: {' '.join(str(error).split())}")
    if faults:
        sys.exit(1)


def _look_at_settings(options: argparse.Namespace) -> str:
    settings = _settings(options)
    changed = [f.name for f in fields(settings) if getattr(settings, f.name) != getattr(Settings(), f.name)]
    return f"{settings.address}, other than by default: {', '.join(changed) or 'nothing'}"


def _look_at_database(options: argparse.Namespace) -> str:
    url = _settings(options).database
    file = database_file(url)
    if file is not None and not file.exists():
        raise Refused(f"there is no database at {file} yet; `rolodesk serve` or `rolodesk migrate` makes it")
    if file is not None and not os.access(file, os.W_OK):
        raise Refused(f"{file} cannot be written by this user")
    Database(url, pool_size=1).close()
    return str(file) if file is not None else "the server answers"


def _look_at_schema(options: argparse.Namespace) -> str:
    url = _settings(options).database
    file = database_file(url)
    if file is not None and not file.exists():
        raise Refused("not made yet")
    if pending := pending_migrations(url):
        raise Refused(f"older than this release, run `rolodesk migrate`: {', '.join(pending)}")
    return "up to date"


def _look_at_disk(options: argparse.Namespace) -> str:
    file = database_file(_settings(options).database)
    place = file.parent if file is not None else Path.cwd()
    free = shutil.disk_usage(place).free
    if free < MIN_FREE:
        raise Refused(f"only {free // 1_000_000} MB are free in {place}")
    return f"{free // 1_000_000_000} GB free in {place}"


def _look_at_email(options: argparse.Namespace) -> str | None:
    """None where no mails are sent, or the settings cannot be read, which has been said already."""
    try:
        url = _settings(options).smtp_url
    except BadSetting:
        return None
    if not url:
        return None
    server = smtp.parse_server(url)
    try:
        smtp.check(server)
    except smtp.NotSent as error:
        raise Refused(f"{server.host} port {server.port}: {error}") from error
    return f"{server.host} port {server.port} answers"


if __name__ == "__main__":
    main()
