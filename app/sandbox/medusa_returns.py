"""Returns, gift cards and payments at the pretend Medusa.

Gift cards belong to the loyalty plugin: without it their address does not exist. Source: the recorded
calls. A return is only asked for here; receiving it is `medusa_parcels.py`.
"""

from decimal import Decimal
from typing import Any

from app.sandbox.contract import Answer
from app.sandbox.medusa_exchanges import NOT_OPEN, ask_back, take_back
from app.sandbox.medusa_shop import Coming, Shop
from app.sandbox.medusa_views import order_of, payment_of, refused, return_of, said

ONLY_CUSTOMERS = "Store credit refunds can only be issued to registered customers"


class Returns:
    """The calls below `/admin/returns`, `/admin/gift-cards` and `/admin/payment-collections`."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def begin(self, body: dict[str, Any]) -> Answer:
        order = self.shop.orders.get(body["order_id"])
        if order is None:
            return refused(f"Order id not found: {body['order_id']}", 404, "not_found")
        if self.shop.open_change(order):
            return refused(f"Order ({order.id}) already has an existing active order change")
        number = self.shop.number()
        coming = Coming(f"return_{number:06d}", number, order, metadata=body.get("metadata"))
        self.shop.returns[coming.id] = coming
        return said({"order": order_of(order), "return": return_of(coming, "metadata")})

    def items(self, coming: Coming, body: dict[str, Any]) -> Answer:
        if coming.status != "open":
            return refused(NOT_OPEN)
        return take_back(coming.order, coming, body["items"]) or said({"return": return_of(coming)})

    def confirm(self, coming: Coming) -> Answer:
        if coming.status != "open":
            return refused(NOT_OPEN)
        coming.status = "requested"
        ask_back(coming.order, coming)
        return said({"return": return_of(coming, "metadata")})

    def give_up(self, coming: Coming) -> Answer:
        if coming.status != "open":
            return refused(NOT_OPEN)
        del self.shop.returns[coming.id]
        return said({"id": coming.id, "object": "return", "deleted": True})

    def cancel_fulfilment(self, name: str) -> Answer:
        for coming in self.shop.returns.values():
            if name in coming.fulfilments:
                coming.fulfilments[name] = True
                return said({"fulfillment": {"id": name}})
        return refused(f"Fulfillment with id: {name} was not found", 404, "not_found")

    def make_card(self, body: dict[str, Any]) -> Answer:
        """One code, one card; the same reference as often as one likes, in any currency."""
        if body["value"] < 1:
            words = "Invalid request: Value for field 'value' too small, expected at least: '1'"
            return refused(words)
        code = body.get("code") or f"GIFT-{self.shop.number():06d}"
        if any(card["code"] == code for card in self.shop.gift_cards):
            return refused(f"Loyalty gift card with code: {code}, already exists.")
        card: dict[str, object] = {
            "id": f"gcard_{self.shop.number():06d}",
            "status": "redeemed",
            "code": code,
            "value": Decimal(body["value"]),
            "currency_code": body["currency_code"],
            "reference": body.get("reference"),
            "reference_id": body.get("reference_id"),
        }
        self.shop.gift_cards.append(card)
        return said({"gift_card": card})

    def mark_as_paid(self, name: str) -> Answer:
        for order in self.shop.orders.values():
            for collection in order.collections:
                if collection["id"] == name and collection["status"] == "not_paid":
                    collection["status"] = "completed"
                    order.paid += Decimal(str(collection["amount"]))
                    return said({"payment_collection": collection})
        return refused(f"PaymentCollection with id: {name} was not found", 404, "not_found")

    def refund(self, name: str, body: dict[str, Any]) -> Answer:
        """Each call pays again, up to what was taken, whatever is owed."""
        order = next((one for one in self.shop.orders.values() if payment_of(one)["id"] == name), None)
        if order is None:
            return refused(f"Payment id not found: {name}", 404, "not_found")
        amount = Decimal(body.get("amount", order.first_paid))
        if order.refunded + amount > order.first_paid:
            return refused("You are not allowed to refund more than the captured amount")
        made = {"id": f"ref_{self.shop.number():06d}", "amount": amount, "note": body.get("note")}
        order.refunds.append({**made, "payment_id": name})
        return said({"payment": payment_of(order)})

    def credit_line(self, order_id: str) -> Answer:
        """With the plugin there is no store credit for guests, and all customers here are guests."""
        order = self.shop.orders[order_id]
        if order.pending == 0:
            words = "Can only create credit lines if the order has a positive or negative pending difference"
            return refused(words)
        return refused(ONLY_CUSTOMERS)
