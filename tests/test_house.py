"""The rules of the house that a program can hold."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from rolodesk.config import Settings
from rolodesk.domain.access import Permission
from rolodesk.domain.events import EventName

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rolodesk"
REFERENCE = (ROOT / "docs/reference.md").read_text()

# Where a database's own name may stand.
MAY_NAME_DATABASES = ("storage/dialect.py", "storage/migrations/", "config.py")

# import-linter's forbidden contracts take whole packages only; these begin a module's full name.
FORBIDDEN_TO_DOMAIN = (
    "asyncio",
    "datetime.datetime.now",
    "http",
    "httpx",
    "io",
    "jinja2",
    "litestar",
    "logging",
    "os",
    "pathlib",
    "psycopg",
    "psycopg_pool",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "structlog",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
    "uvicorn",
    "websockets",
)

# Functions of the storage, or whole modules of it, that need no project; the reason stands beside each.
GLOBAL = {
    "accounts": "the tables installation, users and sessions belong to no project",
    "campaigns.with_work": "tells which campaigns there is work for",
    "emitted.projects_with_old": "tells which projects there is work for",
    "events.record": "the transaction knows its project",
    "mails.due": "tells which mails of all projects are to go out",
    "mails.forget_texts": "what is old is forgotten everywhere alike",
    "members.all_of_user": "tells which projects a user may choose from",
    "members.end_all_of_user": "somebody leaves every project at once",
    "password_resets": "ways back are of people, and so of no project",
    "projects.add": "there is no project yet",
    "projects.of_user": "tells which projects a user may choose from",
    "projects.update": "the project itself is handed in",
    "removal.condemned": "tells which projects there is work for",
    "removal.tables": "the tables are the same for every project",
    "runs.projects_by_night": "tells which projects there is work for",
    "runs.projects_to_look": "tells which projects there is work for",
    "runs.projects_to_run": "tells which projects there is work for",
    "webhooks.hooks_to_send": "tells which hooks there is work for",
    "webhooks.projects_listening": "tells which projects there is work for",
    "webhooks.projects_with_ended": "tells which projects there is work for",
    "webhooks.projects_with_hooks": "tells which projects there is work for",
}
WAYS_TO_DATA = {"tx", "db", "database", "connection", "ReadTx", "WriteTx", "Database", "Connection"}
NOT_SCOPED = {"database.py", "dialect.py", "__init__.py"}


def test_every_import_points_down():
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("domain/planted.py", "import rolodesk.storage.database"),
        ("domain/planted.py", "import sqlite3"),
        ("storage/planted.py", "import rolodesk.usecases.planted"),
        ("usecases/planted.py", "import rolodesk.web.planted"),
        ("usecases/planted.py", "import rolodesk.config"),
        ("jobs/planted.py", "import rolodesk.web.planted"),
        ("sending/planted.py", "import rolodesk.storage.planted"),
        ("web/api/planted.py", "import rolodesk.web.pages.planted"),
        ("planted.py", "import rolodesk.domain.planted"),
    ],
)
def test_a_planted_wrong_import_breaks_the_layers(tmp_path, module, line):
    shutil.copytree(PACKAGE, tmp_path / "rolodesk", ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for target in re.findall(r"rolodesk\.(\S+)", line):
        plant(tmp_path / "rolodesk" / f"{target.replace('.', '/')}.py", "")
    assert lint_imports(tmp_path).returncode == 0

    plant(tmp_path / "rolodesk" / module, line)

    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_databases_are_named_in_one_place():
    named = [
        f"{path}:{number}: {line.strip()}"
        for path, source in sources()
        if not path.startswith(MAY_NAME_DATABASES)
        for number, line in enumerate(source.splitlines(), 1)
        if re.search(r"sqlite|postgres|psycopg", line, re.IGNORECASE)
    ]

    assert named == []


def test_the_domain_imports_nothing_that_reads_or_writes():
    imported = [
        f"{path}: {name}"
        for path, source in sources("domain")
        for name in imports(source)
        if any(f"{name}.".startswith(f"{forbidden}.") for forbidden in FORBIDDEN_TO_DOMAIN)
    ]

    assert imported == []


def test_every_function_of_the_storage_takes_the_transaction_and_the_project_first():
    wrong = []
    for name, function in storage_functions():
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        is_global = {name, name.split(".")[0]} & set(GLOBAL)
        expected = ["tx"] if is_global else ["tx", "project_id"]
        if reaches_data(function) and names[: len(expected)] != expected:
            wrong.append(f"{name}({', '.join(names)})")

    assert wrong == []


def test_the_list_of_global_storage_functions_names_only_what_exists():
    functions = {name for name, _ in storage_functions()}
    modules = {name.split(".")[0] for name in functions}

    assert set(GLOBAL) <= functions | modules


@pytest.mark.parametrize("name", [f"ROLODESK_{f.name.upper()}" for f in fields(Settings)])
def test_every_setting_is_documented(name):
    assert f"`{name}`" in REFERENCE or f"`{name.removeprefix('ROLODESK_')}`" in REFERENCE


@pytest.mark.parametrize("name", [*EventName, *Permission])
def test_every_event_and_permission_is_documented(name):
    assert f"`{name.value}`" in REFERENCE


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def plant(file: Path, line: str) -> None:
    for folder in reversed(file.parents):
        if "rolodesk" in folder.parts and not (folder / "__init__.py").exists():
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
    file.write_text(f"{line}\n")


def sources(folder: str = "") -> Iterator[tuple[str, str]]:
    for file in sorted((PACKAGE / folder).rglob("*.py")):
        yield file.relative_to(PACKAGE).as_posix(), file.read_text()


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def reaches_data(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is handed a way to the database; what is not, such as a reader of rows, needs no project."""
    handed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    types = {ast.unparse(argument.annotation) for argument in handed if argument.annotation}
    return bool(WAYS_TO_DATA & ({argument.arg for argument in handed} | types))


def storage_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, source in sources("storage"):
        if Path(path).name in NOT_SCOPED:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield f"{Path(path).stem}.{node.name}", node
