"""A small copy of the pipeline on which prices may be changed.

At most :data:`LAB_ROWS` train rows, drawn at random, keep the columns that they have in the whole catalogue; blocks
that see prices are made anew for whatever prices are tried, on two folds (the plan's folds, joined by turns).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.embed import carried_over
from core.features import BLOCKS, artifact_key, brands, compute_block, parsed_catalog
from core.folds import FoldPlan
from core.metrics import to_log_price
from core.sentinel.blocks import RemadeBlock
from core.store import ArtifactStore, cache_key, hash_bytes
from core.train import FAMILIES, FoldData, Ingredients, Matrix, TrainSpec, fold_matrix, gather
from core.types import BoolArray, Catalog, FloatArray, SplitFrame

VERSION = 1
LAB_ROWS = 3000
"""Enough for SMAPE under shuffled prices to be known within half a point; the words of 3,000 rows take seconds."""
LAB_FOLDS = 2
MODEL = TrainSpec("lightgbm", ("lab",), learning_rate=0.1, leaves=8, min_leaf_rows=60, max_rounds=60, patience=60)
"""Never stops early, so that no validation price has a say in the model."""


@dataclass(frozen=True)
class Lab:
    """Rows, folds and recipes of the experiments.

    Attributes:
        catalog: The drawn train rows with their true prices; no test rows, no side tables.
        plan: Two folds over them.
        blocks: Registered blocks to make.
        remade: Blocks from outside to make.
    """

    catalog: Catalog
    plan: FoldPlan
    blocks: tuple[str, ...]
    remade: tuple[RemadeBlock, ...]
    store: ArtifactStore

    def matrices(self, price: pd.Series) -> list[Matrix]:
        """Columns of each fold when the rows have these prices."""
        digest = hash_bytes(price.to_numpy(dtype=np.float64).tobytes())
        # The catalogue's key stays, and with it all that has seen no price; the plan's key stands for the prices.
        plan = replace(self.plan, key=cache_key("sentinel.priced", VERSION, {}, [self.plan.key, digest]))
        catalog = replace(self.catalog, price=price)
        found = gather(catalog, plan, self.blocks, store=self.store)
        outside = {block.info.name: block.encoded(catalog, plan) for block in self.remade}
        whole = Ingredients(found.fixed, {**found.encoded, **outside}, ())
        return [fold_matrix(whole, fold) for fold in range(plan.n_folds)]


def open_lab(
    catalog: Catalog,
    plan: FoldPlan,
    blocks: Sequence[str],
    remade: Sequence[RemadeBlock],
    *,
    store: ArtifactStore,
    seed: int,
) -> Lab:
    """Draw the rows and carry their price-free columns over.

    Args:
        blocks: Names of registered blocks; side tables are left out, they cannot follow a changed price.
    """
    rows = drawn_rows(catalog.n_train, LAB_ROWS, seed=seed)
    key = cache_key("sentinel.lab", VERSION, {"rows": LAB_ROWS, "seed": seed}, [catalog.read_key, plan.key])
    sample = Catalog(name=catalog.name, items=_drawn(catalog.items, rows), price=catalog.price[rows], key=key, sides=())
    sample = carried_over(catalog, sample, lambda frame: _drawn(frame, rows))
    folds = (plan.fold_of[rows] % LAB_FOLDS).astype(np.int8)
    small = FoldPlan(plan.kind, LAB_FOLDS, plan.seed, folds, cache_key("sentinel.lab.plan", VERSION, {}, [key]))
    wanted = tuple(name for name in blocks if not name.startswith("side:"))
    for name in ("parse", "brands", *(name for name in BLOCKS if name in {*wanted, "size"})):
        _carry_over(catalog, sample, name, rows, store)
    return Lab(sample, small, wanted, tuple(remade), store)


def fitted_log_price(matrix: Matrix, log_price: FloatArray, valid: BoolArray, *, spec: TrainSpec = MODEL) -> FloatArray:
    """``log_price`` of the validation rows by a small LightGBM of a fixed number of rounds."""
    family = FAMILIES[spec.family]
    data = FoldData.of(matrix, log_price, valid)
    # A few thousand rows are fitted sooner by one thread than by several that wait for each other.
    return family.fit(data, spec, lambda _round, _score: None, threads=1).model.predict(
        data.x_valid, rounds=spec.max_rounds
    )


def constant_smape_pct(log_price: FloatArray) -> float:
    """SMAPE of the best constant: what knowing nothing reads on these prices."""
    tried = np.unique(np.quantile(log_price, np.linspace(0.01, 0.99, 197)))
    errors = [float(np.tanh(np.abs(log_price - constant) / 2.0).mean()) for constant in tried]
    return 200.0 * min(errors)


def drawn_rows(n_rows: int, most: int, *, seed: int) -> BoolArray:
    """Shape (n_rows,): at most ``most`` of them at random, all when there are no more."""
    rows = np.zeros(n_rows, dtype=np.bool_)
    rows[np.random.default_rng([seed, n_rows]).permutation(n_rows)[:most]] = True
    return rows


def log_prices(price: pd.Series) -> FloatArray:
    """Natural logarithm of a price series."""
    return to_log_price(price.to_numpy(dtype=np.float64))


def _carry_over(catalog: Catalog, sample: Catalog, name: str, rows: BoolArray, store: ArtifactStore) -> None:
    def frame() -> SplitFrame:
        if name == "parse":
            return parsed_catalog(catalog, store=store).value
        if name == "brands":
            return brands(catalog, store=store).value
        return compute_block(catalog, name, store=store).frame

    store.split_frame(artifact_key(sample, name), lambda: _drawn(frame(), rows))


def _drawn(frame: SplitFrame, rows: BoolArray) -> SplitFrame:
    return SplitFrame(frame.train[rows], frame.test.iloc[:0])
