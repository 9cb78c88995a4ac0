"""An agent who acts for a shopper, in terms of a `Tab`: the same steps without a screen and in Chromium."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app.models import Agent, AgentSession, AuditEntry, Exchange, Membership, Role, db, store_scope
from app.web.sessions import id_of, new_token
from tests.console.desk import PASSWORD, code_now
from tests.shopper.form_tab import FormTab, Seen
from tests.shopper.tab import Tab

WHY = "Called: her e-mail is full"


def sign_in(tab: Tab, email: str, secret: str) -> None:
    """Both questions."""
    tab.open("/console/")
    tab.fill("Email", email)
    tab.fill("Password", PASSWORD)
    tab.press("Continue")
    tab.fill("Code", code_now(secret))
    tab.press("Sign in")


def at_a_desk(app: Flask, store_id: int, email: str, role: Role, judge: Seen | None = None) -> FormTab:
    """A tab of somebody who is signed in, made by rows: signing in has tests of its own."""
    token, now = new_token(), datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        agent = Agent(email=email, email_key=email, name=email.partition("@")[0].title(), created_at=now)
        agent.password_hash, agent.totp_since = "", now
        db.session.add(agent)
        db.session.flush()
        db.session.add(Membership(store_id=store_id, agent_id=agent.id, role=role))
        session = AgentSession(id=id_of(token), agent_id=agent.id, store_id=store_id, passed=True)
        session.created_at, session.seen_at, session.expires_at = now, now, now + timedelta(hours=12)
        db.session.add(session)
        db.session.commit()
        db.session.remove()
    tab = FormTab(app, judge)
    tab._client.set_cookie("evenly-console", token, domain="127.0.0.1")
    return tab


def act_for(tab: Tab, order_id: int, why: str = WHY) -> str:
    """From the order's page to the shopper's own screens: the draft's public id."""
    tab.open(f"/console/orders/{order_id}")
    tab.fill("Why you act for them", why)
    tab.press("Exchange for this shopper")
    return tab.path.split("/")[4]


def choose_parka(tab: Tab, size: str = "L") -> None:
    """Screens 2 and 3 of the one parka: to another size."""
    tab.tick("Ridge Parka")
    tab.press("Continue")
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("Colour", "Navy")
    tab.pick("Size", size)
    tab.press("Continue")


def trail(app: Flask, store_id: int, public_id: str) -> list[tuple[str, str]]:
    """Who did what with an exchange, but for mere looking."""
    looking = ("viewed", "people shown")
    return [(actor, act) for actor, act, _ in full_trail(app, store_id, public_id) if act not in looking]


def full_trail(app: Flask, store_id: int, public_id: str) -> list[tuple[str, str, dict[str, object]]]:
    """Every entry of an exchange's audit trail: actor, act, details."""
    with app.app_context(), store_scope(store_id):
        exchange_id = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        entries = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == f"exchange:{exchange_id}")
            .order_by(AuditEntry.number)
        ).all()
        found = [(entry.actor, entry.act, dict(entry.details)) for entry in entries]
        db.session.remove()
    return found


def reference_of(app: Flask, store_id: int, public_id: str) -> str:
    """The reference of a confirmed exchange."""
    with app.app_context(), store_scope(store_id):
        found = db.session.scalar(select(Exchange.reference).where(Exchange.public_id == public_id))
        db.session.remove()
    assert found
    return found
