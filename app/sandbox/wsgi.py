"""The platform as a WSGI app: which address does what.

What is here: `create_sandbox`, and the way of one request through ledger, fault and system. What is not: any
one system (`optoro.py` and its later neighbours), what is looked at and steered (`steering.py`), and the
server (`serving.py`).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from app.sandbox.contract import LARGEST_BODY, Call, System
from app.sandbox.faults import FaultQueue
from app.sandbox.gift_cards import CardMaker
from app.sandbox.ledger import Arrival, Ledger
from app.sandbox.medusa import MedusaServer
from app.sandbox.medusa_sign_in import SIGN_IN_PATH
from app.sandbox.misbehaviour import Outcome, Pause, carry_out, cut, dripped, reachable_socket
from app.sandbox.oauth import TOKEN_PATH
from app.sandbox.optoro import OptoroMerchant
from app.sandbox.payments import CardsServer
from app.sandbox.payments_account import CardAccount
from app.sandbox.payments_visits import HostedPages
from app.sandbox.ravelin import RavelinServer
from app.sandbox.stateset import StateSetServer
from app.sandbox.steering import Steering, as_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET_PATHS = frozenset({TOKEN_PATH, SIGN_IN_PATH})  # who asks there, or is answered, tells a secret
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})


def create_sandbox(
    state: str | Path | None = None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    pause: Pause = time.sleep,
) -> "Sandbox":
    """A fresh platform. `state` names the SQLite file that outlives it; without one all is in memory."""
    return Sandbox(Ledger(state), now=now, pause=pause)


class Sandbox:
    """The WSGI app. Each request to a system is written down before its answer leaves."""

    def __init__(self, ledger: Ledger, *, now: Callable[[], datetime], pause: Pause) -> None:
        self.ledger = ledger
        self.faults = FaultQueue()
        account = CardAccount(ledger, now)
        cards = CardsServer(ledger, account)
        systems: tuple[System, ...] = (
            OptoroMerchant(ledger, now),
            MedusaServer(),
            StateSetServer(ledger),
            RavelinServer(ledger),
            CardMaker(ledger, now),
            cards,
        )
        self.systems = {system.name: system for system in systems}
        self._steering = Steering(ledger, self.faults, self.systems)
        self._now = now
        self._pause = pause
        self._hosted = HostedPages(account, lambda: cards.current, now, pause)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY + 1  # see _read_body
        try:
            response = self._respond(request)
        except HTTPException as error:
            response = as_json({"message": error.description}, error.code or 500)
            response.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
        return response(environ, start_response)

    def keep_mail(self, _sender: str, recipients: list[str], raw: bytes) -> None:
        """Put a mail into the mailbox."""
        self.ledger.keep_mail(self._now(), recipients, raw)

    def close(self) -> None:
        """Tell nobody anything more, and let go of the state file."""
        self._hosted.close()
        self.ledger.close()

    def _respond(self, request: Request) -> Response:
        first, _, rest = request.path.lstrip("/").partition("/")
        system = self.systems.get(first)
        if system is not None:
            return self._call(system, f"/{rest}", request)
        if first == "pay":
            return self._hosted.respond(request)
        return self._steering.respond(request)

    def _call(self, system: System, path: str, request: Request) -> Response:
        call = Call(request.method, path, request.headers, _read_body(request), request.args.to_dict())
        number = self.ledger.arrived(
            Arrival(
                at=self._now(),
                system=system.name,
                method=call.method,
                path=request.full_path.rstrip("?"),
                headers=_masked(request.headers, SECRET_HEADERS | system.secret_headers()),
                body=b"" if path in SECRET_PATHS else call.body,
            )
        )
        fault = self.faults.take(system.name)
        connection = reachable_socket(fault, request.environ)
        outcome = carry_out(fault, lambda: system.answer(call), self._pause)
        self.ledger.answered(
            number,
            status=outcome.status,
            reply=None if outcome.status is None or path in SECRET_PATHS else outcome.body.decode(),
            replayed=outcome.replayed,
            fault=None if fault is None else fault.kind,
        )
        if connection is not None:
            raise cut(connection)
        return self._sent(outcome)

    def _sent(self, outcome: Outcome) -> Response:
        response = Response(dripped(outcome, self._pause), outcome.status)
        response.headers.update(outcome.headers)
        if outcome.status not in (204, 304):
            response.content_length = len(outcome.body)
        return response


def _read_body(request: Request) -> bytes | None:
    """The bytes, or None when there are more than the limit.

    One byte beyond the limit is let in, because a body of unannounced length is cut off there in silence:
    what reaches that byte was too long.
    """
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    return body if len(body) <= LARGEST_BODY else None


def _masked(headers: Headers, secret: frozenset[str]) -> Mapping[str, str]:
    """The scheme of a credential stays, since telling Basic from Bearer helps and gives nothing away."""
    return {name: _mask(value) if name.lower() in secret else value for name, value in headers.items()}


def _mask(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} ***" if space else "***"
