"""Letters of every kind, ordinary ones and ones that are hard to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.domain.letter import Letter, MailKind, Sender, SignInChange, Unpaid

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = Sender(
    "acme", "Acme <Outfitters>", "USD", "en_US", "America/New_York", "#1f4d3a", "help@acme.example",
    "https://acme.example/help",
)  # fmt: skip
KAZE = Sender("kaze", "Kaze 風", "JPY", "ja_JP", "Asia/Tokyo", "#f2c94c")
AWKWARD = "Парка <b>&amp;</b> {{ 7*7 }} " + "Donaudampfschifffahrtsgesellschaftskapitänsmütze " * 4
PLAIN_ITEMS = (
    {"quantity": 1, "leaves": "Ridge Parka, Navy · M", "arrives": ["Ridge Parka, Navy · L"], "card": False},
)
LONG_ITEMS = (
    {"quantity": 12, "leaves": AWKWARD, "arrives": [AWKWARD, "Trail Cap"], "card": False},
    {"quantity": 1, "leaves": "Trail Cap", "arrives": [], "card": True},
)
EVERY_FACT: Mapping[str, Any] = MappingProxyType(
    {
        "items": list(PLAIN_ITEMS),
        "waits": False,
        "rma": "RMA-7K3M9Q",
        "send_by": "2026-12-06",
        "cancel_until": "2026-11-22T12:15:00+00:00",
        "words": "We are sorry: it was worn.",
        "judged": True,
        "tracking": "1Z999AA10123456784",
        "arrives_by": "2026-11-28",
        "card": True,
        "charged": "instant",
        "sum": {"due": 98765, "refund": 0, "forfeited": 0, "card": 76543},
    }
)
OF_KIND: Mapping[MailKind, Mapping[str, Any]] = {
    MailKind.PAY_LINK: {"amount": 98765, "url": "/acme/pay/x", "until": "2026-11-24T12:15:00+00:00"},
    MailKind.PAY_REMINDER: {"amount": 98765, "until": "2026-11-24T12:15:00+00:00"},
    MailKind.REFUND_SENT: {"amount": 98765},
    MailKind.PAYMENT_FAILED: {"why": "page"},
    MailKind.GIFT_CARD: {"amount": 76543, "code": "GC-1234-5678"},
    MailKind.HAND_OVER: {
        "url": f"/acme/l/v1.k1.AC-1001.buyer.1780000000.{'ab' * 32}",
        "until": "2026-11-25T12:00:00+00:00",
    },
    MailKind.NEW_PASSWORD: {"place": "@@link-0123456789abcdef@@", "until": "2026-11-22T13:00:00+00:00"},
    MailKind.SIGN_IN_CHANGED: {"what": "password"},
    MailKind.LINKS: {
        "until": "2026-11-25T12:00:00+00:00",
        "links": [
            {"order": f"AC-100{n}", "path": f"/acme/l/v1.k1.AC-100{n}.buyer.1780000000.{'ab' * 32}"}
            for n in (1, 2)
        ],
    },
}


NEVER_OF_A_GIFT = (
    MailKind.PAY_LINK,
    MailKind.PAY_REMINDER,
    MailKind.REFUND_SENT,
    MailKind.PAYMENT_FAILED,
    MailKind.LINKS,
    MailKind.NEW_PASSWORD,
    MailKind.SIGN_IN_CHANGED,
)


def letter(kind: MailKind, sender: Sender = ACME, **more: Any) -> Letter:
    """An ordinary letter of this kind; `more` are facts that it has besides, or otherwise."""
    facts = {**EVERY_FACT, **OF_KIND.get(kind, {}), **more}
    return Letter(kind, "abc123", AT, "ada@example.com", sender, "AC-1001", "EX-7K3M9Q", "3f9c", facts=facts)


def gift(kind: MailKind, **more: Any) -> Letter:
    """The same to a gift's recipient, whose letters hold no sum."""
    told = letter(kind, KAZE, **more)
    facts = {name: value for name, value in told.facts.items() if name != "sum"}
    if "url" in facts:
        facts["url"] = facts["url"].replace("/acme/", "/kaze/")
    return replace(told, gift=True, facts=facts)


def every_letter() -> Iterator[tuple[str, Letter]]:
    """Each kind for a buyer, with long names, and for a gift's recipient where they get one."""
    for kind in MailKind:
        yield f"{kind}", letter(kind)
        yield f"{kind}-long", letter(kind, items=list(LONG_ITEMS), waits=True, rma=None)
        if kind is MailKind.PAYMENT_FAILED:
            for why in Unpaid:
                yield f"{kind}-{why}", letter(kind, why=why)
        if kind is MailKind.SIGN_IN_CHANGED:
            for what in SignInChange:
                yield f"{kind}-{what}", letter(kind, what=what)
        if kind not in NEVER_OF_A_GIFT:
            yield f"{kind}-gift", gift(kind)
