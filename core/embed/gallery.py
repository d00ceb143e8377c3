"""Products as a person looks at them: a small photo, a title, a price; found by id or by words of the title."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core.embed.decode import DecodeFailure, decode_photo, read_bounded
from core.embed.photos import photo_path
from core.types import TEXT, BoolArray, Catalog, SplitFrame

THUMBNAIL_PX = 256
_TITLE_CHARACTERS = 90
_LABEL = "Item Name:"


@dataclass(frozen=True)
class ProductCard:
    """What a gallery shows of a product.

    Attributes:
        split: ``train`` or ``test``.
        price: US dollars; NaN for a test product.
        photo: A small JPEG, or None when there is no readable photo.
        similarity: Cosine to what was asked for; NaN for the product itself.
    """

    sample_id: str
    split: str
    title: str
    price: float
    photo: bytes | None
    similarity: float


def short_title(text: str) -> str:
    """The first line of a catalogue text without its label, cut at 90 characters."""
    line = text.split("\n", 1)[0].removeprefix(_LABEL).strip()
    return line if len(line) <= _TITLE_CHARACTERS else f"{line[:_TITLE_CHARACTERS]}…"


def product_cards(
    catalog: Catalog,
    photos: SplitFrame | None,
    images_dir: Path | None,
    rows: Sequence[int],
    similarity: Sequence[float],
) -> list[ProductCard]:
    """Cards of products by their position, train rows first.

    Args:
        photos: A table with the column ``file``, or None to show no photos.
        images_dir: Folder of those files.
        similarity: One a row.
    """
    return [
        _card(catalog, photos, images_dir, int(row), float(near)) for row, near in zip(rows, similarity, strict=True)
    ]


def _card(catalog: Catalog, photos: SplitFrame | None, images_dir: Path | None, row: int, near: float) -> ProductCard:
    is_train = row < catalog.n_train
    at = row if is_train else row - catalog.n_train
    items = catalog.items.train if is_train else catalog.items.test
    photo = None
    if photos is not None and images_dir is not None:
        files = photos.train if is_train else photos.test
        photo = thumbnail(images_dir, str(files["file"].iloc[at]))
    price = float(catalog.price.iloc[at]) if is_train else float("nan")
    title = short_title(str(items[TEXT].iloc[at]))
    return ProductCard(str(items.index[at]), "train" if is_train else "test", title, price, photo, near)


def thumbnail(images_dir: Path, file: str, side_px: int = THUMBNAIL_PX) -> bytes | None:
    """A JPEG of at most ``side_px`` a side, made under the limits of decoding; None when it cannot be made."""
    path = photo_path(images_dir, file)
    data = read_bounded(path) if path is not None else None
    return None if data is None or isinstance(data, DecodeFailure) else small_photo(data, side_px)


def small_photo(data: bytes, side_px: int = THUMBNAIL_PX) -> bytes | None:
    """:func:`thumbnail` of a photo at hand as bytes."""
    photo = decode_photo(data)
    if isinstance(photo, DecodeFailure):
        return None
    photo.thumbnail((side_px, side_px), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def product_titles(catalog: Catalog) -> list[str]:
    """The first line of every product's text in small letters, train rows first: what words are looked for in."""
    texts = (*catalog.items.train[TEXT], *catalog.items.test[TEXT])
    return [text.split("\n", 1)[0].casefold() for text in texts]


def find_products(
    catalog: Catalog, typed: str, among: BoolArray, limit: int = 20, *, titles: Sequence[str] | None = None
) -> list[int]:
    """Positions, train rows first, of the product with this id, else of those whose title has all the words.

    Args:
        typed: A ``sample_id``, or words in any order; case does not matter. The first product when blank.
        among: Products that may be found, one flag a row.
        titles: From :func:`product_titles`, where they are kept; made here otherwise.
    """
    wanted = typed.strip()
    if not wanted:
        return [int(row) for row in np.flatnonzero(among)[:1]]
    found: list[int] = []
    for first, frame in ((0, catalog.items.train), (catalog.n_train, catalog.items.test)):
        if wanted in frame.index:
            found.append(first + int(frame.index.get_indexer(pd.Index([wanted]))[0]))
    if found:
        return [row for row in found if among[row]]
    words = wanted.casefold().split()
    for row, title in enumerate(product_titles(catalog) if titles is None else titles):
        if among[row] and all(word in title for word in words):
            found.append(row)
            if len(found) == limit:
                break
    return found
