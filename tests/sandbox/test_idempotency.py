"""One exchange order per original order: again, at the same time, and after a restart."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from app.sandbox.ledger import Ledger
from app.sandbox.optoro_body import exchange_order_number
from tests.sandbox.bodies import changed, order, variant_line
from tests.sandbox.conftest import Bench, served

THREADS = 30


def test_the_same_order_again_gets_the_first_answer_and_makes_nothing(bench: Bench) -> None:
    first = bench.place(order())
    again = bench.place(order())
    assert (again.status_code, again.content) == (200, first.content)
    assert bench.orders() == 1
    assert [request["replayed"] for request in bench.requests()] == [False, True]


def test_another_body_under_the_same_key_gets_the_first_answer(bench: Bench) -> None:
    first = bench.place(order())
    dearer = variant_line(unit_price_amount_cents=99900, product_amount_cents=99900)
    assert bench.place(order(items=[dearer])).json() == first.json()
    assert bench.orders() == 1


def test_settings_changed_in_between_do_not_change_the_stored_answer(bench: Bench) -> None:
    first = bench.place(order())
    bench.client.post("/settings", json={"system": "optoro", "shipping_amount_cents": 999})
    assert bench.place(order()).json() == first.json()


def test_a_body_that_is_wrong_is_refused_even_when_the_order_exists(bench: Bench) -> None:
    bench.place(order())
    assert bench.place(changed(order(), "items.0.quantity", 0)).status_code == 422


def test_two_merchants_may_use_the_same_order_number(bench: Bench) -> None:
    bench.place(order())
    cheaper = variant_line(unit_price_amount_cents=100, product_amount_cents=100, tax_amount_cents=0)
    reply = bench.place(order(items=[cheaper]), X_Optiturn_Id="meadow")
    assert reply.json()["total_amount_cents"] == 100
    assert bench.orders() == 2


def test_many_at_once_make_one_order(bench: Bench) -> None:
    together = Barrier(THREADS)

    def send(_: int) -> bytes:
        together.wait()
        reply = bench.place(order())
        assert reply.status_code == 200
        return reply.content

    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(send, range(THREADS)))
    assert len(answers) == 1
    assert bench.orders() == 1
    assert sorted(request["replayed"] for request in bench.requests()) == [False] + [True] * (THREADS - 1)


def test_many_different_orders_at_once_all_stand(bench: Bench) -> None:
    together = Barrier(THREADS)

    def send(number: int) -> str:
        together.wait()
        return str(bench.place(order(f"H-{number}")).json()["order_identifier"])

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = list(pool.map(send, range(THREADS)))
    assert numbers == [f"H-{number}-X1" for number in range(THREADS)]
    assert bench.orders() == THREADS


def test_a_restart_keeps_orders_and_requests(tmp_path: Path) -> None:
    state = tmp_path / "made" / "sandbox.sqlite"
    with served(state) as before:
        first = before.place(order())
        requests = before.requests()
    with served(state) as after:
        assert after.requests() == requests
        assert after.place(order()).content == first.content
        assert after.orders() == 1
        assert after.requests()[-1]["replayed"] is True


def test_two_sandboxes_on_one_file_make_one_order_between_them(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.sqlite"
    with served(state) as one, served(state) as other, ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda number: (one, other)[number % 2].place(order()), range(10)))
        assert {reply.status_code for reply in replies} == {200}
        assert one.orders() == 1


def test_an_order_is_decided_under_the_files_write_lock(tmp_path: Path) -> None:
    """Else a second process could read "no such order" between this one's looking and its writing."""
    state = tmp_path / "sandbox.sqlite"
    ledger = Ledger(state)

    def while_deciding() -> dict[str, object]:
        other = sqlite3.connect(state, timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return {}

    assert ledger.place_order("optoro", "harbour", "H-1", while_deciding) == ({}, False)
    ledger.close()


def test_deleting_the_ledger_forgets_orders_too(bench: Bench) -> None:
    bench.place(order())
    assert bench.client.delete("/ledger").status_code == 204
    assert (bench.requests(), bench.orders()) == ([], 0)
    bench.place(order())
    assert bench.requests()[0]["replayed"] is False


@pytest.mark.parametrize(
    ("original", "number"),
    [
        ("1001", "1001-X1"),
        ("1001-X1", "1001-X2"),
        ("1001-X9", "1001-X10"),
        ("1001-X0", "1001-X0-X1"),
        ("-X1", "-X1-X1"),
        ("1001-X9999999", "1001-X9999999-X1"),
    ],
)
def test_an_exchange_of_an_exchange_counts_on(original: str, number: str) -> None:
    assert exchange_order_number(original) == number


def test_no_two_originals_share_a_number() -> None:
    originals = [f"{root}{tail}" for root in ("7", "7-X1", "7-X0") for tail in ("", "-X1", "-X2", "-X0")]
    different = set(originals)
    assert len({exchange_order_number(original) for original in different}) == len(different)
