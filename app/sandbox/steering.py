"""Looking at the sandbox and steering it: its index, ledger and mailbox, and faults and settings to be set.

What is here: everything at an address of the sandbox's own. What is not: the systems it stands in for, and
the pages that shoppers pay on (`payments_visits.py`).
"""

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from app.sandbox.contract import System
from app.sandbox.faults import BadFaultError, FaultQueue, read_fault
from app.sandbox.index_page import MOST_SHOWN, STYLE, index_page
from app.sandbox.ledger import Ledger
from app.sandbox.mailbox import MAIL_HEADERS, Mail, as_data, mailbox_page
from app.sandbox.strict_json import NotJsonError, read_json

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


class Steering:
    """The sandbox's own addresses."""

    def __init__(self, ledger: Ledger, faults: FaultQueue, systems: Mapping[str, System]) -> None:
        self.ledger = ledger
        self.faults = faults
        self.systems = systems

    def respond(self, request: Request) -> Response:
        """The answer at one of `ADDRESSES`. Raises HTTPException."""
        endpoint, values = ADDRESSES.bind_to_environ(request.environ).match()
        answer: Response = getattr(self, f"_{endpoint}")(request, **values)
        return answer

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
        return as_json({"status": "ok", "systems": sorted(self.systems)})

    def _show_ledger(self, _request: Request) -> Response:
        return as_json({"requests": self.ledger.requests(), "orders": self.ledger.order_count()})

    def _clear_ledger(self, _request: Request) -> Response:
        self.ledger.clear()
        return Response(status=204)

    def _show_mailbox(self, _request: Request) -> Response:
        page = mailbox_page(self.ledger.mails(last=MOST_SHOWN))
        return Response(page, mimetype="text/html", headers=PAGE_HEADERS)

    def _show_mails(self, _request: Request) -> Response:
        return as_json({"mails": [as_data(mail) for mail in self.ledger.mails()]})

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
        return as_json({"faults": self.faults.waiting()})

    def _add_fault(self, request: Request) -> Response:
        try:
            self.faults.add(read_fault(_read_json(request), self.systems))
        except BadFaultError as error:
            return as_json({"message": str(error), "errors": error.reasons}, 422)
        return as_json({"faults": self.faults.waiting()}, 201)

    def _clear_faults(self, _request: Request) -> Response:
        self.faults.clear()
        return Response(status=204)

    def _show_settings(self, _request: Request) -> Response:
        return as_json({name: system.settings() for name, system in self.systems.items()})

    def _change_settings(self, request: Request) -> Response:
        wanted = _read_json(request)
        if not isinstance(wanted, dict) or wanted.get("system") not in list(self.systems):
            return as_json({"message": f"system must be one of: {', '.join(sorted(self.systems))}."}, 422)
        system = self.systems[wanted.pop("system")]
        problems = system.configure(wanted)
        if problems:
            errors = [problem._asdict() for problem in problems]
            return as_json({"message": "These settings cannot be taken.", "errors": errors}, 422)
        return as_json(system.settings())

    def _reset_settings(self, _request: Request) -> Response:
        for system in self.systems.values():
            system.reset()
        return Response(status=204)


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


def as_json(content: Mapping[str, object], status: int = 200) -> Response:
    """An answer of JSON."""
    return Response(json.dumps(content), status, mimetype="application/json")
