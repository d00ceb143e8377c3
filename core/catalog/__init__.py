"""Reading and checking a catalogue, side tables, and the demo catalogue.

:func:`read_catalog` and :func:`load_catalog` raise :class:`core.errors.InputError` for a file that cannot be used and
put everything else worth knowing into :attr:`core.types.Catalog.notices`.
"""

from core.catalog.demo import DemoFiles, DemoSpec, demo_source, load_truth, write_demo
from core.catalog.links import read_links
from core.catalog.override_file import (
    OVERRIDES_FILE,
    drop_overrides,
    keep_overrides,
    overrides_path,
    with_overrides,
)
from core.catalog.overrides import UNIT_NAMES, write_overrides
from core.catalog.predictions import PredictionTable, read_predictions
from core.catalog.read import load_catalog, read_catalog
from core.catalog.source import CatalogSource, ReadOptions, find_data, save_upload
from core.catalog.submitted import SubmittedFile, read_submitted

__all__ = [
    "OVERRIDES_FILE",
    "UNIT_NAMES",
    "CatalogSource",
    "DemoFiles",
    "DemoSpec",
    "PredictionTable",
    "ReadOptions",
    "SubmittedFile",
    "demo_source",
    "drop_overrides",
    "find_data",
    "keep_overrides",
    "load_catalog",
    "load_truth",
    "overrides_path",
    "read_catalog",
    "read_links",
    "read_predictions",
    "read_submitted",
    "save_upload",
    "with_overrides",
    "write_demo",
    "write_overrides",
]
