"""Reading and checking a catalogue, side tables, and the demo catalogue.

:func:`read_catalog` and :func:`load_catalog` raise :class:`core.errors.InputError` for a file that cannot be used and
put everything else worth knowing into :attr:`core.types.Catalog.notices`.
"""

from core.catalog.demo import DemoFiles, DemoSpec, demo_source, load_truth, write_demo
from core.catalog.links import read_links
from core.catalog.read import load_catalog, read_catalog
from core.catalog.source import CatalogSource, ReadOptions, find_data, save_upload

__all__ = [
    "CatalogSource",
    "DemoFiles",
    "DemoSpec",
    "ReadOptions",
    "demo_source",
    "find_data",
    "load_catalog",
    "load_truth",
    "read_catalog",
    "read_links",
    "save_upload",
    "write_demo",
]
