"""The pool of codes: filled from a file, each code taken once, of one store alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import GiftCardCode, db, store_scope, writing
from app.services.gift_card_pool import PoolRefused, count_pool, fill_pool, take_code
from tests.factories import NOW, make_store
from tests.services.gift_cards.card_cases import fill
from tests.services.mail_cases import MailingAcme


def test_a_code_of_the_very_amount_goes_first(mailing: MailingAcme) -> None:
    fill(mailing, "ANY-1\nANY-2\nEXACT,125.68\nOTHER,50\n")
    with writing():
        taken = take_code(12568, mailing.clock())
    assert taken is not None
    assert (taken.tail, taken.amount) == ("XACT", 12568)
    with writing():
        following = take_code(12568, mailing.clock())
    assert following is not None
    assert following.amount is None


def test_codes_are_of_one_store_alone(mailing: MailingAcme) -> None:
    fill(mailing)
    other = make_store("other")
    with store_scope(other), writing():
        assert take_code(100, NOW) is None
    assert count_pool(other).free == {}


def test_many_at_once_get_different_codes(mailing: MailingAcme, app: Flask) -> None:
    fill(mailing, "\n".join(f"CODE-{n:04}" for n in range(6)))
    taken: list[int | None] = []
    begin = threading.Barrier(4)

    def take_two() -> None:
        begin.wait(30)
        for _ in range(2):
            with app.app_context(), store_scope(mailing.store_id):
                with writing():
                    code = take_code(500, NOW)
                    taken.append(code.id if code else None)
                db.session.remove()

    threads = [threading.Thread(target=take_two) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    given = [code for code in taken if code is not None]
    assert len(taken) == 8
    assert len(given) == len(set(given)) == 6


@pytest.mark.parametrize(
    ("text", "added", "known", "refused"),
    [
        ("A-CODE\nB-CODE\n", 2, 0, 0),
        ("\ufeffcode\r\nA-CODE\r\n\r\n", 1, 0, 0),
        ("A-CODE\nA-CODE\n", 1, 1, 0),
        ("code,amount\nA-CODE,25\nB-CODE,0.5\n", 2, 0, 0),
        ("A-CODE,0\nB-CODE,x\nC-CODE,1.234\nD-CODE,NaN\nE-CODE,-5\nF-CODE,1e99\n", 0, 0, 6),
        ("abc\n<script>\nA CODE@\n" + "x" * 41, 0, 0, 4),
        ("1234 5678 9012\n", 1, 0, 0),
    ],
)
def test_a_file_is_read_line_by_line(
    mailing: MailingAcme, text: str, added: int, known: int, refused: int
) -> None:
    filled = fill_pool(mailing.box, mailing.store_id, text, NOW)
    assert (filled.added, filled.known, len(filled.problems)) == (added, known, refused)
    assert not any(code in " ".join(filled.problems) for code in ("CODE", "script"))
    again = fill_pool(mailing.box, mailing.store_id, text, NOW)
    assert (again.added, again.known) == (0, added + known)


def test_a_file_that_is_none(mailing: MailingAcme) -> None:
    with pytest.raises(PoolRefused):
        fill(mailing, "A-CODE\n\0\n" + '"' * 3 + "x" * 200_000)


def test_the_commands(app: Flask, mailing: MailingAcme, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,amount\nGC-AAAA-1111,25\nGC-BBBB-2222,\n!\n", encoding="utf-8")
    run = app.test_cli_runner()
    loaded = run.invoke(args=["cards", "import", "acme", str(file)])
    assert loaded.exit_code == 1
    assert "2 codes added, 0 were there before." in loaded.output
    assert "Refused: line 4" in loaded.output
    counted = run.invoke(args=["cards", "count", "acme"]).output
    assert counted == "free, any amount: 1\nfree, 25.00 USD: 1\ngiven: 0\nowed: 0\n"
    assert "AAAA" not in loaded.output + counted
    secrets = db.session.scalars(select(GiftCardCode.secret)).all()
    assert not any("AAAA-1111" in secret for secret in secrets)
    file.write_bytes(b"\xff\xfe")
    assert run.invoke(args=["cards", "import", "acme", str(file)]).exit_code == 2
