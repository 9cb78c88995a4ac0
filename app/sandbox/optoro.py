"""The merchant's end of Optoro's exchange orders: `POST /optoro/exchange_orders`.

Source: "Optoro Exchange Orders 2.0.0". What is here: headers, credential, the order of refusals, the
merchant's own sum and the one order per original order. What is not: the fields of the body
(`optoro_body.py`), what is on the shelf (`optoro_variants.py`), and what an RMA holds (`optoro_rmas.py`).
This merchant takes the prices it is told and adds what its settings say.

Refusals use the shape that Optoro's own APIs document: `{"message": …, "errors": [{"field", "code"}]}`.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from werkzeug.http import parse_options_header

from app.sandbox.checks import LARGEST_EXACT_INTEGER, Check, Problem, record, text, text_like, whole_number
from app.sandbox.contract import LARGEST_BODY, Answer, Call
from app.sandbox.ledger import Ledger
from app.sandbox.oauth import OAUTH_FORM, REFUSED_TOKEN, TOKEN_PATH, Client, TokenOffice
from app.sandbox.optoro_body import exchange_order_number, is_card, problems_in
from app.sandbox.optoro_rmas import API_VERSIONS as RMAS_VERSIONS
from app.sandbox.optoro_rmas import RMAS_PATH, problems_in_rma
from app.sandbox.optoro_variants import VARIANTS_PATH, Shelf, shelf_answer, shelf_form
from app.sandbox.strict_json import NotJsonError, read_json

API_VERSIONS = ("1", "2")
# A body of many small faults must not be answered with a reply larger than itself.
MOST_ERRORS_LISTED = 100
PPM = 1_000_000
MASK = "***"


@dataclass(frozen=True)
class OptoroSettings:
    """How this merchant reckons. Amounts are minor units of the order's currency.

    `extra_tax_ppm` is added to the lines' own tax, in millionths of the discounted price of what is not a
    gift card; below zero it takes tax away. With a `credential_header`, its value must match on every call.
    With `oauth` a call carries a token that was given at `/oauth/token`; setting it again ends all tokens.
    """

    extra_tax_ppm: int = 0
    shipping_amount_cents: int = 0
    gift_card_sku: str = "OPTOROGIFTCARD"
    credential_header: str | None = None
    credential_value: str | None = None
    oauth: Client | None = None
    variants: Shelf = field(default_factory=dict)


SETTINGS_FORM: Check = record(
    required={},
    optional={
        "extra_tax_ppm": whole_number(-PPM, PPM),
        "shipping_amount_cents": whole_number(0, LARGEST_EXACT_INTEGER),
        "gift_card_sku": text(),
        "credential": record(required={"header": text_like(r"[A-Za-z0-9-]+"), "value": text()}, optional={}),
        "oauth": OAUTH_FORM,
        "variants": lambda value, where: iter(shelf_form(value, where)),
    },
)
SWITCHED_OFF = {"credential": {"credential_header": None, "credential_value": None}, "oauth": {"oauth": None}}


class OptoroMerchant:
    """One endpoint for many merchants: `X-Optiturn-Id` tells them apart."""

    name = "optoro"

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        self._settings = OptoroSettings()
        self._office: TokenOffice | None = None

    def answer(self, call: Call) -> Answer:
        """200 with what the page of this address says, or the first refusal that applies."""
        if call.path == TOKEN_PATH and self._office is not None:
            return self._office.answer(call)
        if VARIANTS_PATH.fullmatch(call.path):
            return self._stranger(call) or shelf_answer(call, self._settings.variants)
        versions = {"/exchange_orders": API_VERSIONS, RMAS_PATH: RMAS_VERSIONS}.get(call.path)
        if versions is None:
            return _refuse(404, "There is nothing at this address.")
        refusal = self._refused_at_the_door(call, versions)
        if refusal is not None:
            return refusal
        try:
            body: Any = read_json(call.body or b"")
        except NotJsonError as error:
            return _refuse(400, str(error))
        return self._told(call, body) if call.path == RMAS_PATH else self._ordered(call, body)

    def _ordered(self, call: Call, body: Any) -> Answer:
        version, merchant = call.headers["X-Optiturn-Api-Version"], call.headers.get("X-Optiturn-Id", "")
        problems = [*_nameless(call), *problems_in(body, version=version, gift_card_sku=self._card_sku)]
        if problems:
            return _invalid(problems)
        reply, replayed = self._ledger.place_order(
            self.name, merchant, body["original_order_id"], lambda: self._priced(body)
        )
        return Answer(200, reply, replayed=replayed)

    def _told(self, call: Call, body: Any) -> Answer:
        """The newest message of each RMA is kept; the same one twice is no news."""
        problems = [*_nameless(call), *problems_in_rma(body)]
        if problems:
            return _invalid(problems)
        key = f"rma:{call.headers['X-Optiturn-Id']}:{body['rma_identifier']}"
        replayed = self._ledger.record(self.name, key) == body
        self._ledger.keep(self.name, key, body)
        return Answer(200, {}, replayed=replayed)

    @property
    def _card_sku(self) -> str:
        return self._settings.gift_card_sku

    def _refused_at_the_door(self, call: Call, versions: tuple[str, ...]) -> Answer | None:
        """Everything that is settled without reading the body."""
        if call.method != "POST":
            return replace(_refuse(405, "This is told with POST."), headers={"Allow": "POST"})
        refusal = self._stranger(call)
        if refusal is not None:
            return refusal
        if call.headers.get("X-Optiturn-Api-Version") not in versions:
            return _refuse(400, f"X-Optiturn-Api-Version must be one of: {', '.join(versions)}.")
        if call.body is None:
            return _refuse(413, f"The body is longer than {LARGEST_BODY} bytes.")
        if not _is_plain_json(call):
            return _refuse(415, "The body must be application/json in UTF-8, not compressed.")
        return None

    def _stranger(self, call: Call) -> Answer | None:
        if self._office and not self._office.knows(call.headers.get("Authorization", "")):
            return replace(_refuse(401, "The token is missing, wrong or over."), headers=REFUSED_TOKEN)
        if not self._knows_the_caller(call):
            return _refuse(401, "The credential is missing or wrong.")
        return None

    def _knows_the_caller(self, call: Call) -> bool:
        header, value = self._settings.credential_header, self._settings.credential_value
        if header is None or value is None:
            return True
        return hmac.compare_digest(call.headers.get(header, "").encode(), value.encode())

    def _priced(self, order: Mapping[str, Any]) -> dict[str, object]:
        """The merchant's sum: every line net of discount, with tax and bonus, and shipping on top.

        A gift card's face value counts as product; its bonus is only in the total, as the page says of
        totals.
        """
        settings, lines = self._settings, order["items"]
        product = sum(_product_amount(line) for line in lines)
        discount = sum(line.get("discount_amount_cents", 0) for line in lines)
        bonus = sum(line.get("bonus_credit_amount_cents", 0) for line in lines)
        taxable = sum(
            _product_amount(line) - line.get("discount_amount_cents", 0)
            for line in lines
            if not is_card(line, settings.gift_card_sku)
        )
        extra_tax = (taxable * settings.extra_tax_ppm + PPM // 2) // PPM
        tax = max(0, sum(line.get("tax_amount_cents", 0) for line in lines) + extra_tax)
        return {
            "order_identifier": exchange_order_number(order["original_order_id"]),
            "total_amount_cents": product - discount + tax + bonus + settings.shipping_amount_cents,
            "product_amount_cents": product,
            "tax_amount_cents": tax,
        }

    def settings(self) -> Mapping[str, object]:
        """The settings, with the values of credentials masked."""
        shown = asdict(self._settings)
        oauth = shown["oauth"] and {**shown["oauth"], "client_secret": MASK}
        return shown | {"credential_value": MASK if shown["credential_value"] else None, "oauth": oauth}

    def configure(self, changes: Mapping[str, object]) -> list[Problem]:
        """Take the settings named and leave the rest; null for `credential` or `oauth` asks for none."""
        wanted: dict[str, Any] = {name: value for name, value in changes.items() if not _is_off(name, value)}
        problems = list(SETTINGS_FORM(wanted, ""))
        if problems:
            return problems
        credential, oauth = wanted.pop("credential", None), wanted.pop("oauth", None)
        for name in changes:
            wanted |= SWITCHED_OFF.get(name, {})
        if credential is not None:
            wanted |= {"credential_header": credential["header"], "credential_value": credential["value"]}
        if oauth is not None:
            wanted["oauth"] = Client(**oauth)
        self._settings = replace(self._settings, **wanted)
        if "oauth" in changes:
            self._office = TokenOffice(self._settings.oauth, self._now) if self._settings.oauth else None
        return []

    def reset(self) -> None:
        """Back to no extra tax, no shipping, no credential."""
        self._settings = OptoroSettings()
        self._office = None

    def secret_headers(self) -> frozenset[str]:
        """The header of the configured credential."""
        header = self._settings.credential_header
        return frozenset() if header is None else frozenset({header.lower()})


def _nameless(call: Call) -> list[Problem]:
    named = call.headers.get("X-Optiturn-Id", "").strip()
    return [] if named else [Problem("X-Optiturn-Id", "missing_field")]


def _is_off(name: str, value: object) -> bool:
    return value is None and name in SWITCHED_OFF


def _product_amount(line: Mapping[str, int]) -> int:
    """Before discount and tax. A line may leave it out, then quantity times unit price says the same."""
    return line.get("product_amount_cents", line["quantity"] * line.get("unit_price_amount_cents", 0))


def _is_plain_json(call: Call) -> bool:
    media_type, options = parse_options_header(call.headers.get("Content-Type"))
    charset = options.get("charset", "utf-8").lower()
    encoding = call.headers.get("Content-Encoding", "identity").lower()
    return media_type.lower() == "application/json" and charset == "utf-8" and encoding == "identity"


def _refuse(status: int, message: str) -> Answer:
    return Answer(status, {"message": message})


def _invalid(problems: list[Problem]) -> Answer:
    errors = [{"field": field, "code": code} for field, code in problems[:MOST_ERRORS_LISTED]]
    return Answer(422, {"message": "Validation Failed", "errors": errors})
