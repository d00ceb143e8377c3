"""What if: one product with another pack, size, brand, text or photo, its new price and what moved it.

The edited product goes the way of any other: it is read, the fold-aware blocks of the folds that predict it are made
from what those folds may see, and their models predict. A part that is not edited keeps what its blocks hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from core.encode import RowEncoders, hangs_on, row_encoders
from core.explain.of_photo import is_of_photo
from core.explain.opened import OpenRun, RowReasons, Split
from core.features import BLOCKS, ProductEdit, ProductReader, ReadProduct, compute_block
from core.store import ArtifactStore
from core.types import TEXT, ProgressFn, SplitFrame, no_progress, part_of

NO_PHOTO: Final = ("", "")
"""What :attr:`WhatIfEdit.photo` says to leave the photo out."""


@dataclass(frozen=True)
class WhatIfEdit:
    """What is changed in a product.

    Attributes:
        product: Text, brand and sizes.
        photo: Split and ``sample_id`` of the product whose photo it gets, :data:`NO_PHOTO` for none, or None to leave
            its own.
    """

    product: ProductEdit = field(default_factory=ProductEdit)
    photo: tuple[str, str] | None = None


@dataclass(frozen=True)
class WhatIfAnswer:
    """The product as it is and as it would be.

    Attributes:
        read: The edited product as it was read.
        stale: Blocks that hang on what was edited and still hold what they held, because they cannot be made for one
            product.
    """

    before: RowReasons
    after: RowReasons
    read: ReadProduct
    stale: tuple[str, ...]

    @property
    def factor(self) -> float:
        """The new price over the old one."""
        return float(np.exp(self.after.log_price - self.before.log_price))

    def moved(self) -> pd.DataFrame:
        """How each block's part of the prediction changed.

        Returns:
            ``block``, ``before`` and ``after`` (SHAP values in ``log_price``) and ``change``; the largest change first.
        """
        parts = {"before": self.before.by_block(), "after": self.after.by_block()}
        table = pd.DataFrame(parts).rename_axis("block").reset_index()
        table["change"] = table["after"] - table["before"]
        return table.sort_values("change", key=lambda change: -change.abs(), kind="stable", ignore_index=True)


@dataclass(frozen=True)
class WhatIf:
    """An open run, and all that it takes to read and encode one product.

    Attributes:
        size: The block ``size`` of all products.
    """

    opened: OpenRun
    reader: ProductReader
    encoders: RowEncoders
    size: SplitFrame

    def answer(
        self, split: Split, sample_id: str, edit: WhatIfEdit, *, before: RowReasons | None = None
    ) -> WhatIfAnswer:
        """The product with the edit.

        Args:
            before: What moved its prediction as it is, where that is known already.

        Raises:
            InputError: No such product, or none with the photo that it shall get.
        """
        position = self.opened.position(split, sample_id)
        own = str(getattr(self.opened.catalog.items, split)[TEXT].loc[sample_id])
        product = ProductEdit(None, edit.product.fields) if edit.product.text == own else edit.product
        read = self.reader.read(split, sample_id, product)
        changed = self._changed_parts(split, position, read)
        changed |= ({"text"} if product.text is not None else set()) | ({"photo"} if edit.photo is not None else set())
        before = before or self.opened.reasons(split, position)
        after = before
        if changed:
            instead = self._columns(split, position, read, changed, edit.photo)
            after = self.opened.reasons(split, position, instead=instead)
        return WhatIfAnswer(before, after, read, stale_blocks(self.opened.run.spec.blocks, changed, edit.photo))

    def _changed_parts(self, split: Split, position: int, read: ReadProduct) -> set[str]:
        """Which of brand and size are not as in the catalogue."""
        size = getattr(self.size, split).iloc[position].to_numpy()
        is_new = {
            "brand": read.brand_key != getattr(self.reader.brand, split)["brand_key"].iloc[position],
            "size": not np.array_equal(size, read.blocks["size"].to_numpy()[0], equal_nan=True),
        }
        return {part for part, new in is_new.items() if new}

    def _columns(
        self, split: Split, position: int, read: ReadProduct, changed: set[str], photo: tuple[str, str] | None
    ) -> dict[int, Mapping[str, pd.DataFrame]]:
        """By fold, the columns of every block that hangs on what was changed."""
        n_train = self.opened.catalog.n_train
        row = position + (n_train if split == "test" else 0)
        donor = None if photo is None or photo == NO_PHOTO else self._donor(photo)
        shown = row if photo is None else None if donor is None else donor[1] + (n_train if donor[0] == "test" else 0)
        named = [name for name in self.encoders.encoders if hangs_on(name) & changed]
        asked = self.encoders.product(
            row, read.parsed, read.blocks["size"], read.brand_key, text_is_new="text" in changed, photo=shown
        )
        folds = self.opened.folds(split, position)
        made = {name: self.encoders.rows(name, folds, asked) for name in named}
        columns: dict[int, Mapping[str, pd.DataFrame]] = {}
        for number, fold in enumerate(folds):
            of_photo = {} if photo is None else self._photo_columns(fold, donor, read.parsed.index)
            columns[fold] = {**read.blocks, **of_photo, **{name: rows[number] for name, rows in made.items()}}
        return columns

    def _donor(self, photo: tuple[str, str]) -> tuple[Split, int]:
        split: Split = "train" if photo[0] == "train" else "test"
        return split, self.opened.position(split, photo[1])

    def _photo_columns(self, fold: int, donor: tuple[Split, int] | None, index: pd.Index) -> dict[str, pd.DataFrame]:
        """Blocks of the photo alone, as the fold has them of the product that gives it; missing without one."""
        found = {}
        for name, frame in self.opened.reader.folds[fold]:
            if is_of_photo(name) and (donor is None or not name.startswith("image_text@")):
                side = frame.train if donor is None or donor[0] == "train" else frame.test
                one = side.iloc[[0 if donor is None else donor[1]]].set_axis(index, axis=0)
                found[name] = one * np.nan if donor is None else one
        return found


def stale_blocks(blocks: Sequence[str], changed: set[str], photo: tuple[str, str] | None) -> tuple[str, ...]:
    """Blocks of a run that hang on what was changed and cannot be made for one product.

    A text's vectors take the model that made them, and so does how well they agree with a photo. Of a block that is
    not known here nothing can be said, so it is named whatever was changed.
    """
    found = []
    for name in blocks:
        kind = name.partition("@")[0] if "@" in name else ""
        known = (
            name in BLOCKS or name.startswith("side:") or bool(hangs_on(name)) or is_of_photo(name) or kind in _OF_TEXT
        )
        by_text = "text" in changed and kind in _OF_TEXT
        by_photo = "photo" in changed and kind == "image_text" and photo != NO_PHOTO
        if by_text or by_photo or (changed and not known):
            found.append(name)
    return tuple(found)


_OF_TEXT: Final = ("text", "text_vectors", "image_text", "text_price", "text_neighbours")


def open_what_if(opened: OpenRun, *, store: ArtifactStore, report: ProgressFn = no_progress) -> WhatIf:
    """Make an open run ready for edits; what is fitted for it is kept in the cache."""
    catalog = opened.catalog
    report(0.0, "Learning the catalogue's brands")
    reader = ProductReader.of(catalog, store=store)
    encoders = row_encoders(catalog, opened.plan, opened.run.spec.blocks, store=store, report=part_of(report, 0.1, 1.0))
    return WhatIf(opened, reader, encoders, compute_block(catalog, "size", store=store).frame)
