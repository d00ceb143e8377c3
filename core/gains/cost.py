"""What a block costs and covers, kept as a few numbers so that a page need not read its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from core.store import ArtifactStore, cache_key
from core.train import Ingredients
from core.types import EncodedBlock, FeatureBlock

COST_VERSION = 1


@dataclass(frozen=True)
class BlockCost:
    """Cost and coverage of a block.

    Attributes:
        seconds: What making it cost when it was made, for all folds of a fold-aware one; what it is made from (the
            parsed texts, the brands) not included.
        columns: How many it has.
        train_pct, test_pct: Share of products with at least one value; 0 without products. A fold-aware block as its
            first fold sees it.
    """

    seconds: float
    columns: int
    train_pct: float
    test_pct: float

    @classmethod
    def of(cls, block: FeatureBlock | EncodedBlock) -> BlockCost:
        """Of a block at hand."""
        frame = block.frame if isinstance(block, FeatureBlock) else block.folds[0]
        train_pct, test_pct = (_covered_pct(side) for side in (frame.train, frame.test))
        return cls(float(block.seconds), len(frame.columns), train_pct, test_pct)


def cost_of(block: FeatureBlock | EncodedBlock, *, store: ArtifactStore) -> BlockCost:
    """A block's cost and coverage, kept for :func:`find_cost`."""
    cost = BlockCost.of(block)
    store.keep_json(_key(block.key), asdict(cost))
    return cost


def find_cost(block_key: str, *, store: ArtifactStore) -> BlockCost | None:
    """The cost kept for the block of that key, or None before it was made for a measurement."""
    found = store.find_json(_key(block_key))
    return None if found is None else BlockCost(**found)


def costs_of(ingredients: Ingredients, *, store: ArtifactStore) -> dict[str, BlockCost]:
    """:func:`cost_of` every block that was gathered."""
    made: Mapping[str, FeatureBlock | EncodedBlock] = {**ingredients.fixed, **ingredients.encoded}
    return {name: cost_of(block, store=store) for name, block in made.items()}


def _covered_pct(side: pd.DataFrame) -> float:
    return 100.0 * float(side.notna().any(axis=1).mean()) if len(side) else 0.0


def _key(block_key: str) -> str:
    return cache_key("gains.cost", COST_VERSION, {}, [block_key])
