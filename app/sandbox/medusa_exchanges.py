"""Exchanges at the pretend Medusa: begun, filled, confirmed, given up and cancelled, with their traps.

Nothing here is idempotent and no call locks an order, on purpose: that is how the real one behaves.
Source: the recorded calls, and the notes on what bit.
"""

import threading
from decimal import Decimal
from typing import Any

from app.sandbox.contract import Answer
from app.sandbox.medusa_shop import NOTHING, Change, Coming, Line, Method, Order, Shop
from app.sandbox.medusa_views import exchange_of, failed, order_of, preview_of, refused, return_of, said

SHIPPING_OPTIONS = {"so_standard": Decimal(5), "so_express": Decimal(9), "so_return": Decimal(3)}
NOT_OPEN = "An active Order Change is required to proceed"
TOO_MANY = "Cannot request to return more items than what was fulfilled for item {}."
UNFULFILLED = "All fulfillments must be canceled before canceling am exchange"
NO_STOCK = "Not enough stock available for item iitem_{} at location sloc_harbour"
ONE_OF_EACH = "Order exchange request should have at least 1 item inbound and 1 item outbound"
LONGEST_WAIT = 5.0


class Exchanges:
    """The calls below `/admin/exchanges`. `racing` confirms are let in before any of them is carried out."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.racing = threading.Barrier(1)
        self._confirming: set[str] = set()

    def create(self, body: dict[str, Any]) -> Answer:
        order = self.shop.orders.get(body["order_id"])
        if order is None:
            return refused(f"Order id not found: {body['order_id']}", 404, "not_found")
        if self.shop.open_change(order):
            return refused(f"Order ({order.id}) already has an existing active order change")
        number = self.shop.number()
        change = Change(
            f"oexc_{number:06d}", number, order, body.get("metadata"), change_id=f"ordch_{number:06d}"
        )
        self.shop.exchanges[change.id] = change
        inside = {"id": change.change_id, "exchange_id": change.id, "status": "pending"}
        return said({"order": order_of(order) | {"order_change": inside}, "exchange": exchange_of(change)})

    def step(self, change: Change, rest: str, body: dict[str, Any]) -> Answer:
        """One call that fills the exchange."""
        if not change.pending:
            return refused(NOT_OPEN)
        if rest == "inbound/items":
            return self._inbound(change, body)
        if rest == "outbound/items":
            return self._outbound(change, body)
        return self._shipping(change, rest, body)

    def carry_over(self, change_id: str, body: dict[str, Any]) -> Answer:
        for change in self.shop.exchanges.values():
            if change.change_id == change_id and change.pending:
                change.carries_promotions = body.get("carry_over_promotions") is True
                return said({"order_change": {"id": change_id, "carry_over_promotions": True}})
        return refused(f"Order change id not found: {change_id}", 404, "not_found")

    def _inbound(self, change: Change, body: dict[str, Any]) -> Answer:
        if change.poisoned:
            return refused(f"Return id not found: {_return_id(change)}", 404, "not_found")
        first = change.coming is None
        if change.coming is None:
            number = self.shop.number()
            change.coming = Coming(f"return_{number:06d}", number, change.order)
            self.shop.returns[change.coming.id] = change.coming
        answer = take_back(change.order, change.coming, body["items"])
        if answer is not None:
            # The rollback removes the return and leaves the exchange pointing at it.
            unknown = "does not exist in order" in str(answer.text)
            if first and unknown:
                del self.shop.returns[change.coming.id]
                change.coming = None
            elif first:
                del self.shop.returns[change.coming.id]
                change.poisoned = True
            return answer
        return said({"order_preview": preview_of(change), "return": return_of(change.coming)})

    def _outbound(self, change: Change, body: dict[str, Any]) -> Answer:
        added = []
        for item in body["items"]:
            variant = self.shop.variants.get(item["variant_id"])
            if variant is None or not variant.published:
                return refused(
                    f"Variants {item['variant_id']} do not exist or belong to a product that is not published"
                )
            price = item.get("unit_price", variant.price)
            if price is None:
                return refused(f"Variants with IDs {variant.id} do not have a price")
            if item["quantity"] <= 0:
                return refused("Item quantity must be greater than 0")
            if item["quantity"] > variant.stocked - variant.reserved and not item.get("allow_backorder"):
                words = "Some variant does not have the required inventory"
                return refused(words, kind="not_allowed", code="insufficient_inventory")
            name = f"ordli_new_{self.shop.number():06d}"
            line = Line(name, variant, Decimal(price), int(item["quantity"]), rate=self.shop.tax_rate)
            if change.carries_promotions:
                line.discount = line.subtotal * _discount_share(change.order)
            added.append(line)
        change.outbound += added
        return said({"order_preview": preview_of(change), "exchange": exchange_of(change)})

    def _shipping(self, change: Change, rest: str, body: dict[str, Any]) -> Answer:
        """A return option is taken outwards too; an unknown one is a surprise to Medusa."""
        option = body["shipping_option_id"]
        if option not in SHIPPING_OPTIONS:
            return failed()
        amount = Decimal(body.get("custom_amount", SHIPPING_OPTIONS[option]))
        method = Method(option, amount, self.shop.tax_rate)
        methods = change.inbound_methods if rest.startswith("inbound") else change.outbound_methods
        methods.append(method)
        return said({"order_preview": preview_of(change), "exchange": exchange_of(change)})

    def confirm(self, change: Change, lock: threading.RLock) -> Answer:
        """Two at a time both succeed: what is pending is looked at before it is locked."""
        if change.cancelled:
            return refused(f"Exchange with id {change.id} has been canceled.")
        if not change.pending:
            return refused(NOT_OPEN)
        if change.id in self._confirming and self.racing.parties == 1:
            return refused("Order Change cannot be modified: another one is running")
        self._confirming.add(change.id)
        try:
            if self.racing.parties > 1:
                self.racing.wait(LONGEST_WAIT)
            with lock:
                return self._carry_out(change)
        finally:
            self._confirming.discard(change.id)

    def _carry_out(self, change: Change) -> Answer:
        order, coming = change.order, change.coming
        if coming is None or not coming.units or not change.outbound:
            return refused(ONE_OF_EACH)
        if change.outbound_methods:
            for line in change.outbound:
                if line.quantity > line.variant.stocked - line.variant.reserved:
                    return refused(NO_STOCK.format(line.variant.sku), kind="not_allowed")
            for line in change.outbound:
                line.variant.reserved += line.quantity
        preview = preview_of(change)
        change.pending, coming.status = False, "requested"
        change.additional = list(change.outbound)
        order.version += 1
        order.lines += change.outbound
        order.methods += [*change.inbound_methods, *change.outbound_methods]
        ask_back(order, coming)
        if change.inbound_methods:
            coming.fulfilments[f"ful_{coming.id}"] = False
        self._collect(order)
        shown = {"exchange": exchange_of(change), "return": return_of(coming)}
        return said({"order_preview": preview, **shown})

    def _collect(self, order: Order) -> None:
        """One unpaid collection for all that is owed: what is there already is made to be that."""
        if order.pending <= NOTHING:
            return
        unpaid = next((one for one in order.collections if one["status"] == "not_paid"), None)
        if unpaid is not None:
            unpaid["amount"] = order.pending
        else:
            name = f"pay_col_{self.shop.number():06d}"
            order.collections.append({"id": name, "status": "not_paid", "amount": order.pending})

    def give_up(self, change: Change) -> Answer:
        if not change.pending:
            return refused(NOT_OPEN)
        del self.shop.exchanges[change.id]
        if change.coming is not None:
            self.shop.returns.pop(change.coming.id, None)
        return said({"id": change.id, "object": "exchange", "deleted": True})

    def fulfil(self, body: dict[str, Any]) -> Answer:
        """Send replacements; without a reservation, which only a shipping method makes, nothing goes."""
        for item in body["items"]:
            for change in self.shop.exchanges.values():
                line = next((one for one in change.additional if one.id == item["id"]), None)
                if line is None:
                    continue
                if not change.outbound_methods:
                    words = f"No stock reservation found for item {line.id} - Tee ({line.variant.title})"
                    return refused(words)
                line.fulfilled += int(item["quantity"])
                return said({"order": order_of(change.order)})
        return refused("Items do not exist in order")

    def cancel(self, change: Change) -> Answer:
        """Back to before, but for the payment collection, which stays."""
        if change.cancelled:
            return refused(f"Exchange with id {change.id} has been canceled.")
        if change.pending:
            order = change.order
            words = f"Order ({order.id}) already has an existing active order change"
            return failed() if change.poisoned else refused(words)
        coming, order = change.coming, change.order
        if coming and not all(coming.fulfilments.values()):
            return refused(UNFULFILLED, kind="not_allowed")
        for line in change.additional:
            if change.outbound_methods:
                line.variant.reserved -= line.quantity
            order.lines.remove(line)
        for method in [*change.inbound_methods, *change.outbound_methods]:
            order.methods.remove(method)
        if coming:
            coming.status = "canceled"
            for name, count in coming.units.items():
                _line(order, name).requested -= count
        change.cancelled, order.version = True, order.version + 2
        return said({})


def take_back(order: Order, coming: Coming, items: list[dict[str, Any]]) -> Answer | None:
    """Note what comes back, appending; the refusal when it cannot."""
    unknown = [item["id"] for item in items if order.line(item["id"]) is None]
    if unknown:
        words = f"Items with ids {','.join(unknown)} does not exist in order with id {order.id}."
        return refused(words)
    for item in items:
        line = _line(order, item["id"])
        if item["quantity"] == 0:
            return refused(f"Quantity to return of item {line.id} is required.")
        wanted = coming.units.get(line.id, 0) + item["quantity"]
        if item["quantity"] < 0 or wanted > line.fulfilled - line.requested:
            return refused(TOO_MANY.format(line.id))
    for item in items:
        coming.units[item["id"]] = coming.units.get(item["id"], 0) + int(item["quantity"])
    return None


def ask_back(order: Order, coming: Coming) -> None:
    """The units are on their way back from now on."""
    for name, count in coming.units.items():
        _line(order, name).requested += count


def _line(order: Order, name: str) -> Line:
    line = order.line(name)
    if line is None:
        raise KeyError(name)
    return line


def _return_id(change: Change) -> str:
    return change.coming.id if change.coming else "return_gone"


def _discount_share(order: Order) -> Decimal:
    """The part of its price that the order's first line was given off."""
    first = order.lines[0]
    return first.discount / first.subtotal if first.subtotal else NOTHING
