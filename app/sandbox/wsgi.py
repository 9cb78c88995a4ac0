"""The platform as a WSGI app: which address does what.

What is here: `create_sandbox`, the way of one request through ledger, fault and system, and the addresses for
looking at and steering the sandbox. What is not: any one system (`optoro.py` and its later neighbours), and
the server (`serving.py`).
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from app.sandbox.contract import LARGEST_BODY, Call, System
from app.sandbox.faults import BadFaultError, FaultQueue, read_fault
from app.sandbox.index_page import MOST_SHOWN, STYLE, index_page
from app.sandbox.ledger import Arrival, Ledger
from app.sandbox.mailbox import MAIL_HEADERS, Mail, as_data, mailbox_page
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
from app.sandbox.strict_json import NotJsonError, read_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET_PATHS = frozenset({TOKEN_PATH, SIGN_IN_PATH})  # who asks there, or is answered, tells a secret
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}

ADDRESSES = Map(
    [
        Rule("/", methods=["GET"], endpoint="show_index"),
        Rule("/sandbox.css", methods=["GET"], endpoint="show_style"),
        Rule("/health", methods=["GET"], endpoint="show_health"),
        Rule("/ledger", methods=["GET"], endpoint="show_ledger"),
        Rule("/ledger", methods=["DELETE"], endpoint="clear_ledger"),
        Rule("/mailbox", methods=["GET"], endpoint="show_mailbox"),
        Rule("/mailbox.json", methods=["GET"], endpoint="show_mails"),
        Rule("/mailbox/<int:number>", methods=["GET"], endpoint="show_mail"),
        Rule("/mailbox/<int:number>/text", methods=["GET"], endpoint="show_mail_text"),
        Rule("/faults", methods=["GET"], endpoint="show_faults"),
        Rule("/faults", methods=["POST"], endpoint="add_fault"),
        Rule("/faults", methods=["DELETE"], endpoint="clear_faults"),
        Rule("/settings", methods=["GET"], endpoint="show_settings"),
        Rule("/settings", methods=["POST"], endpoint="change_settings"),
        Rule("/settings", methods=["DELETE"], endpoint="reset_settings"),
    ]
)


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
            cards,
        )
        self.systems = {system.name: system for system in systems}
        self._now = now
        self._pause = pause
        self._hosted = HostedPages(account, lambda: cards.current, now, pause)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY + 1  # see _read_body
        try:
            response = self._respond(request)
        except HTTPException as error:
            response = _json({"message": error.description}, error.code or 500)
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
        endpoint, values = ADDRESSES.bind_to_environ(request.environ).match()
        answer: Response = getattr(self, f"_{endpoint}")(request, **values)
        return answer

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

    def _show_index(self, _request: Request) -> Response:
        page = index_page(
            systems=self.systems,
            requests=self.ledger.requests(last=MOST_SHOWN),
            orders=self.ledger.order_count(),
            faults=len(self.faults.waiting()),
        )
        return Response(page, mimetype="text/html", headers=PAGE_HEADERS)

    def _show_style(self, _request: Request) -> Response:
        return Response(STYLE, mimetype="text/css")

    def _show_health(self, _request: Request) -> Response:
        return _json({"status": "ok", "systems": sorted(self.systems)})

    def _show_ledger(self, _request: Request) -> Response:
        return _json({"requests": self.ledger.requests(), "orders": self.ledger.order_count()})

    def _clear_ledger(self, _request: Request) -> Response:
        self.ledger.clear()
        return Response(status=204)

    def _show_mailbox(self, _request: Request) -> Response:
        page = mailbox_page(self.ledger.mails(last=MOST_SHOWN))
        return Response(page, mimetype="text/html", headers=PAGE_HEADERS)

    def _show_mails(self, _request: Request) -> Response:
        return _json({"mails": [as_data(mail) for mail in self.ledger.mails()]})

    def _show_mail(self, _request: Request, number: int) -> Response:
        mail = self._mail(number)
        return Response(mail.body("html"), mimetype="text/html", headers=MAIL_HEADERS)

    def _show_mail_text(self, _request: Request, number: int) -> Response:
        mail = self._mail(number)
        return Response(mail.body("plain"), mimetype="text/plain", headers=MAIL_HEADERS)

    def _mail(self, number: int) -> Mail:
        for mail in self.ledger.mails(number=number):
            return mail
        raise NotFound("No mail has this number.")

    def _show_faults(self, _request: Request) -> Response:
        return _json({"faults": self.faults.waiting()})

    def _add_fault(self, request: Request) -> Response:
        try:
            self.faults.add(read_fault(_read_json(request), self.systems))
        except BadFaultError as error:
            return _json({"message": str(error), "errors": error.reasons}, 422)
        return _json({"faults": self.faults.waiting()}, 201)

    def _clear_faults(self, _request: Request) -> Response:
        self.faults.clear()
        return Response(status=204)

    def _show_settings(self, _request: Request) -> Response:
        return _json({name: system.settings() for name, system in self.systems.items()})

    def _change_settings(self, request: Request) -> Response:
        wanted = _read_json(request)
        if not isinstance(wanted, dict) or wanted.get("system") not in list(self.systems):
            return _json({"message": f"system must be one of: {', '.join(sorted(self.systems))}."}, 422)
        system = self.systems[wanted.pop("system")]
        problems = system.configure(wanted)
        if problems:
            errors = [problem._asdict() for problem in problems]
            return _json({"message": "These settings cannot be taken.", "errors": errors}, 422)
        return _json(system.settings())

    def _reset_settings(self, _request: Request) -> Response:
        for system in self.systems.values():
            system.reset()
        return Response(status=204)


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


def _read_json(request: Request) -> Any:
    """The body of a steering request. A page in a browser cannot send this content type unasked."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send application/json.")
    try:
        return read_json(request.get_data())
    except NotJsonError as error:
        refusal = HTTPException(str(error))
        refusal.code = 400
        raise refusal from error


def _masked(headers: Headers, secret: frozenset[str]) -> Mapping[str, str]:
    """The scheme of a credential stays, since telling Basic from Bearer helps and gives nothing away."""
    return {name: _mask(value) if name.lower() in secret else value for name, value in headers.items()}


def _mask(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} ***" if space else "***"


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")
