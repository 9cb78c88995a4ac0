"""An agent at the console without a screen: made by the use cases, signed in through the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from app.models import Agent, Role, db, writing
from app.services.agents.people import NewAgent, create_agent
from app.services.agents.secrets_of_agents import new_totp_secret
from tests.web.browsing import Browser

PASSWORD = "correct horse battery"
SIGN_IN = "/console/sign-in"
CODE = "/console/sign-in/code"
SET_UP = "/console/sign-in/set-up"


def make_agent(app: Flask, store_id: int, email: str, role: Role = Role.AGENT, *, ready: bool = True) -> str:
    """Somebody who serves this store: their TOTP secret. `ready`: the authenticator is set up."""
    secret = new_totp_secret()
    with app.app_context():
        new = NewAgent(email, role, email.partition("@")[0].title(), PASSWORD)
        agent_id = create_agent(store_id, new, datetime.now(UTC))
        if ready:
            with writing():
                agent = db.session.get_one(Agent, agent_id)
                agent.totp_secret = app.extensions["evenly.connections"].box.encrypt(secret)
                agent.totp_since = datetime.now(UTC)
        db.session.remove()
    return secret


def code_now(secret: str, steps: int = 0) -> str:
    """What the authenticator shows, or showed so many steps ago."""
    return str(TOTP(key=secret).generate(time=datetime.now(UTC) + steps * timedelta(seconds=30)).token)


class Desk(Browser):
    """A browser at the console."""

    @property
    def cookie(self) -> str | None:
        host = self.base_url.split("//")[1].partition(":")[0]
        for name in ("evenly-console", "__Host-evenly-console"):
            found = self.client.get_cookie(name, domain=host)
            if found:
                return found.value
        return None

    def password(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.send(SIGN_IN, {"email": email, "password": password})

    def sign_in(self, email: str, secret: str) -> TestResponse:
        """Both questions; the step is one that was not used before in this test's minute."""
        assert self.password(email).status_code == 303
        return self.send(CODE, {"code": code_now(secret)})
