"""Real input: a shop's own exports into the rows that everything else works on.

`import_products` and `import_orders` are the use cases. A file passes through in a stream: source
file → rows → one order or product as the file states it (`parsed`) → ties to the catalogue → rows,
written in batches. `store_order` and `store_product` take a single one from another program by the same
way. Fetching from a platform over its API is not here.
"""

from app.services.importing.load_orders import import_orders
from app.services.importing.load_products import import_products
from app.services.importing.optoro_schema import SnapshotOrder, faults_of
from app.services.importing.pushed import Result, Stored, Unusable, store_order, store_product
from app.services.importing.pushed_product import PushedProduct
from app.services.importing.report import FileRefused, Listener, Problem, Report
from app.services.importing.stores import UnknownStore

__all__ = [
    "FileRefused",
    "Listener",
    "Problem",
    "PushedProduct",
    "Report",
    "Result",
    "SnapshotOrder",
    "Stored",
    "UnknownStore",
    "Unusable",
    "faults_of",
    "import_orders",
    "import_products",
    "store_order",
    "store_product",
]
