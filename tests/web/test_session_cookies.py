"""T12: the cookie of a session, where one is given at all, and which are taken for ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.web.sessions import is_loopback, new_token, well_formed
from tests.web.browsing import Browser

NewBrowser = Callable[..., Browser]


def test_over_https_the_cookie_has_the_host_prefix(new_browser: NewBrowser) -> None:
    cookie = new_browser("https://swap.example").get("/acme/").headers["Set-Cookie"]
    assert cookie.startswith("__Host-evenly=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize("path", ["/acme/", "/", "/acme/exchanges/x"])
def test_plain_http_to_another_machine_gets_no_session_and_is_told_why(
    new_browser: NewBrowser, path: str
) -> None:
    answer = new_browser("http://swap.example").get(path)
    assert answer.status_code == 403
    assert "secure connection" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("127.0.0.1:5000", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("[::1]:5000", True),
        ("swap.localhost:5000", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("192.168.1.4:5000", False),
        ("[2001:db8::1]:80", False),
        ("10.0.0.0", False),
        ("", False),
        (":5000", False),
    ],
)
def test_which_hosts_are_this_machine(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "cookie", ["", "x", "x" * 42, "x" * 44, "ü" * 43, "-" * 4000, "+" * 43, "' OR 1=1 --".ljust(43)]
)
def test_a_cookie_that_cannot_be_ours_counts_as_none(shopper: Browser, cookie: str) -> None:
    assert well_formed(cookie) is None
    answer = shopper.get("/acme/", headers={"Cookie": f"evenly={cookie}".encode().decode("latin-1")})
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith("evenly=")


def test_ids_are_256_random_bits() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(well_formed(token) == token for token in tokens)
