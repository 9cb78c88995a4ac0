"""The use case `import products`: a product export into the catalogue of one store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.models import store_scope, writing
from app.services.importing import shopify_products
from app.services.importing.batches import in_batches
from app.services.importing.bulk_statements import lock_store
from app.services.importing.cells import Reading
from app.services.importing.csv_reading import group_rows, read_rows
from app.services.importing.parsed import ParsedProduct
from app.services.importing.report import FileRefused, Listener, Outcome, Problem, Refused, Report
from app.services.importing.seen_before import SeenBefore, seen_before
from app.services.importing.source_file import SourceFile
from app.services.importing.stores import store_of
from app.services.importing.writing_products import write_products

BATCH = 200


def import_products(slug: str, path: Path, *, now: datetime, listener: Listener | None = None) -> Report:
    """Load a product export; one commit a batch, each product whole or not at all.

    Raises UnknownStore, and FileRefused when nothing of the file can be used.
    """
    store_id, facts = store_of(slug)
    source = SourceFile.examine(path)
    if source.is_json:
        raise FileRefused(f"{path.name} is JSON; products come as a CSV export (orders may be JSON)")
    report = Report(shopify_products.KIND, str(source.encoding), listener or Listener())
    with store_scope(store_id), seen_before() as seen:
        parsed = _parsed(source, Reading(facts, now), min(source.written_at, now), seen, report)
        for products in in_batches(parsed, BATCH, lambda product: len(product.variants)):
            report.add(_write(store_id, products))
    return report


def _write(store_id: int, products: list[ParsedProduct]) -> Outcome:
    with writing():
        lock_store(store_id)
        return write_products(store_id, products)


def _parsed(
    source: SourceFile, reading: Reading, read_at: datetime, seen: SeenBefore, report: Report
) -> Iterator[ParsedProduct]:
    """The products that can be read; the others go to the report."""
    with source.open() as text:
        for group in group_rows(read_rows(text, shopify_products.REQUIRED), shopify_products.KEY):
            report.listener.progress(len(group.rows))
            try:
                product = shopify_products.read_product(group, reading, read_at)
                first = seen.line_of_first(product.platform_id, group.line)
                if first is not None:
                    raise Refused(f"it already stands in line {first}; the first one counts")
            except Refused as refused:
                what = f"product {group.key[:60]}".strip()
                report.refuse(Problem(refused.line or group.line, what, refused.reason))
                continue
            yield product
