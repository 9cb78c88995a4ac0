"""T22: the headers of every answer: pages, fragments, files, redirects and errors of every route."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.models import Store, db
from app.web.headers import FIXED, content_security_policy
from app.web.static_files import FOREVER, static_url
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.every_route import examples, places

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

NewBrowser = Callable[..., Browser]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def check(answer: TestResponse, *, secure: bool = False) -> None:
    """The headers that nothing goes out without."""
    headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    hosts = policy.pop("img-src").removeprefix("'self' data:").split()
    assert hosts in ([], ["cdn.acme.example"])
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["Referrer-Policy"] == "same-origin"
    for name, value in FIXED.items():
        assert headers.getlist(name) == [value]
    assert (headers.get("Strict-Transport-Security") == "max-age=31536000; includeSubDomains") is secure
    assert headers["Cache-Control"] in ("no-store", "no-cache", FOREVER)


def test_every_route_with_every_method(app: Flask, shop: Shop, shopper: Browser) -> None:
    for place in places(app, examples(app, shop, shopper), "GET", "POST"):
        for method in METHODS:
            for headers in ({}, PARTIAL):
                check(shopper._open(method, place.path, headers=headers))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere/", 404),
        ("/acme", 308),
        ("/static/no.css", 404),
        ("/acme/l/x", 404),
        ("/%00", 308),
        ("/acme//", 308),
    ],
)
def test_errors_and_redirects(shopper: Browser, path: str, status: int) -> None:
    answer = shopper.get(path)
    assert answer.status_code == status
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Location", "http://localhost/").startswith("http://localhost/")


def test_over_https_with_strict_transport(new_browser: NewBrowser) -> None:
    secure = new_browser("https://swap.example")
    for path in ("/acme/", "/nowhere/", "/health", "/static/js/evenly.js"):
        check(secure.get(path), secure=True)
    check(new_browser("http://swap.example").get("/acme/"))


def test_pages_are_never_kept(app: Flask, shop: Shop, shopper: Browser) -> None:
    for place in places(app, examples(app, shop, shopper), "GET"):
        if place.endpoint not in ("static", "brand_stylesheet", "sheet"):
            assert shopper.get(place.path).headers["Cache-Control"] == "no-store", place


def test_files_are_kept_for_ever_under_their_fingerprint_only(app: Flask, shopper: Browser) -> None:
    page = shopper.get("/acme/").text
    address = next(part for part in page.split('"') if part.startswith("/static/js/evenly.js?v="))
    assert shopper.get(address).headers["Cache-Control"] == FOREVER
    for other in ("/static/js/evenly.js", "/static/js/evenly.js?v=", address[:-1], f"{address}0"):
        assert shopper.get(other).headers["Cache-Control"] == "no-cache"
    again = shopper.get(address, headers={"If-None-Match": shopper.get(address).headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, FOREVER)


def test_the_fingerprint_follows_the_content(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    (tmp_path / "a.css").write_text("a{}")
    with app.test_request_context():
        first = static_url("a.css")
        (tmp_path / "a.css").write_text("b{color:red}")
        second = static_url("a.css")
        assert first != second
        assert static_url("missing.css") == "/static/missing.css"
        assert static_url("../pyproject.toml").count("?v=") == 0


def test_the_brand_changes_its_address_with_the_accent(app: Flask, shop: Shop, shopper: Browser) -> None:
    def brand_url() -> str:
        return next(part for part in shopper.get("/acme/").text.split('"') if "/brand.css?v=" in part)

    plain = brand_url()
    assert shopper.get(plain).text == ""
    with app.app_context():
        db.session.get_one(Store, shop.store_id).branding = {"accent": "#1F2A44"}
        db.session.commit()
    branded = brand_url()
    assert branded != plain
    answer = shopper.get(branded)
    assert "--accent: #1f2a44;" in answer.text
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/css", FOREVER)
    assert shopper.get(plain).headers["Cache-Control"] == "no-cache"


def test_a_store_adds_its_picture_hosts_and_nothing_else(app: Flask, shop: Shop, shopper: Browser) -> None:
    with app.app_context():
        store = db.session.get_one(Store, shop.store_id)
        store.image_hosts = [
            "cdn.acme.example",
            "*.pictures.example",
            "evil.example; script-src *",
            "'unsafe-inline'",
            "a b.example",
            "*",
        ]
        db.session.commit()
    policy = shopper.get("/acme/").headers["Content-Security-Policy"]
    assert policy == content_security_policy(("cdn.acme.example", "*.pictures.example"))
    assert "cdn.acme.example" not in shopper.get("/").headers["Content-Security-Policy"]


def test_a_hostile_branding_row_shows_nothing(app: Flask, shop: Shop, shopper: Browser) -> None:
    with app.app_context():
        db.session.get_one(Store, shop.store_id).branding = {
            "accent": "red;} body{display:none",
            "logo_url": "javascript:alert(1)",
            "help_url": "javascript:alert(1)",
        }
        db.session.commit()
    page = shopper.get("/acme/").text
    assert "javascript:alert" not in page
    brand = next(part for part in page.split('"') if "/brand.css" in part)
    assert shopper.get(brand).text == ""


@pytest.mark.parametrize(
    ("logo", "shown"),
    [
        ("/static/img/demo/acme.svg", "/static/img/demo/acme.svg?v="),
        ("https://cdn.acme.example/logo.png", "https://cdn.acme.example/logo.png"),
        ("https://elsewhere.example/logo.png", None),
        ("https://cdn.acme.example@evil.example/logo.png", None),
        ("//cdn.acme.example/logo.png", None),
        ("/static/../secret.key", None),
    ],
)
def test_where_a_logo_may_come_from(
    app: Flask, shop: Shop, shopper: Browser, logo: str, shown: str | None
) -> None:
    with app.app_context():
        db.session.get_one(Store, shop.store_id).branding = {"logo_url": logo}
        db.session.commit()
    page = shopper.get("/acme/").text
    assert ("brand__logo" in page) is (shown is not None)
    assert shown is None or f'src="{shown}' in page
