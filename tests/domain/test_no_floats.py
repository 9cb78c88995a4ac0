"""Amounts are whole numbers: nothing in the domain can make a float of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "app" / "domain"
SECONDS = {"retry_policy.py"}  # waits are no amounts, and no module of money may use them
MODULES = sorted(path for path in DOMAIN.rglob("*.py") if path.name not in SECONDS)


def floats_in(source: str) -> Iterator[str]:
    """Every place where a float can come from: written, converted to, divided or raised into being."""
    for node in ast.walk(ast.parse(source)):
        where = f"line {getattr(node, 'lineno', '?')}"
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"{where}: a float literal"
            case ast.Name(id="float" | "complex") | ast.Attribute(attr="total_seconds"):
                yield f"{where}: a float by name"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{where}: true division"
            case ast.Import(names=names) if {"math", "statistics", "cmath"} & {name.name for name in names}:
                yield f"{where}: a module of floats"
            case ast.ImportFrom(module="math" | "statistics" | "cmath" | "app.domain.retry_policy"):
                yield f"{where}: a module of floats"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_float_near_money(module: Path) -> None:
    assert list(floats_in(module.read_text(encoding="utf-8"))) == []


def test_the_modules_of_money_are_among_them() -> None:
    assert {"money.py", "pricing.py", "settlement.py", "quote.py", "exchange_order.py"} <= {
        path.name for path in MODULES
    }


@pytest.mark.parametrize(
    "source",
    [
        "x = 0.5",
        "x = 1e3",
        "x = 1j",
        "x = float(text)",
        "x: float = 3",
        "x = map(float, texts)",
        "x = total / 2",
        "x /= 2",
        "import math",
        "from math import floor",
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert list(floats_in(source))


def test_the_search_lets_whole_numbers_be() -> None:
    assert list(floats_in('"""1.5 / 2 in words"""\nx = 7 // 2 * 3 % 4\nfrom decimal import Decimal\n')) == []
