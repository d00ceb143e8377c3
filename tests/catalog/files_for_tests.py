"""Tiny catalogue files written by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.catalog import ReadOptions, read_catalog
from core.types import Catalog

TRAIN = "sample_id,catalog_content,image_link,price\n"
TEST = "sample_id,catalog_content,image_link\n"
ONE_TRAIN = TRAIN + "1,a tin,https://demo.invalid/I/a.jpg,2.5\n"
ONE_TEST = TEST + "9,a box,https://demo.invalid/I/b.jpg\n"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file as it is, without a change of line ends."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(
    folder: Path,
    train: str | bytes = ONE_TRAIN,
    test: str | bytes = ONE_TEST,
    *,
    sides: Sequence[Path] = (),
    drop: bool = False,
) -> Catalog:
    """Write ``train.csv`` and ``test.csv`` and read them."""
    options = ReadOptions(drop_bad_prices=drop)
    return read_catalog(put(folder, "train.csv", train), put(folder, "test.csv", test), sides=sides, options=options)


def codes(catalog: Catalog) -> list[str]:
    """Codes of the notices, in order."""
    return [notice.code for notice in catalog.notices]
