"""Which orders this browser may see, and what happens when it gains or gives up that right.

What is not yours is not there: the answer is 404 and never 403. How a right is earned (look-up,
signed link) is decided by the pages that call `grant`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import abort, current_app, g, redirect, request, url_for
from flask.globals import request_ctx

from app.domain.signed_link import Purpose
from app.queries.access import VisibleExchange, visible_exchange
from app.services.browser_access import close_access, open_access
from app.settings import Settings
from app.web import acting
from app.web.clock import now
from app.web.rendering import render_page, wants_partial
from app.web.sessions import PortalSession, id_of, new_token


def grant(order_id: int, purpose: str, at: datetime) -> str:
    """Let this browser see an order of the page's store, under a new id, which is returned."""
    browser = _browser()
    hours = _hours()
    token = new_token()
    open_access(
        old_id=browser.id if browser.came_with_cookie else None,
        new_id=id_of(token),
        order_id=order_id,
        purpose=purpose,
        now=at,
        expires_at=at + timedelta(hours=hours),
    )
    browser.adopt(token, hours)
    g.pop("csrf_token", None)  # Flask-WTF's token of this request belongs to the old id
    return browser.id


def leave() -> None:
    """End the session: its cookie opens nothing from now on, here or in a copy."""
    browser = _browser()
    if browser.came_with_cookie:
        close_access(browser.id)
    browser.forget()
    g.may_leave = False


def require_exchange(public_id: str) -> VisibleExchange:
    """The exchange, if its order was opened in this browser; a draft only where it was begun.

    Only in the buyer's view; 404 otherwise.
    """
    found = exchange_if_open(public_id)
    if found is None:
        abort(404)
    return found


def require_gift(public_id: str) -> VisibleExchange:
    """The same for an exchange that a gift's recipient began, in their view. 404 otherwise."""
    found = exchange_if_open(public_id, Purpose.GIFT)
    if found is None:
        abort(404)
    return found


def exchange_if_open(public_id: str, purpose: Purpose = Purpose.BUYER) -> VisibleExchange | None:
    """The same, and None where it is not open in this browser: for the one page that asks for a fact then.

    At the console it is the agent's right that counts (`app.web.acting`), and 404 is all that is said. A
    draft that an agent goes on with meanwhile is answered with a page that says so.
    """
    if acting.is_acting():
        return acting.require_screen(public_id, gift=purpose is Purpose.GIFT)
    browser, at = _browser(), now()
    if not browser.came_with_cookie:
        return None
    found = visible_exchange(public_id, browser.id, _since(at), at, purpose)
    g.may_leave = found is not None  # pages that show an order offer to leave it
    if found is not None and found.with_agent:
        _say_it_is_with_the_shop(public_id, purpose)
    return found


def _say_it_is_with_the_shop(public_id: str, purpose: Purpose) -> None:
    """End the request with a page that says who has the draft, but for the wish to begin another one."""
    gift = purpose is Purpose.GIFT
    again = "shopper.choose_gift_again" if gift else "shopper.choose_again"
    if request.endpoint == again:
        return
    if wants_partial() and request.method != "GET":
        status = "shopper.gift_status" if gift else "shopper.status"
        abort(redirect(url_for(status, public_id=public_id), 303))  # htmx then leaves the page
    again_url = url_for(again, public_id=public_id)
    abort(render_page("shopper/with_the_shop.html", status=409, again_url=again_url))


def browser_id() -> str:
    """What the database knows this browser by."""
    return _browser().id


def _browser() -> PortalSession:
    browser = request_ctx.session
    assert isinstance(browser, PortalSession)  # noqa: S101 - other channels were refused before
    return browser


def _since(at: datetime) -> datetime:
    """Grants older than this have run out."""
    return at - timedelta(hours=_hours())


def _hours() -> int:
    settings: Settings = current_app.extensions["evenly.settings"]
    return settings.session_hours
