"""How the items of a tower are found, ordered, loaded and encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from core.embed.decode import DecodeFailure, decode_photo, read_bounded
from core.embed.encode import Loaded
from core.embed.photos import photo_path
from core.embed.towers import Towers
from core.store import hash_bytes
from core.types import Float32Array, SplitFrame, Tower


@dataclass(frozen=True)
class Source:
    """One tower's items.

    Attributes:
        noun: What the progress calls them.
        rows: The products' table with their content hashes.
        order: Sort key of a content hash; the same for every run.
        load: In a thread: content hash to what ``encode`` takes.
        encode: In the main thread: loaded items to vectors.
    """

    tower: Tower
    noun: str
    rows: SplitFrame
    order: Callable[[str], tuple[int, str]]
    load: Callable[[Towers, str], Loaded]
    encode: Callable[[Towers, Sequence[Any]], Float32Array]


def photo_source(rows: SplitFrame, images_dir: Path) -> Source:
    """The photos of a table from :func:`core.embed.photo_table`."""
    read = photo_reader(rows, images_dir)

    def load(towers: Towers, content: str) -> Loaded:
        photo = read(content, towers.enough_pixels)
        return photo if isinstance(photo, DecodeFailure) else towers.photo_tensor(photo)

    return Source("image", "photos", rows, lambda content: (0, content), load, Towers.encode_photos)


PhotoReader: TypeAlias = Callable[[str, tuple[int, int] | None], Image.Image | DecodeFailure]


def photo_reader(rows: SplitFrame, images_dir: Path) -> PhotoReader:
    """From a content hash of such a table to the decoded photo; a file that holds something else by now is none.

    What it returns takes the hash and the pixels that are enough, as :func:`core.embed.decode.decode_photo` does.
    """
    files = _first_by_content(rows, "file")

    def read(content: str, at_least: tuple[int, int] | None) -> Image.Image | DecodeFailure:
        path = photo_path(images_dir, files[content])
        data = read_bounded(path) if path is not None else DecodeFailure("changed", "the file is gone")
        if isinstance(data, DecodeFailure):
            return data
        if hash_bytes(data) != content:
            return DecodeFailure("changed", "start again to take it as it is now")
        return decode_photo(data, at_least)

    return read


def text_source(rows: SplitFrame) -> Source:
    """The texts of a table from :func:`core.embed.text_table`."""
    texts = _first_by_content(rows, "text")

    def order(content: str) -> tuple[int, str]:
        # Texts of like length share a batch, so that little of it is padding.
        return len(texts[content]) // 16, content

    return Source("text", "texts", rows, order, lambda _, content: texts[content], Towers.encode_texts)


def _first_by_content(rows: SplitFrame, column: str) -> dict[str, str]:
    both = rows.stacked()
    kept = both.loc[both["content"].ne("")].drop_duplicates("content")
    return dict(zip(kept["content"], kept[column], strict=True))
