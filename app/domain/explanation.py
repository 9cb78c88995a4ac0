"""Why a sum is what it is: for each of its rows, the rule and the values that made it, in plain words.

Everything is read from the quote. How rows are labelled and laid out is not here, and neither are words for
agents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.explaining_lines import LineWords, Money, Names, shown
from app.domain.fees import Fee, FeeKind
from app.domain.pricing import Price
from app.domain.quote import Quote
from app.domain.reasons import REASON_WORDS, Reason
from app.domain.refunds import RefundTo, RefundWhen

Sentences = tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """The sentences for each row of a quote. `names` says what the items of the quote are called."""

    quote: Quote
    names: Mapping[int, Names]
    money: Money

    def credit(self) -> Sentences:
        return tuple(words.credit() for words in self._lines())

    def replacement(self) -> Sentences:
        return tuple(words.replacement(price) for words, price in self._priced())

    def discount(self) -> Sentences:
        return tuple(
            words.discount(price)
            for words, price in self._priced()
            if shown(words.line, price, self.quote.tax_inclusive).kept
        )

    def waived(self) -> Sentences:
        return tuple(words.waived(price) for words, price in self._priced() if price.waived)

    def tax(self) -> Sentences:
        taxed = tuple(words.tax(price) for words, price in self._priced() if price.tax)
        return (*taxed, "The shop's own system works out the final tax when it places the order.")

    def fee(self, kind: FeeKind) -> Sentences:
        charged = [fee for fee in self.quote.charges if fee.kind is kind]
        return tuple(self._charged(fee) for fee in charged)

    def forfeited(self) -> Sentences:
        return (
            "What you get costs less than what you send back; this shop does not pay the rest out:"
            f" {self.money(self.quote.forfeited)}.",
        )

    def card(self) -> Sentences:
        """What is on the card, the bonus apart."""
        given = tuple(
            f"{self.names[line.item_id].leaves}: its credit of {self.money(line.credit.total)}."
            for line in self.quote.lines
            if line.price is None
        )
        fees = sum(fee.amount for fee in self.quote.charges if fee.on_card)
        less = (f"Less {self.money(fees)} restocking.",) if fees else ()
        residue = self.quote.card.residue if self.quote.card else 0
        rest = (
            f"What you get otherwise costs {self.money(residue)} less than what you send back;"
            " this shop puts it on the card."
        )
        return (*given, *less, *((rest,) if residue else ()))

    def bonus(self) -> Sentences:
        card = self.quote.card
        if card is None:
            return ()
        if card.why["fixed"]:
            return (f"The shop adds {self.money(card.why['fixed'])} to every gift card it gives for items.",)
        earned = f"The shop adds {card.why['percent']} % of {self.money(card.why['earning'])}"
        cap = card.why["cap"]
        return (f"{earned}, at most {self.money(cap)}." if cap is not None else f"{earned}.",)

    def end(self) -> Sentences:
        """How the rows come to what is paid or given back."""
        quote = self.quote
        if not any(line.price for line in quote.lines):
            return ()
        cost, credit = self._cost(), self._replaced()
        if quote.difference > 0:
            return (f"{cost}: {self.money(quote.difference)} more than the {credit}. It is yours to pay.",)
        if quote.difference == 0:
            return (f"{cost}: exactly the {credit}.",)
        return (f"{cost}: {self.money(-quote.difference)} less than the {credit}. {self._whereto()}",)

    def _cost(self) -> str:
        outgoing = [line for line in self.quote.lines if line.price]
        said = f"What you get comes to {self.money(sum(line.price.total for line in outgoing if line.price))}"
        fees = sum(line.fees for line in outgoing)
        return f"{said} and the fees to {self.money(fees)}" if fees else said

    def _replaced(self) -> str:
        credit = sum(line.credit.total for line in self.quote.lines if line.price)
        return f"{self.money(credit)} paid for what it replaces"

    def _whereto(self) -> str:
        match self.quote.refund_to:
            case RefundTo.GIFT_CARD:
                return "It goes onto your gift card."
            case RefundTo.FORFEITED:
                return "This shop does not pay it out."
        if self.quote.refund_when is RefundWhen.RECEIVED:
            return "It goes back to the way you paid once your parcel has arrived."
        return "It goes back to the way you paid once the exchange is placed."

    def _charged(self, fee: Fee) -> str:
        if fee.why["waived_for"]:
            return self._not_charged(fee)
        if fee.kind is FeeKind.SHIPPING:
            return f"{self.money(fee.amount)} once for sending what you get, however many items there are."
        if fee.kind is FeeKind.EXPEDITED:
            return f"You asked for it to be sent faster: {self.money(fee.amount)}, once."
        units, name = fee.why["units"], self.names[fee.item_id or 0].leaves
        each = f"each of the {units} that come back" if units > 1 else "what comes back"
        said = f"{name}: {self.money(fee.why['fee'])} for {each}"
        if fee.amount < fee.why["asked"]:
            return f"{said}, but no more than the card has left: {self.money(fee.amount)}."
        return f"{said}: {self.money(fee.amount)}." if units > 1 else f"{said}."

    def _not_charged(self, fee: Fee) -> str:
        reasons = " / ".join(f"“{REASON_WORDS[Reason(code)]}”" for code in fee.why["waived_for"])
        name = f"{self.names[fee.item_id].leaves}: " if fee.item_id else ""
        return f"{name}{self.money(fee.why['fee'])} is not charged, because of your reason: {reasons}."

    def _lines(self) -> Iterator[LineWords]:
        for line in self.quote.lines:
            yield LineWords(line, self.names[line.item_id], self.quote.tax_inclusive, self.money)

    def _priced(self) -> Iterator[tuple[LineWords, Price]]:
        for words in self._lines():
            if words.line.price:
                yield words, words.line.price
