"""What each rule asks, in words for agents: the rules that a line has passed are listed by these."""

from __future__ import annotations

from collections.abc import Mapping

RULE_WORDS: Mapping[str, str] = {
    "order_cancelled": "The order is not cancelled",
    "not_shipped": "It was sent",
    "in_live_exchange": "The order is in no other exchange",
    "order_already_exchanged": "The order can still be exchanged",
    "already_refunded": "It was not refunded",
    "line_already_exchanged": "It was not exchanged",
    "not_delivered_yet": "It has arrived",
    "outside_window": "The exchange window is open",
    "final_sale": "It is no final sale",
    "gift_card_item": "It is no gift card",
    "third_party": "The shop sold it itself",
    "excluded_tag": "No tag excludes it",
    "excluded_country": "Its country is served",
    "other_currency": "It was paid in the store's currency",
    "no_email": "There is an e-mail address to write to",
    "chain_limit": "Not too many exchanges came before it",
    "value_over_review_limit": "Its value needs no second look",
    "too_many_recent_exchanges": "The shopper did not exchange too often of late",
    "reason_needs_photo": "Its reason needs no photo",
}
