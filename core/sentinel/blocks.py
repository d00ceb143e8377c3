"""Columns that the sentinel is to examine beside the registered blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.folds import FoldPlan
from core.types import BlockInfo, Catalog, EncodedBlock, SplitFrame


@dataclass(frozen=True)
class RemadeBlock:
    """A block from outside the registry that can be made again for other prices.

    A finished ``FeatureBlock`` cannot show what it would have been with other prices, so that only the test of single
    columns sees into it; this one goes through the price experiments too.

    Attributes:
        make: Catalogue and fold plan to one frame a fold, as in :class:`core.types.EncodedBlock`. The catalogue may
            hold other prices under the same key; the plan's key tells them apart.
        key: Names how it is made; raised whenever the same input would give other columns.
    """

    info: BlockInfo
    key: str
    make: Callable[[Catalog, FoldPlan], tuple[SplitFrame, ...]]

    def encoded(self, catalog: Catalog, plan: FoldPlan) -> EncodedBlock:
        """The block under ``plan``."""
        return EncodedBlock(self.info, self.make(catalog, plan), f"{self.key}-{plan.key}", 0.0, cached=False)


def column_label(block: str, column: str) -> str:
    """How evidence names a column: ``"words.words_title"``."""
    return column if column.startswith(f"{block}.") else f"{block}.{column}"
