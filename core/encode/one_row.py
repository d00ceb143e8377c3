"""The fold-aware blocks of one product as it would be with another text, brand or size.

Each encoder's fit on the training rows of a fold, which serves that fold's validation rows and the test rows (see
:mod:`core.encode.scheme`), is kept and applied to the one product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from core.encode.brand_row import BrandPriceRow
from core.encode.changed import ChangedProduct, OneRowEncoder
from core.encode.kernel_row import KernelRow
from core.encode.neighbour_row import NeighbourRow, VectorNeighbourRow
from core.encode.new_text import TextReader
from core.encode.registry import encoded_key
from core.encode.registry import encoders as encoders_of
from core.encode.tfidf import TextFields, text_fields
from core.encode.words_row import WordsRow
from core.folds import FoldPlan
from core.metrics import to_log_price
from core.store import ArtifactStore
from core.types import BoolArray, Catalog, FloatArray, ProgressFn, Tower, no_progress

Part = Literal["text", "brand", "size", "photo"]

_HANGS_ON: Final[Mapping[str, frozenset[Part]]] = MappingProxyType(
    {
        "brand_price": frozenset({"text", "brand"}),
        "words": frozenset({"text"}),
        "neighbours": frozenset({"text", "size"}),
        "text_size": frozenset({"text", "brand", "size"}),
        "image_neighbours": frozenset({"photo", "size"}),
        "text_neighbours": frozenset({"text", "size"}),
    }
)


def hangs_on(block: str) -> frozenset[Part]:
    """What of a product a fold-aware block is made from; empty for a block that cannot be made for one product."""
    return _HANGS_ON.get(block.partition("@")[0], frozenset())


@dataclass(frozen=True)
class RowEncoders:
    """Encoders that are ready for one product, and their columns, by block."""

    reader: TextReader
    encoders: Mapping[str, OneRowEncoder]
    columns: Mapping[str, list[str]]

    def product(
        self,
        position: int,
        parsed: pd.DataFrame,
        sizes: pd.DataFrame,
        brand_key: str,
        *,
        text_is_new: bool,
        photo: int | None,
    ) -> ChangedProduct:
        """A product as edited; see :class:`core.encode.changed.ChangedProduct`."""
        return ChangedProduct(position, parsed, text_is_new, photo, brand_key, sizes, self.reader.row(parsed))

    def rows(self, block: str, folds: Sequence[int], product: ChangedProduct) -> list[pd.DataFrame]:
        """The block as each fold would see the product, were it one of its validation or test rows; one row each."""
        values = self.encoders[block].rows(folds, product).astype(np.float32)
        return [pd.DataFrame(line[None, :], columns=self.columns[block], index=product.parsed.index) for line in values]


def row_encoders(
    catalog: Catalog,
    plan: FoldPlan,
    blocks: Sequence[str],
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> RowEncoders:
    """The encoders of those blocks that :func:`hangs_on` knows, their fits from the cache or made now and kept.

    Making them takes about as long as a fifth of the blocks themselves.
    """
    fields = text_fields(catalog, store=store)
    report(0.2, "Reading the words of the texts")
    reader = TextReader.of(catalog, fields, fields.matrices, store=store)
    fits = np.stack([~plan.validation_mask(fold) for fold in range(plan.n_folds)], axis=1)
    log_price = to_log_price(catalog.price)
    make = _makers(catalog, plan, fields, log_price, fits, store)
    encoders: dict[str, OneRowEncoder] = {}
    infos = encoders_of(catalog)
    names = [name for name in blocks if hangs_on(name)]
    for number, name in enumerate(names):
        report(0.4 + 0.6 * number / len(names), f"Fitting {infos[name].title} for single products")
        encoders[name] = make[name]() if name in make else _by_vector(catalog, name, log_price, fits, store)
    report(1.0, "Ready")
    return RowEncoders(reader, encoders, {name: list(infos[name].columns) for name in names})


def row_fits_to_make(catalog: Catalog, plan: FoldPlan, blocks: Sequence[str], *, store: ArtifactStore) -> list[str]:
    """Those of the blocks whose fits for single products :func:`row_encoders` would have to make first."""
    kept = {"words": WordsRow.is_kept, "text_size": KernelRow.is_kept}
    return [
        name
        for name in blocks
        if name in kept and not kept[name](encoded_key(catalog, plan, name, store=store), store=store)
    ]


def _by_vector(
    catalog: Catalog, name: str, log_price: FloatArray, fits: BoolArray, store: ArtifactStore
) -> OneRowEncoder:
    kind, _, model = name.partition("@")
    tower: Tower = "image" if kind == "image_neighbours" else "text"
    return VectorNeighbourRow.of(catalog, tower, model, log_price, fits, store=store)


def _makers(
    catalog: Catalog,
    plan: FoldPlan,
    fields: TextFields,
    log_price: FloatArray,
    fits: BoolArray,
    store: ArtifactStore,
) -> dict[str, Callable[[], OneRowEncoder]]:
    def key(name: str) -> str:
        return encoded_key(catalog, plan, name, store=store)

    return {
        "brand_price": lambda: BrandPriceRow.of(catalog, log_price, fits, store=store),
        "words": lambda: WordsRow.of(fields, log_price, fits, block_key=key("words"), store=store),
        "neighbours": lambda: NeighbourRow.of(catalog, fields, log_price, fits, store=store),
        "text_size": lambda: KernelRow.of(catalog, log_price, fits, block_key=key("text_size"), store=store),
    }
