"""Telling the merchant's own programs: the same as telling a listener, with another message and address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.connectors.base import Connector
from app.domain.exchange_notice import ExchangeNotice
from app.models import Dispatch
from app.services.connector_settings import Connections, notifier_for
from app.services.work_reporting import Reporting


class Noticing(Reporting):
    """See `app.services.dispatch_work.Work`."""

    def read(self, data: Mapping[str, Any]) -> Any:
        return ExchangeNotice.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Connector[Any]:
        return notifier_for(connections, dispatch.system)
