"""What happens when a shopper is on a page of the pretend card provider.

What is here: the addresses below `/pay/`, what each card comes to, and the way back to the shop. What is not:
the looks (`payments_page.py`). These visits are people's and not the shop's, so the ledger does not write
them down, card numbers least of all, and faults do not touch them: a card says how its payment goes.
"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from app.sandbox.payments import CardSettings
from app.sandbox.payments_account import CardAccount, NoSuchThing, Payment
from app.sandbox.payments_news import Messenger, news_of
from app.sandbox.payments_page import STYLE, challenge_page, over_page, pay_page

GOOD, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
ASKED, SILENT = "4000002500003155", "4000000000000341"
CARDS = {
    "4242 4242 4242 4242": "The payment goes through.",
    "4000 0000 0000 0002": "The bank declines the card.",
    "4000 0000 0000 9995": "There is too little money on the card.",
    "4000 0025 0000 3155": "The bank asks whether it is you.",
    "4000 0000 0000 0341": "The bank does not answer; the payment stays open.",
}
REFUSALS = {
    DECLINED: "The card was declined by its bank.",
    POOR: "There is too little money on the card.",
}
NOT_CONFIRMED = "The payment was refused when the bank asked."
UNKNOWN_CARD = ("This is none of the cards to try", "Type in one of the numbers below.")
NO_ANSWER = ("The bank did not answer", "Nothing was reserved. Try again, or go back to the shop.")
ADDRESS = re.compile(r"/pay/(pg_[0-9a-f]{32})(/challenge)?")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
STYLE_ADDRESS = "/pay/style.css"


class HostedPages:
    """The pages for people. `settings` gives the provider's settings as they are now."""

    def __init__(
        self,
        account: CardAccount,
        settings: Callable[[], CardSettings],
        now: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._account = account
        self._settings = settings
        self._now = now
        self._pause = pause
        self._messenger = Messenger(now)

    def respond(self, request: Request) -> Response:
        """The answer to anything below `/pay/`."""
        if request.path == STYLE_ADDRESS:
            return Response(STYLE, mimetype="text/css")
        found = ADDRESS.fullmatch(request.path)
        if found is None:
            return Response("There is no such page.", 404, mimetype="text/plain")
        try:
            page = self._account.page(found[1])
        except NoSuchThing:
            return Response("There is no such page.", 404, mimetype="text/plain")
        if request.method == "POST":
            return self._typed_in(request, page) if found[2] is None else self._answered(request, page)
        if page["status"] != "open":
            return _html(page, over_page(page))
        if found[2]:
            return _html(page, challenge_page(page))
        error = ("The card was not taken", page["declined"]) if page["declined"] else None
        return _html(page, pay_page(page, CARDS, error))

    def close(self) -> None:
        """Stop telling shops."""
        self._messenger.close()

    def _typed_in(self, request: Request, page: Payment) -> Response:
        card = re.sub(r"[\s-]", "", request.form.get("card", ""))
        if page["status"] != "open":
            return self._over(page)
        if card == GOOD:
            return self._paid(page)
        if card == ASKED:
            return _to(f"/pay/{page['page']}/challenge")
        if card == SILENT:
            self._pause(self._settings().slow_ms / 1000)
            return _html(page, pay_page(page, CARDS, NO_ANSWER), 504)
        if card in REFUSALS:
            return self._declined(page, REFUSALS[card])
        return _html(page, pay_page(page, CARDS, UNKNOWN_CARD), 422)

    def _answered(self, request: Request, page: Payment) -> Response:
        """What the shopper said to the bank."""
        if page["status"] != "open":
            return self._over(page)
        if request.form.get("answer") == "yes":
            return self._paid(page)
        return self._declined(page, NOT_CONFIRMED)

    def _paid(self, page: Payment) -> Response:
        settings = self._settings()
        amount = max(1, page["amount"] + settings.amount_added)
        currency = settings.currency_instead or page["currency"]
        if not self._account.authorise(page["page"], amount, currency, settings.authorisation_seconds):
            return self._over(self._account.page(page["page"]))
        return self._told(page, "authorised", _to(page["return_url"]))

    def _declined(self, page: Payment, why: str) -> Response:
        if not self._account.decline(page["page"], why):
            return self._over(self._account.page(page["page"]))
        return self._told(page, "declined", _to(f"/pay/{page['page']}"))

    def _over(self, page: Payment) -> Response:
        """A form that was sent twice ends where the first one did."""
        return _to(page["return_url"]) if page["authorised"] else _html(page, over_page(page), 410)

    def _told(self, page: Payment, happened: str, response: Response) -> Response:
        """The response, and the shop told of it when the settings say so."""
        settings, news = self._settings(), news_of(page, happened, self._now())
        if news is None or settings.webhooks == "never":
            return response
        if settings.webhooks == "before":
            self._messenger.send(news, settings.webhook_secret)
            return response
        times = 2 if settings.webhooks == "twice" else 1
        after = settings.webhook_delay_ms / 1000 if settings.webhooks == "delayed" else 0
        secret = settings.webhook_secret
        response.call_on_close(lambda: self._messenger.send_later(news, secret, times=times, after=after))
        return response


def _to(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _html(page: Payment, content: str, status: int = 200) -> Response:
    """A page of its own origin; its form may also end at the shop, where browsers check that."""
    shop = urlsplit(page["return_url"])
    headers = {
        "Content-Security-Policy": f"{POLICY} {shop.scheme}://{shop.netloc}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(content, status, mimetype="text/html", headers=headers)
