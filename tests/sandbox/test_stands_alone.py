"""The sandbox on its own: it borrows nothing of the portal, starts from the command line, stops cleanly."""

import ast
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from app.sandbox import create_sandbox
from app.sandbox.serving import NotLoopbackError, listen
from tests.sandbox.bodies import order
from tests.sandbox.conftest import HEADERS

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "app" / "sandbox").rglob("*.py"))
ALLOWED = {"app.sandbox", "werkzeug", "_typeshed", *sys.stdlib_module_names}

# An `app` package that is only a place to look in: importing the real one would bring the portal along.
IMPORT_ALL = """
import importlib, pathlib, sys, types
app = types.ModuleType("app")
app.__path__ = ["app"]
sys.modules["app"] = app
for source in pathlib.Path("app/sandbox").rglob("*.py"):
    importlib.import_module(".".join(source.with_suffix("").parts))
loaded = set(sys.modules)
print(*(name for name in loaded if name.startswith("app.") and not name.startswith("app.sandbox")))
print(*(loaded & {"flask", "sqlalchemy", "jsonschema", "pydantic", "httpx2"}))
"""


def imported_by(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_file_imports_only_the_library_werkzeug_and_its_neighbours(source: Path) -> None:
    for name in imported_by(source):
        top = (
            "app.sandbox" if name == "app.sandbox" or name.startswith("app.sandbox.") else name.split(".")[0]
        )
        assert top in ALLOWED, f"{source.name} imports {name}"


def test_it_runs_without_the_portal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n") == ["", "", ""]


@contextmanager
def started(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process of its own, with the address it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().rpartition(" ")[2].strip()
    finally:
        process.kill()
        process.communicate(timeout=30)


def place(url: str) -> httpx2.Response:
    return httpx2.post(f"{url}/optoro/exchange_orders", json=order(), headers=HEADERS, trust_env=False)


def test_cutting_a_connection_is_no_error_to_the_server() -> None:
    with started("--port", "0") as (process, url):
        httpx2.post(f"{url}/faults", json={"system": "optoro", "kind": "reset"}, trust_env=False)
        with pytest.raises(httpx2.TransportError):
            place(url)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_stops_cleanly_and_remembers(tmp_path: Path, ending: signal.Signals) -> None:
    state = str(tmp_path / "sandbox.sqlite")
    with started("--port", "0", "--state", state) as (process, url):
        first = place(url)
        assert first.status_code == 200
        process.send_signal(ending)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with started("--port", "0", "--state", state) as (process, url):
        assert place(url).content == first.content
        process.kill()
        process.wait(timeout=30)
    with started("--port", "0", "--state", state) as (_, url):
        assert httpx2.get(f"{url}/ledger", trust_env=False).json()["orders"] == 1


def test_the_port_comes_from_the_environment_when_it_is_not_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with started(SANDBOX_PORT=str(port)) as (_, url):
        assert url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "not a loopback address"),  # noqa: S104 (refused is the point)
        (["--host", "example.test"], "not a loopback address"),
        (["--port", "65536"], "not a port number"),
        (["--port", "no"], "not a port number"),
        (["--state", str(ROOT / "app")], "cannot be used"),
    ],
)
def test_a_start_that_cannot_work_is_refused_in_plain_words(arguments: list[str], words: str) -> None:
    with started(*arguments) as (process, _):
        assert process.wait(timeout=30) == 2
        assert process.stderr is not None
        said = process.stderr.read()
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", ""])  # noqa: S104 (refused is the point)
def test_it_never_listens_to_the_network(host: str) -> None:
    with pytest.raises(NotLoopbackError):
        listen(create_sandbox(), host, 0)
