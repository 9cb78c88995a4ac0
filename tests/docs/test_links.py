"""docs/links.md computes what the application accepts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.signed_link import LONGEST, prove, signature_of, take_apart

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "links.md").read_text("utf-8")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def row(name: str) -> str:
    found = re.search(rf"\| {name} \| `([^`]+)` \|", TEXT)
    assert found
    return found[1]


def test_the_example_to_check_an_implementation_by() -> None:
    secret, signed = row("Secret"), row("Signed text")
    assert signature_of(secret, signed) == row("Signature")
    link = prove(take_apart(f"{signed}.{row('Signature')}"), secret, NOW)
    assert link.order_number == "AC-1001"


def test_the_python_example_makes_a_link_that_opens() -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - our own page, and it must run
    address = names["link"]("https://swap.example/acme", "k1", "s" * 64, "AC-1001", 30)
    assert address.startswith("https://swap.example/acme/l/v1.k1.AC-1001.buyer.")
    token = address.rpartition("/")[2]
    assert prove(take_apart(token), "s" * 64, datetime.now(UTC)).order_number == "AC-1001"


def test_the_signature_is_the_one_of_liquid() -> None:
    """Shopify, Liquid filters, hmac_sha256: its own example and output."""
    shown = "8e0d5d65cff1242a4af66c8f4a32854fd5fb80edcc8aabe9b302b29c7c71dc20"
    assert signature_of("Polina", "Polyjuice") == shown


def test_the_template_has_every_part_in_its_place() -> None:
    code = re.search(r"```liquid\n(.*?)```", TEXT, re.DOTALL)
    assert code
    assert "'v1.k1.' | append: number | append: '.buyer.' | append: expiry" in code[1]
    assert "signed | hmac_sha256: secret" in code[1]
    assert f"at most {LONGEST} characters" in TEXT.replace("\n", " ")
