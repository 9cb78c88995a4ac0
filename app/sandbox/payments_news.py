"""Telling a shop that something happened on a page: signed messages, sent from threads of their own.

Source: Standard Webhooks 1.0, for the three headers and the signature. What is here: signing, sending, and
trying again a few times. What is not: deciding when (`payments_visits.py`).
"""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each further try
ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class News:
    """One message: where to, and its id and body, which stay the same however often it is sent."""

    url: str
    message_id: str
    body: bytes


def news_of(page: Mapping[str, str], happened: str, at: datetime) -> News | None:
    """What the shop is told of a page, None where it gave no address."""
    url = page.get("webhook_url")
    if not url:
        return None
    content = {
        "type": f"page.{happened}",
        "timestamp": at.isoformat(timespec="seconds"),
        "data": {"page": page["page"]},
    }
    return News(url, f"msg_{secrets.token_hex(12)}", json.dumps(content, separators=(",", ":")).encode())


def signed(news: News, secret: str, at: datetime) -> dict[str, str]:
    """The headers of one try at this time."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{news.message_id}.{moment}.".encode() + news.body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": news.message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


class Messenger:
    """Sends messages; threads end when the sandbox does."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def send(self, news: News, secret: str) -> bool:
        """One try, here and now: whether it was taken."""
        address = urlsplit(news.url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port or 80, timeout=ANSWER_SECONDS
        )
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", target, body=news.body, headers=signed(news, secret, self._now()))
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def send_later(self, news: News, secret: str, *, times: int = 1, after: float = 0) -> None:
        """From a thread, after so many seconds; each of `times` is tried again until it is taken."""
        thread = threading.Thread(target=self._deliver, args=(news, secret, times, after), daemon=True)
        with self._lock:
            self._threads = [*(other for other in self._threads if other.is_alive()), thread]
            thread.start()

    def close(self) -> None:
        """Give up what is still waiting, and wait for the threads."""
        self._ending.set()
        with self._lock:
            waiting = list(self._threads)
        for thread in waiting:
            thread.join()

    def _deliver(self, news: News, secret: str, times: int, after: float) -> None:
        if self._ending.wait(after):
            return
        for _ in range(times):
            for wait in (*WAITS, None):
                taken = not self._ending.is_set() and self.send(news, secret)
                if taken or wait is None or self._ending.wait(wait):
                    break
