"""What every part of the page looks at: the catalogue, the photos at hand, the model and its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embed import Embedding, ModelSpec, ProductCard, product_cards
from core.features import brands
from core.types import SplitFrame, Tower
from pages import _shell as shell

TOWER_TITLES: dict[Tower, str] = {"image": "Photos", "text": "Titles"}


@dataclass(frozen=True)
class View:
    """One choice of files, folder and model.

    Attributes:
        folder: The photo folder; None when there is none that can be read.
        files: Which file belongs to which product; None without a folder.
        known: Vectors of the model by tower, as far as the cache holds any.
    """

    work: shell.Workspace
    folder: Path | None
    files: SplitFrame | None
    spec: ModelSpec
    known: dict[Tower, Embedding]

    def cards(self, rows: Sequence[int], similarity: Sequence[float] | None = None) -> list[ProductCard]:
        """Cards of products by their position, train rows first."""
        near = [float("nan")] * len(rows) if similarity is None else similarity
        return product_cards(self.work.catalog, self.files, self.folder, rows, near)


def brand_names(view: View) -> npt.NDArray[np.object_]:
    """Every product's brand, train rows first, from memory; ``""`` where none was read."""
    work = view.work

    def read() -> npt.NDArray[np.object_]:
        found = brands(work.catalog, store=work.store).value
        return np.concatenate([side["brand"].to_numpy(dtype=object) for side in (found.train, found.test)])

    return shell.kept(("embed.brands", work.catalog.read_key), read)
