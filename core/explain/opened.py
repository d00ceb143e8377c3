"""A run opened for questions about single products: its models, its rows, and what moved each prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import InputError
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.train import FoldModel, RowReader, Run, fold_models, run_ingredients
from core.types import Catalog, Float32Array, FloatArray

Split = Literal["train", "test"]


@dataclass(frozen=True)
class RowReasons:
    """What moved one prediction.

    Attributes:
        log_price: The prediction, a train row's by the fold model that did not see it, a test row's by all of them.
        base_log_price: The mean prediction of those models; with ``shap`` it adds up to ``log_price``.
        shap: SHAP value of each column in ``log_price``.
        values: Each column's value as the models saw it; a category is its code, and where the folds see different
            values of a test row it is their mean.
        column_blocks: Block of each column, in the columns' order.
    """

    log_price: float
    base_log_price: float
    shap: pd.Series
    values: pd.Series
    column_blocks: list[str]

    def by_block(self) -> pd.Series:
        """SHAP values added up within each block, the strongest first."""
        total = self.shap.groupby(pd.Index(self.column_blocks, name="block")).sum()
        return total.reindex(total.abs().sort_values(ascending=False, kind="stable").index)

    def factors(self) -> pd.Series:
        """What each block multiplies the price by, the strongest first; together with the mean they give the price."""
        by_block = self.by_block()
        return pd.Series(np.exp(by_block.to_numpy(dtype=np.float64)), index=by_block.index, name="factor")

    def of_block(self, block: str) -> pd.Series:
        """SHAP values of a block's columns, the strongest first."""
        mine = self.shap[[name == block for name in self.column_blocks]]
        return mine.reindex(mine.abs().sort_values(ascending=False, kind="stable").index)


@dataclass(frozen=True)
class OpenRun:
    """A run with all that explaining one of its rows takes."""

    run: Run
    catalog: Catalog
    plan: FoldPlan
    reader: RowReader
    models: list[FoldModel]

    def position(self, split: Split, sample_id: str) -> int:
        """Of the product in its file.

        Raises:
            InputError: No such product.
        """
        index = (self.catalog.items.train if split == "train" else self.catalog.items.test).index
        if sample_id not in index:
            raise InputError(f"{split} has no product {sample_id!r}.", "Choose one that it has.")
        return int(index.get_indexer(pd.Index([sample_id]))[0])

    def folds(self, split: Split, position: int) -> list[int]:
        """The folds whose models predict the product: the one that did not see it, or all for a test row."""
        if split == "train":
            return [int(self.plan.fold_of.iloc[position])]
        return list(range(self.run.n_folds))

    def reasons(
        self, split: Split, position: int, *, instead: Mapping[int, Mapping[str, pd.DataFrame]] | None = None
    ) -> RowReasons:
        """What moved the prediction of one product.

        Args:
            position: Of the product in its file.
            instead: By fold, columns of one row to take for a block in place of its own.
        """
        folds = self.folds(split, position)
        seen = [self.reader.rows(fold, split, [position], instead=instead[fold] if instead else None) for fold in folds]
        found = [self._of_fold(fold, row) for fold, row in zip(folds, seen, strict=True)]
        columns = pd.Index(self.run.columns, name="column")
        contributions = np.mean([one for _, one in found], axis=0)
        return RowReasons(
            log_price=float(np.mean([one for one, _ in found])),
            base_log_price=float(contributions[-1]),
            shap=pd.Series(contributions[:-1], index=columns),
            values=pd.Series(np.concatenate(seen).astype(np.float64).mean(axis=0), index=columns),
            column_blocks=list(self.run.column_blocks),
        )

    def _of_fold(self, fold: int, seen: Float32Array) -> tuple[float, FloatArray]:
        """Prediction of one row; its SHAP values with the base value last."""
        rounds = self.run.rounds[fold]
        contributions = self.models[fold].contributions(seen, rounds=rounds)[0]
        return float(self.models[fold].predict(seen, rounds=rounds)[0]), contributions


def open_run(run: Run, catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> OpenRun:
    """Read a run's models and blocks into memory; seconds at full size.

    Raises:
        InputError: The run belongs to another catalogue or plan, its models are gone, or the products are read
            otherwise now.
    """
    check_run(run, catalog, plan)
    models = fold_models(run, store=store)
    if not models:
        raise InputError(f"the models of run {run.run_id} are no longer in the cache.", "Train it again.")
    reader = RowReader.of(run_ingredients(catalog, plan, run, store=store), run.n_folds)
    return OpenRun(run, catalog, plan, reader, models)


def check_run(run: Run, catalog: Catalog, plan: FoldPlan) -> None:
    """Raise :class:`InputError` when the run belongs to another catalogue or plan."""
    if (run.catalog_key, run.plan_key) != (catalog.key, plan.key):
        raise InputError(f"run {run.run_id} belongs to other data or other folds.", "Choose a run of this catalogue.")
