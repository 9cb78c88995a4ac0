"""Codes for the pool, a shop that makes cards itself, and where a card's code stands afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.domain.news import News, NewsKind
from app.models import Dispatch, Purpose, db
from app.services.agent_decisions import Decision
from app.services.exchange_news import take_news
from app.services.gift_card_pool import fill_pool
from tests.factories import NOW
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import dispatch_of, exchange_of
from tests.services.mail_cases import MailingAcme

CODES = "code,amount\nGC-AAAA-1111,\nGC-BBBB-2222,\n"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MAYA = Decision("agent:7", "looked there")


@dataclass
class CardShop(Peer):
    """The shop's program: one card for each exchange, for ever."""

    made: dict[str, str] = field(default_factory=dict)

    def place(self, body: dict[str, Any]) -> dict[str, Any]:
        told = body["data"]
        code = self.made.setdefault(told["reference"], f"SHOP-{len(self.made):04}-4F2K")
        return {"code": code, "amount": told["amount"], "currency": told["currency"]}


def fill(shop: MailingAcme, text: str = CODES) -> None:
    fill_pool(shop.box, shop.store_id, text, shop.clock())


def mails_of(post: MailServer, words: str) -> list[str]:
    return [mail.body("plain") for mail in post.mails if words in str(mail.message["Subject"])]


def with_code(post: MailServer, code: str) -> list[tuple[str, ...]]:
    return [tuple(mail.recipients) for mail in post.mails if code.encode() in mail.raw]


def everything_stored() -> str:
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return "".join(repr(row) for table in tables for row in db.session.connection().execute(table.select()))


def wish_of(exchange_id: int) -> Dispatch:
    return dispatch_of(exchange_id, Purpose.ISSUE)


def told_cancelled(exchange_id: int) -> None:
    take_news(exchange_of(exchange_id).reference or "", News(NewsKind.CANCELLED), "platform", NOW)
