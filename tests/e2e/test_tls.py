"""Over HTTPS in a real browser: forms pass the protection against forgery, the cookie is bound to the host.

Under `Referrer-Policy: no-referrer` Chromium would send `Origin: null` with every form, and all of them
would be refused; only a browser on TLS shows that.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Request

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.shopper.tab import WISHES, heading, to_status


def test_an_exchange_over_https(
    portal: Portal, new_tab: Callable[..., ChromiumTab], javascript: bool
) -> None:
    tab = new_tab(base_url=portal.tls_url, ignore_https_errors=True, java_script_enabled=javascript)
    posts: list[Request] = []

    def keep(request: Request) -> None:
        """Only what went through: a change on the page takes back the question that it outdates."""
        if request.method == "POST":
            posts.append(request)

    tab.page.on("requestfinished", keep)
    to_status(tab, portal.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    assert heading(tab) == "Your exchange is confirmed"
    assert len(posts) >= 4
    assert {post.header_value("origin") for post in posts} == {portal.tls_url}
    (cookie,) = tab.page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-evenly", True, True)
    assert (cookie["sameSite"], cookie["path"]) == ("Lax", "/")
    answer = tab.page.reload()
    assert answer is not None
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    tab.assert_quiet()
