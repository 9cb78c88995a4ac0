"""The demo's agents: one of each role in each store, with a password and a secret that everybody may know.

They are made by `demo seed`, `run` and `reset` only, and serve the demo's stores and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from passlib.totp import TOTP
from sqlalchemy import select

from app.cli.demo.tables import DemoStore
from app.domain.order_number import email_key
from app.models import Agent, Role, db, writing
from app.queries.agents import stores_of
from app.queries.stores import store_with
from app.services.agents.people import NewAgent, create_agent
from app.services.secret_box import SecretBox

PASSWORD = "evenly demo password"  # noqa: S105 - printed in the README
SECRETS = {
    Role.AGENT: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    Role.LEAD: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
    Role.ADMIN: "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
}
NAMES = {Role.AGENT: "Ana Ruiz", Role.LEAD: "Lee Park", Role.ADMIN: "Ada Stone"}


@dataclass(frozen=True)
class DemoAgent:
    """What it takes to sign in as one of them."""

    store: str
    role: Role
    email: str
    name: str
    totp_secret: str

    def code(self, now: datetime) -> str:
        """What their authenticator shows at this moment."""
        return str(TOTP(key=self.totp_secret).generate(time=now).token)


def agents_of(stores: Iterable[DemoStore]) -> Iterator[DemoAgent]:
    """Every agent of these stores."""
    for store in stores:
        for role in Role:
            yield DemoAgent(store.slug, role, f"{role}@{store.slug}.example", NAMES[role], SECRETS[role])


def seed_agents(store: DemoStore, box: SecretBox, now: datetime) -> None:
    """Add those that are missing; whoever changed their password keeps it."""
    row = store_with(store.slug)
    assert row is not None  # noqa: S101 - the store was filled before
    store_id = row.id
    for agent in agents_of([store]):
        known = db.session.scalar(select(Agent.id).where(Agent.email_key == email_key(agent.email)))
        if known is not None and _serves(known, store_id):
            continue
        password = None if known is not None else PASSWORD
        made = create_agent(store_id, NewAgent(agent.email, agent.role, agent.name, password), now, "demo")
        if known is None:
            with writing():
                fresh = db.session.get_one(Agent, made)
                fresh.totp_secret, fresh.totp_since = box.encrypt(agent.totp_secret), now


def as_data(agent: DemoAgent, now: datetime) -> dict[str, str]:
    """The agent as JSON data."""
    return {
        "store": agent.store,
        "role": str(agent.role),
        "email": agent.email,
        "password": PASSWORD,
        "totp_secret": agent.totp_secret,
        "code": agent.code(now),
        "path": "/console/sign-in",
    }


def _serves(agent_id: int, store_id: int) -> bool:
    return any(found == store_id for found, _, _ in stores_of(agent_id))
