"""Handing a half-done draft over to the shopper by a signed link, copied or mailed, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, g, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.models import DeskDraft
from app.queries.access import DeskExchange
from app.queries.desk_drafts import desk_draft
from app.services import acting, portal_links
from app.services.acting import CannotAct
from app.services.portal_links import KeyExists, NoLinkKey, Purpose
from app.settings import Settings
from app.web.acting import first_screen, note_shown, require_any
from app.web.clock import now
from app.web.console import desk
from app.web.console.acting import screens
from app.web.console.words import masked_email
from app.web.rendering import render_page


@dataclass(frozen=True)
class _Link:
    """The path of a signed link, and how long it is good: as long as an untouched draft lives."""

    path: str
    until: datetime


@screens.get("/exchanges/<public_id>/hand-over")
def hand_over(public_id: str) -> AnyResponse:
    """Who has the draft now, and the link for the shopper while it is theirs."""
    found = require_any(public_id)
    if found.state is not Status.DRAFT:
        status = "gift_status" if found.gift else "status"
        return redirect(url_for(f"console.acting.{status}", public_id=public_id), 303)
    return _page(public_id, found)


@screens.post("/exchanges/<public_id>/hand-over")
def give(public_id: str) -> AnyResponse:
    """From now on the shopper goes on with it. A store without a key for links gets its first one."""
    found = require_any(public_id)
    with suppress(KeyExists):
        portal_links.make_key(desk.box(), g.store.id, now(), actor=desk.actor())
    return _done(public_id, lambda: acting.hand_over(found.id, desk.agent().agent_id, now()))


@screens.post("/exchanges/<public_id>/mail-link")
def mail_link(public_id: str) -> AnyResponse:
    """Send the link to the shopper's address."""
    found = require_any(public_id)
    held = desk_draft(found.id)
    link = _link(held, found) if held else None
    if link is None:  # taken back meanwhile: the page it leads to says so
        return _done(public_id, lambda: None)
    agent_id = desk.agent().agent_id
    return _done(public_id, lambda: acting.mail_link(found.id, agent_id, link.path, link.until, now()))


@screens.post("/exchanges/<public_id>/take-back")
def take_back(public_id: str) -> AnyResponse:
    """From now on the agent goes on with it."""
    found = require_any(public_id)
    return _done(public_id, lambda: acting.take_back(found.id, desk.agent().agent_id, now()))


def _done(public_id: str, act: Callable[[], None]) -> AnyResponse:
    with suppress(CannotAct):  # confirmed meanwhile: the page it leads to says so
        act()
    return redirect(url_for("console.acting.hand_over", public_id=public_id), 303)


def _page(public_id: str, found: DeskExchange) -> Response:
    held = desk_draft(found.id)
    link = _link(held, found) if held else None
    mail = acting.mail_of(held) if held and link else None
    settings: Settings = current_app.extensions["evenly.settings"]
    page = render_page(
        "console/hand_over.html",
        held=held,
        link=settings.public_url.rstrip("/") + link.path if link else None,
        mail_to=masked_email(mail[0]) if mail else None,
        mailed=mail is not None and mail[1],
        mail_url=url_for("console.acting.mail_link", public_id=public_id),
        order_number=found.order_number,
        shopper=found.shopper,
        hand_over_url=url_for("console.acting.give", public_id=public_id),
        take_back_url=url_for("console.acting.take_back", public_id=public_id),
        gift=found.gift,
        items_url=first_screen(public_id, gift=found.gift),
    )
    if link:  # whoever has it can see where the shopper lives
        note_shown(found.id)
    return page


def _link(held: DeskDraft, found: DeskExchange) -> _Link | None:
    """The order's signed link, to the view of whom the draft is for.

    None where the shopper does not have the draft, or no key signs.
    """
    if held.handed_over_at is None:
        return None
    ends = acting.link_ends(held, held.handed_over_at)
    purpose = Purpose.GIFT if found.gift else Purpose.BUYER
    try:
        token = portal_links.sign(
            desk.box(), g.store.id, found.order_number, purpose, ends, held.link_mark or ""
        )
    except NoLinkKey:
        return None
    return _Link(portal_links.address_of("", g.store.slug, token), ends)
