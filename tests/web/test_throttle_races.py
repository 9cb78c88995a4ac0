"""T1, T21 on both databases: bursts, processes, and the storage itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app import Settings
from app.models import db
from app.services.throttle_storage import TableStorage
from app.web import throttles
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.test_throttles import TRIES, WINDOW, tries_kept

NewBrowser = Callable[..., Browser]


def test_a_burst_of_threads_gets_no_more_than_its_tries(app: Flask, shop: Shop) -> None:
    def one(number: int) -> int | None:
        with app.app_context():
            return throttles.take(shop.store_id, f"x{number % 3}", "203.0.113.7")

    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(one, range(60)))
    assert sum(wait is None for wait in waits) == TRIES


def test_guesses_at_the_same_moment_cannot_slip_between_looking_and_counting(
    app: Flask, new_browser: NewBrowser
) -> None:
    browsers = [new_browser(address=f"198.51.100.{number}") for number in range(24)]
    tokens = [browser.token("/acme/") for browser in browsers]

    def one(number: int) -> int:
        form = {"csrf_token": tokens[number], "order_number": "AC-1001", "email_or_postcode": "x@example.com"}
        return browsers[number].post("/acme/", form).status_code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(one, range(24)))
    assert sorted(answers) == [422] * TRIES + [429] * (24 - TRIES)


PROCESS = """
from app import create_app
from app.web import throttles
app = create_app()
with app.app_context():
    print(sum(throttles.take(1, "1001", "203.0.113.7") is None for _ in range(12)))
"""


def test_two_processes_share_one_count(settings: Settings, app: Flask) -> None:
    environ = {"DATABASE_URL": settings.database_url, "VAR_DIR": settings.var_dir, "PATH": ""}
    root = Path(__file__).resolve().parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS], cwd=root, env=environ, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    taken = [int(process.communicate(timeout=120)[0]) for process in started]
    assert sum(taken) == TRIES


def test_the_storage_keeps_the_contract_of_limits(app: Flask) -> None:
    clock = [1_000_000.0]
    with app.app_context():
        storage = TableStorage(db.engine, clock=lambda: clock[0])
        assert storage.check()
        assert storage.acquire_entry("k", 3, 60, amount=2)
        assert not storage.acquire_entry("k", 3, 60, amount=2)
        assert storage.get("k") == 2
        clock[0] += 30
        assert storage.acquire_entry("k", 3, 60)
        assert storage.get_moving_window("k", 3, 60) == (1_000_000.0, 3)
        assert storage.get_expiry("k") == 1_000_090.0
        storage.release_entry("k")
        assert storage.get("k") == 2
        assert storage.get_expiry("k") == 1_000_060.0
        clock[0] += 31
        assert storage.get("k") == 0
        assert storage.get_moving_window("k", 3, 60) == (clock[0], 0)
        storage.release_entry("k")
        assert storage.acquire_entry("k", 3, 60, amount=3)
        storage.clear("k")
        assert storage.get("k") == 0
        assert storage.acquire_entry("other", 1, 60)
        assert storage.reset() == 1
        with pytest.raises(NotImplementedError):
            storage.incr("k", 60)


def test_tries_that_are_over_are_swept_out(app: Flask, shop: Shop, today: time_machine.Traveller) -> None:
    with app.app_context():
        for number in range(20):
            throttles.take(shop.store_id, f"x{number}", f"198.51.100.{number}")
    assert tries_kept(app) == 40
    today.shift(WINDOW + 1)
    with app.app_context():
        throttles.take(shop.store_id, "y", "203.0.113.7")
    assert tries_kept(app) == 2
