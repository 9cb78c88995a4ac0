"""What all messages to an endpoint in one of Optoro's forms have in common: access, and what answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from app.connectors.base import Outcome, Reply, outcome_of_status
from app.connectors.oauth import TokenClient
from app.connectors.platforms import optoro_reply
from app.connectors.platforms.optoro_settings import OptoroAccess, credentials_of, token_client_of

Access = TypeVar("Access", bound=OptoroAccess)


class OptoroEndpoint(Generic[Access]):
    """One merchant's endpoint. See `app.connectors.base.Connector` for what is left to each message."""

    safe_to_repeat: ClassVar = True

    def __init__(self, settings: Access, secret: str | None = None) -> None:
        """Raises InvalidSettings when the secret does not go with the settings."""
        self._settings = settings
        self._credentials = credentials_of(settings, secret)
        self._token_client = token_client_of(settings, secret)

    def outcome(self, reply: Reply) -> Outcome:
        return outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)

    def explain(self, reply: Reply) -> str:
        return optoro_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._credentials

    def token_client(self) -> TokenClient | None:
        return self._token_client

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json", exclude_defaults=False)

    def _headers_of(self, version: str) -> dict[str, str]:
        return {
            "X-Optiturn-Id": self._settings.optiturn_id,
            "X-Optiturn-Api-Version": version,
            "Accept": "application/json",
        }
