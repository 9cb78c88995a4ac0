"""What colleagues and operators see of a mail: that it went, and never what opens an order."""

from __future__ import annotations

from app.connectors.mail.message import message_bytes
from app.domain.letter import MailKind, Written
from app.models import Attempt, Dispatch, DispatchState, DispatchStep, Purpose
from app.queries.exchange_record import _dispatch
from app.web.console.evidence import message
from app.web.console.masking import Masks
from tests.web.sample_letters import AT, letter

TOKEN = "v1.k1.AC-1001.buyer.1780000000.abcdef"


def sent_mail() -> Dispatch:
    told = letter(MailKind.LINKS)
    written = Written("Your orders", f"https://x.example/acme/l/{TOKEN}\n", f"<p>{TOKEN}</p>")
    step = DispatchStep(
        name="mail", method="MAIL", url="smtp://mail.example:25", headers={},
        body=message_bytes(told, written, "exchanges@shop.example"),
    )  # fmt: skip
    step.attempts = [
        Attempt(
            number=1, fence=1, worker="w", started_at=AT, duration_ms=5, outcome="rejected", status=550,
            request_headers={}, reply_headers={}, reply_body="5.1.1 <ada@example.com> unknown",
        )
    ]  # fmt: skip
    row = Dispatch(
        system="mail", purpose=Purpose.MAIL, key="k", message=told.to_data(), state=DispatchState.FAILED,
        due_at=AT,
    )  # fmt: skip
    row.steps = [step]
    return row


def test_the_console_shows_the_head_without_the_address() -> None:
    shown = message(sent_mail(), Masks())
    assert shown.title == "links mail"
    assert "Subject: Your orders" in shown.steps[0].body
    assert "ada@example.com" not in repr(shown)
    assert TOKEN not in repr(shown)
    assert "rejected, status 550" in shown.steps[0].tries[0].outcome


def test_the_record_has_no_link_either() -> None:
    record = repr(_dispatch(sent_mail()))
    assert "Subject: Your orders" in record
    assert TOKEN not in record
