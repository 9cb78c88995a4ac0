"""The documentation says what there is: settings, commands, connectors, and no dead link."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

from app.connectors.fraud.ravelin_settings import RavelinSettings
from app.connectors.payments.cards_settings import CardsSettings
from app.connectors.payments.stripe_settings import StripeSettings
from app.connectors.platforms.medusa_settings import MedusaSettings
from app.connectors.platforms.optoro_rmas_settings import RmasSettings
from app.connectors.platforms.optoro_settings import OptoroSettings
from app.connectors.platforms.optoro_variants import VariantsSettings
from app.connectors.platforms.stateset_settings import StateSetSettings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", DOCS / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "policy.md", "rules.md"])
def test_pages_made_from_the_code_are_up_to_date(writer: ModuleType, name: str) -> None:
    written = writer.PAGES[name]()
    assert (DOCS / name).read_text("utf-8") == written, "run: .venv/bin/python docs/write_reference.py"


@pytest.mark.parametrize(
    ("system", "settings"),
    [
        ("optoro", OptoroSettings),
        ("optoro", VariantsSettings),
        ("optoro", RmasSettings),
        ("medusa", MedusaSettings),
        ("stateset", StateSetSettings),
        ("ravelin", RavelinSettings),
        ("cards", CardsSettings),
        ("stripe", StripeSettings),
    ],
)
def test_every_setting_of_the_connector_is_described(system: str, settings: type[BaseModel]) -> None:
    text = (DOCS / "connectors" / f"{system}.md").read_text("utf-8")
    described = {
        name
        for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert set(settings.model_fields) - described == set()


def test_the_table_of_demo_orders_is_up_to_date(writer: ModuleType) -> None:
    table = writer.demo_table()
    assert table in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []
