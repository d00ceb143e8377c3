"""The demo catalogue as files: train, test, the test's true prices apart, photos."""

from __future__ import annotations

import csv
import io
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog.demo.photos import photo_jpeg
from core.catalog.demo.products import Brands, log_prices, make_brands, make_products, shelf_prices
from core.catalog.demo.shelves import QUALITY, SHELVES
from core.catalog.demo.spec import VERSION, DemoFiles, DemoSpec
from core.catalog.demo.texts import catalog_content
from core.catalog.demo.titles import Product
from core.catalog.source import CatalogSource
from core.errors import InputError, StorageError
from core.store import cache_key, write_atomic
from core.types import ID, IMAGE, PRICE, TEXT, ProgressFn, no_progress

BUILT_IN = DemoSpec()
LINK = "https://demo.invalid/I/"
TRUTH_FILE = "test_truth.csv"
_REPORT_EVERY = 1000
_NAME_DIGITS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def write_demo(out: Path, spec: DemoSpec, report: ProgressFn = no_progress) -> DemoFiles:
    """Write a demo catalogue into the folder ``out``, made if need be.

    Files: ``train.csv``, ``test.csv``, ``test_truth.csv`` (``sample_id,price`` of the test rows) and ``images/``.
    Each table is whole or absent and ``train.csv`` comes last. The same ``spec`` gives the same bytes.

    Raises:
        InputError: ``out`` is a file.
        StorageError: The disk refused.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, not a folder.", "Name a folder for the demo catalogue.")
    frame, rows, products = demo_table(spec, report)
    files = DemoFiles(out / "train.csv", out / "test.csv", out / TRUTH_FILE, out / "images")
    _write_photos(files.images, frame, rows, products, spec)
    report(0.95, "writing tables")
    test = frame.iloc[spec.rows :]
    write_atomic(files.truth, _csv_bytes(test, (ID, PRICE)))
    write_atomic(files.test, _csv_bytes(test, (ID, TEXT, IMAGE)))
    write_atomic(files.train, _csv_bytes(frame.iloc[: spec.rows], (ID, TEXT, IMAGE, PRICE)))
    report(1.0, "demo catalogue written")
    return files


def demo_table(spec: DemoSpec, report: ProgressFn = no_progress) -> tuple[pd.DataFrame, pd.DataFrame, list[Product]]:
    """The catalogue in memory.

    Returns:
        The rows as they are written, train first, with ``price`` also for test; the product codes behind each row;
        and the product behind each row.
    """
    rng = np.random.default_rng([VERSION, spec.seed])
    brands = make_brands(spec, rng)
    rows = make_products(spec, brands, rng)
    _, noisy = log_prices(rows, brands, rng)
    price = shelf_prices(noisy, rng)
    order = np.concatenate([rng.permutation(spec.rows), spec.rows + rng.permutation(spec.rows)])
    products = _products(rows, brands)
    texts = _texts(rows, products, spec, report)
    ids = rng.choice(4 * spec.rows, size=2 * spec.rows, replace=False)
    links = _links(rows, spec)
    frame = pd.DataFrame({ID: ids.astype(str), TEXT: texts, IMAGE: links, PRICE: price})
    in_order = frame.iloc[order].reset_index(drop=True)
    return in_order, rows.iloc[order].reset_index(drop=True), [products[row] for row in order]


def _products(rows: pd.DataFrame, brands: Brands) -> list[Product]:
    columns = [rows[name].tolist() for name in ("brand", "shelf", "noun", "flavour", "size", "pack", "quality")]
    names = [word for word, _, _ in QUALITY]
    return [
        Product(
            brand=brands.names[brand],
            shelf=SHELVES[shelf],
            noun=SHELVES[shelf].nouns[noun],
            flavour=SHELVES[shelf].flavours[flavour],
            size=float(size),
            pack=int(pack),
            quality=tuple(word for bit, word in enumerate(names) if quality >> bit & 1),
        )
        for brand, shelf, noun, flavour, size, pack, quality in zip(*columns, strict=True)
    ]


def _texts(rows: pd.DataFrame, products: Sequence[Product], spec: DemoSpec, report: ProgressFn) -> list[str]:
    """One text a product: rows that are duplicates share it."""
    rng = random.Random(f"{VERSION} {spec.seed} texts")
    written: dict[int, str] = {}
    for place, (number, product) in enumerate(zip(rows["text"].tolist(), products, strict=True)):
        if number not in written:
            written[number] = catalog_content(product, rng)
        if place % _REPORT_EVERY == 0:
            report(0.8 * place / len(rows), "writing demo texts")
    return [written[number] for number in rows["text"].tolist()]


def _links(rows: pd.DataFrame, spec: DemoSpec) -> list[str]:
    """A photo's link each; rows of one photo share it."""
    rng = random.Random(f"{VERSION} {spec.seed} links")
    names = {number: "D" + "".join(rng.choices(_NAME_DIGITS, k=10)) for number in sorted(set(rows["photo"].tolist()))}
    return [f"{LINK}{names[number]}.jpg" for number in rows["photo"].tolist()]


def _write_photos(
    folder: Path, frame: pd.DataFrame, rows: pd.DataFrame, products: Sequence[Product], spec: DemoSpec
) -> None:
    """Draw the photos of the first rows of a random order; a photo that rows share is drawn once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        order = np.random.default_rng([VERSION, spec.seed, 1]).permutation(len(frame))
        shelves, brands, links = rows["shelf"].tolist(), rows["brand"].tolist(), frame[IMAGE].tolist()
        drawn: set[str] = set()
        for row in order.tolist():
            if len(drawn) >= spec.photos:
                return
            name = links[row].removeprefix(LINK)
            if name not in drawn:
                drawn.add(name)
                picture = photo_jpeg(products[row], shelves[row], brands[row], seed=spec.seed)
                (folder / name).write_bytes(picture)
    except OSError as error:
        raise StorageError(f"The demo photos could not be written to {folder} ({error.strerror}).") from error


def _csv_bytes(frame: pd.DataFrame, columns: Sequence[str]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(frame[column].tolist() for column in columns), strict=True))
    return buffer.getvalue().encode()


def demo_source(cache_dir: Path) -> CatalogSource:
    """The built-in demo catalogue, written once under ``cache_dir/demo/`` and used again.

    Raises:
        StorageError: The disk refused.
    """
    spec = BUILT_IN
    settings = {"rows": spec.rows, "unseen": spec.unseen, "seed": spec.seed, "photos": spec.photos}
    folder = cache_dir / "demo" / cache_key("demo", VERSION, settings)
    if not folder.is_dir():
        _write_whole(folder, spec)
    return CatalogSource(
        str(folder / "train.csv"), str(folder / "test.csv"), images=str(folder / "images"), name="demo"
    )


def _write_whole(folder: Path, spec: DemoSpec) -> None:
    """Write beside the place and move: a folder of the final name is whole, also when two processes try at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-", ignore_cleanup_errors=True) as part:
            write_demo(Path(part) / "demo", spec)
            if not folder.is_dir():
                shutil.move(Path(part) / "demo", folder)
    except OSError as error:
        if not folder.is_dir():
            raise StorageError(f"The demo catalogue could not be written to {folder} ({error}).") from error


def load_truth(source: CatalogSource) -> pd.Series | None:
    """True prices of a demo's test rows, dollars by ``sample_id``; None when none stand beside the test file.

    Join by id: nothing checks here that the file belongs to this test file.
    """
    path = Path(source.test).parent / TRUTH_FILE
    if not path.is_file():
        return None
    table = pd.read_csv(path, dtype={ID: "str", PRICE: "float64"})
    return table.set_index(ID)[PRICE]
