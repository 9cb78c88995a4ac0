"""Who is at the console: looked at before every page, so that a page added later is closed by itself.

The store comes from the session and never from the request; its rows are all that the page can reach.
What is not of that store is 404. What a role may not see is 403, as everybody knows that it exists.
"""

from __future__ import annotations

from datetime import timedelta

from flask import abort, current_app, g, redirect, request, url_for
from flask.globals import request_ctx
from werkzeug.wrappers import Response as AnyResponse

from app.models import Role
from app.queries.agents import SignedIn, signed_in
from app.services.agents.people import actor_of
from app.services.agents.signing_in import IDLE, WHOLE, note_use
from app.services.connector_settings import Connections
from app.services.overriding import Person
from app.services.secret_box import SecretBox
from app.web import stores
from app.web.acting import is_poll
from app.web.clock import now
from app.web.console import blueprint
from app.web.rendering import all_anew
from app.web.sessions import PortalSession

OPEN = frozenset(
    {
        "console.sign_in",
        "console.check_password",
        "console.ask_sign_in_passkey",
        "console.sign_in_with_passkey",
        "console.forgotten",
        "console.ask_for_link",
        "console.link_asked",
        "console.reset",
        "console.choose_password",
    }
)
HALF_WAY = frozenset(
    {"console.code", "console.check_code", "console.set_up", "console.finish_set_up", "console.sign_out"}
)
# Pages of the person and not of a store: open also to somebody who serves none.
OF_NO_STORE = frozenset(
    {
        "console.account",
        "console.password",
        "console.change_password",
        "console.recovery_codes",
        "console.make_recovery_codes",
        "console.authenticator",
        "console.begin_authenticator",
        "console.scan_authenticator",
        "console.replace_authenticator",
        "console.ask_passkey",
        "console.add_passkey",
        "console.remove_passkey",
        "console.end_session",
        "console.serve_store",
        "console.sign_out",
        "console.sign_out_everywhere",
    }
)
NEEDS = {
    "console.audit": Role.LEAD,
    "console.audit_of_order": Role.LEAD,
    "console.people": Role.ADMIN,
    "console.make_reset_link": Role.ADMIN,
    "console.end_session_of_colleague": Role.ADMIN,
}
NOTED_AFTER = timedelta(minutes=1)  # not every click writes
FRESH = timedelta(minutes=10)  # so long after signing in may somebody add what signs them in


@blueprint.before_request
def _let_in() -> AnyResponse | None:
    """Nobody gets further than they have proved to be; the answer is the next question."""
    endpoint = request.endpoint or ""
    g.pop("agent", None)  # nobody of an earlier request, even on a shared context
    if endpoint in OPEN:
        return None
    found = _person()
    if found is None:
        # The sign-in belongs in the window and not in the part of a page that asks by itself.
        return all_anew() if is_poll() else redirect(url_for("console.sign_in"), 303)
    g.agent = found
    if not found.passed:
        return None if endpoint in HALF_WAY else redirect(url_for("console.sign_in"), 303)
    if now() - found.seen_at > NOTED_AFTER and not is_poll():
        note_use(found.session_id, now())
    if found.role is not None or endpoint not in OF_NO_STORE:
        _enter_store(found, NEEDS.get(endpoint, Role.AGENT))
    return None


@blueprint.context_processor
def _template_values() -> dict[str, object]:
    person: SignedIn | None = g.get("agent")
    passed = person if person is not None and person.passed else None
    return {"agent": passed, "console_places": _places}


def _places() -> list[tuple[str, str, str]]:
    """What the head of every page leads to, as far as this person may go: id, words, address."""
    places = [("queue", "Waiting"), ("search", "Find"), ("overview", "Overview"), ("people", "People")]
    role = agent().role or Role.AGENT
    return [
        (id_, words, url_for(f"console.{id_}"))
        for id_, words in places
        if role.at_least(NEEDS.get(f"console.{id_}", Role.AGENT))
    ]


def agent() -> SignedIn:
    """Who asks."""
    found: SignedIn = g.agent
    return found


def actor() -> str:
    """Who asks, as the audit trail names them."""
    return actor_of(agent().agent_id)


def is_fresh() -> bool:
    """Whether they signed in just now: a browser that was left open adds no key to the house."""
    return agent().since > now() - FRESH


def is_lead() -> bool:
    """Whether they may read the audit trail."""
    role = agent().role
    return role is not None and role.at_least(Role.LEAD)


def person() -> Person:
    """Who asks, in the role that their limits go by."""
    who = agent()
    return Person(who.agent_id, str(who.role))


def browser() -> PortalSession:
    """The session of this door."""
    found = request_ctx.session
    assert isinstance(found, PortalSession)  # noqa: S101 - other channels were refused before
    return found


def adopt(token: str) -> None:
    """Go on under this new id."""
    browser().adopt(token, int(WHOLE.total_seconds() // 3600))
    g.pop("csrf_token", None)  # Flask-WTF's token of this request belongs to the old id


def box() -> SecretBox:
    """What opens the stored secrets."""
    connections: Connections = current_app.extensions["evenly.connections"]
    return connections.box


def _person() -> SignedIn | None:
    session = browser()
    return signed_in(session.id, now(), IDLE) if session.came_with_cookie else None


def _enter_store(person: SignedIn, needed: Role) -> None:
    if person.store is None or person.role is None or not person.role.at_least(needed):
        abort(403)
    stores.enter(person.store)
