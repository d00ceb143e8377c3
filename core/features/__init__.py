"""Feature blocks from catalogue text: what each product is, without ever seeing a price.

``compute_blocks`` gives blocks by name from the cache; ``parse_text`` and ``read_size`` read one text and say where
in it each number stands; the tables and the row browser are for the screens and the command line.
"""

from core.features.brand_index import BrandIndex, brand_index, has_brand_index
from core.features.brand_tokens import name_key
from core.features.browse import RowQuery, find_rows
from core.features.dictionary import described_parquet, dictionary_csv, dictionary_table
from core.features.five_simple import FIVE_SIMPLE
from core.features.marks import Mark, brand_span, split_marks
from core.features.one_product import ProductEdit, ProductReader, ReadProduct
from core.features.parse import ParsedText, Part, parse_text, parsed_catalog
from core.features.registry import (
    BLOCKS,
    artifact_key,
    blocks_are_cached,
    brands,
    brands_as_read,
    compute_block,
    compute_blocks,
)
from core.features.row_view import MAX_SHOWN_CHARS, Fact, RowView, read_row, read_text
from core.features.sides import side_blocks
from core.features.size import SizeReading, read_size
from core.features.spans import Span
from core.features.tables import (
    block_names,
    column_table,
    coverage_table,
    distribution_table,
    feature_dictionary,
    feature_parquet,
    feature_table,
    notes_of,
    size_table,
)
from core.features.text import clean_text, fold
from core.features.units import UNITS

__all__ = [
    "BLOCKS",
    "FIVE_SIMPLE",
    "MAX_SHOWN_CHARS",
    "UNITS",
    "BrandIndex",
    "Fact",
    "Mark",
    "ParsedText",
    "Part",
    "ProductEdit",
    "ProductReader",
    "ReadProduct",
    "RowQuery",
    "RowView",
    "SizeReading",
    "Span",
    "artifact_key",
    "block_names",
    "blocks_are_cached",
    "brand_index",
    "brand_span",
    "brands",
    "brands_as_read",
    "clean_text",
    "column_table",
    "compute_block",
    "compute_blocks",
    "coverage_table",
    "described_parquet",
    "dictionary_csv",
    "dictionary_table",
    "distribution_table",
    "feature_dictionary",
    "feature_parquet",
    "feature_table",
    "find_rows",
    "fold",
    "has_brand_index",
    "name_key",
    "notes_of",
    "parse_text",
    "parsed_catalog",
    "read_row",
    "read_size",
    "read_text",
    "side_blocks",
    "size_table",
    "split_marks",
]
