"""Starting localstripe: in an environment of its own in var/, on loopback only, with nothing kept on disk."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

WANTED = Path(__file__).parent / "requirements.txt"
HOME = Path(__file__).parents[2] / "var" / "stripe-local"
KEY = "sk_test_only_for_tests"
LONGEST_START = 30
RUN = """
import sys
from aiohttp import web
from localstripe import server
server.store.dump_to_disk = lambda: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


@dataclass(frozen=True)
class LocalStripe:
    """The simulator at `url`, and what a shop's customers and an operator do there, past our connector."""

    url: str

    def post(self, path: str, **fields: str) -> dict[str, Any]:
        """What its form makes of these fields. Raises for a refusal."""
        answer = httpx2.post(
            self.url + path, data=fields, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False
        )
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def reserved(self, key: str = "") -> str:
        """A payment of 10.50 USD with a good card, reserved: its number. `key` as our capture leaves it."""
        card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2035", "cvc": "123"}
        method = self.post(
            "/v1/payment_methods", type="card", **{f"card[{name}]": text for name, text in card.items()}
        )
        made = {"amount": "1050", "currency": "usd", "payment_method": method["id"]}
        made |= {"capture_method": "manual", "confirm": "true", "metadata[evenly_key]": key}
        paid = self.post("/v1/payment_intents", **made)
        assert paid["status"] == "requires_capture", paid
        return str(paid["id"])


@contextlib.contextmanager
def local_stripe() -> Iterator[LocalStripe]:
    """The simulator, installed from PyPI on the first run. Raises RuntimeError where it does not start."""
    python = _installed()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen([python, "-c", RUN, str(port)])
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield LocalStripe(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _installed() -> Path:
    python, done = HOME / "bin" / "python", HOME / "installed.txt"
    if not done.exists() or done.read_bytes() != WANTED.read_bytes():
        venv.create(HOME, with_pip=True, clear=True)
        asked = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(WANTED)]
        subprocess.run(asked, check=True, stdout=sys.stderr)
        done.write_bytes(WANTED.read_bytes())
    return python


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(url, trust_env=False)
            return
        time.sleep(0.05)
    raise RuntimeError("localstripe does not answer")


def without(body: bytes, field: str) -> bytes:
    """The form without this field."""
    return b"&".join(part for part in body.split(b"&") if not part.startswith(field.encode()))
