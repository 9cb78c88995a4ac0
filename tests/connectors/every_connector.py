"""Every connector there is, each with settings, a secret and messages, talking to the pretend outside world.

What all of them have to keep is `test_every_connector`. A connector that is added to the registry and not
here makes that file fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from app.connectors.base import Connector, Done, Outcome, Refused, Reply, Request, Seals, Signs, Step
from app.connectors.reading import ProductsWanted
from app.connectors.registry import ISSUERS, LISTENERS, NOTIFIERS, PLATFORMS, SCREENERS, SOURCES
from app.connectors.results import Sealed
from app.domain.card_wish import CardWish
from app.domain.exchange_notice import ExchangeNotice
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport
from tests.connectors import medusa_cases
from tests.connectors.worked_cases import CHEAPER, MIXED, THREE_UNITS
from tests.connectors.world import World

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CANARY = "c4n4ry7f1d"
KINDS: Mapping[str, Mapping[str, type[Connector[Any]]]] = {
    "place": PLATFORMS, "screen": SCREENERS, "listen": LISTENERS, "notify": NOTIFIERS, "offer": SOURCES,
    "issue": ISSUERS,
}  # fmt: skip
ANYBODYS_SECRET = "whsec_YW55Ym9keSBtYXkga25vdyB0aGlzIHNhbmRib3gga2V5"
WISH = CardWish("msg_2", AT, "acme", "EX-7K3M9Q", "AC-1001", 12568, "USD")
NOTICE = ExchangeNotice("msg_1", 4, AT, "acme", "EX-7K3M9Q", "AC-1001", "placed", "placing", AT, AT, "X-1")


@dataclass(frozen=True)
class Example:
    """One way to use a connector. `path` is where the sandbox has its system, empty for nowhere."""

    kind: str
    system: str
    path: str
    message: Any
    secret: str | None = CANARY
    settings: Mapping[str, Any] = field(default_factory=dict)

    def connector(self, url: str, secret: str | None = None, **changed: Any) -> Connector[Any]:
        known = {"url": f"{url}{self.path}", **self.settings, **changed}
        return KINDS[self.kind][self.system].configure(known, secret or self.secret, allow_loopback=True)


def optoro(message: ExchangeReport, **settings: str) -> Example:
    known = {"optiturn_id": "Modrno", "auth": "bearer", **settings}
    return Example("place", "optoro", "/optoro", message.order, settings=known)


def ravelin(kind: str, message: ExchangeReport) -> Example:
    return Example(kind, "ravelin", "/ravelin", message, f"sk_test_{CANARY}", {"refund_abuse": True})


EXAMPLES = {
    "optoro 1": optoro(MIXED, api_version="1"),
    "optoro 2": optoro(MIXED, auth="basic", auth_user="evenly"),
    "optoro behind a header": optoro(THREE_UNITS, auth="header", auth_header="X-Api-Key"),
    "optoro with tokens": optoro(
        MIXED, auth="oauth2", oauth_url="https://id.shop.example/token", oauth_client_id="evenly"
    ),
    "medusa": Example(
        "place", "medusa", "/medusa", medusa_cases.CASES["exchange-and-gift-card"], medusa_cases.SECRET,
        {"shipping_option_id": "so_standard", "gift_cards": "loyalty"},
    ),
    "stateset": Example(
        "place", "stateset", "/stateset/v1", THREE_UNITS.order, settings={"approve_returns": True}
    ),
    "stateset with a card": Example(
        "place", "stateset", "/stateset/v1", MIXED.order, settings={"approve_returns": True}
    ),
    "ravelin asked": ravelin("screen", replace(CHEAPER, platform_order="", placed_at=None)),
    "ravelin told": ravelin("listen", CHEAPER),
    "optoro rmas": Example(
        "listen", "optoro-rmas", "/optoro", MIXED,
        settings={"optiturn_id": "Modrno", "auth": "bearer"},
    ),
    "optoro variants": Example(
        "offer", "optoro-variants", "/optoro", ProductsWanted(("TEE/½ S",)), CANARY,
        {"optiturn_id": "Modrno", "auth": "bearer"},
    ),
    "webhook": Example("notify", "webhook", "", NOTICE, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    "gift cards": Example("issue", "gift-cards", "/gift-cards", WISH, ANYBODYS_SECRET),
}  # fmt: skip


@dataclass(frozen=True)
class Recorded:
    """A whole conversation: every request with the answer it had, and the end."""

    example: Example
    url: str
    connector: Connector[Any]
    requests: tuple[Request, ...]
    answers: tuple[Reply, ...]
    end: Done | Refused

    def again(self, **changed: Any) -> Connector[Any]:
        """A connector made anew from what is stored of this one."""
        kind = KINDS[self.example.kind][self.example.system]
        stored = json.loads(json.dumps(self.connector.stored_settings()))
        return kind.configure(stored | changed, self.example.secret, allow_loopback=True)

    def asked_anew(self, connector: Connector[Any], message: Any) -> Iterator[tuple[Request, Step]]:
        """Each request beside what this connector asks for after the same answers."""
        for place, request in enumerate(self.requests):
            yield request, connector.next_step(message, list(self.answers[:place]))


def record(example: Example, world: World) -> Recorded:
    """Let it talk to the sandbox to the end; where the sandbox has no such system, all is answered 200."""
    connector = example.connector(world.url)
    requests, answers = list[Request](), list[Reply]()
    while isinstance(step := connector.next_step(example.message, answers), Request):
        requests.append(step)
        proofs = dict(connector.credentials())
        if isinstance(connector, Signs):
            proofs.update(connector.signature(step, datetime.now(UTC)))
        sent = world.sender.send(step, proofs) if example.path else Reply(200, {}, b"")
        assert isinstance(sent, Reply), sent
        if isinstance(connector, Seals):
            sent = connector.sealed(sent, lambda secret: Sealed(secret[::-1], (secret.lower(),)))
        assert connector.outcome(sent) is Outcome.DELIVERED, (step.name, sent)
        answers.append(sent)
    return Recorded(example, world.url, connector, tuple(requests), tuple(answers), step)


READERS: Mapping[type[Any], Callable[[Any], Any]] = {
    ProductsWanted: lambda data: ProductsWanted(tuple(data["products"])),
    **{kind: kind.from_data for kind in (ExchangeOrder, ExchangeReport, ExchangeNotice, CardWish)},
}


def through_the_database(message: Any) -> Any:
    """The message as the queue's table gives it back."""
    return READERS[type(message)](json.loads(json.dumps(message.to_data())))
