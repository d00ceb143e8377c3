"""A quick look: the out-of-fold score of a set of blocks in seconds, to compare with that of another set.

A small LightGBM with a fixed number of rounds is fitted on every fold: fewer bins, fewer and larger steps, smaller
trees and, of a big catalogue, a sample of the fit rows; each train row is still predicted by a model that did not see
it. What was read, coded and binned stays in memory, so that switching a block costs only that block's share and the
fits (:mod:`core.train.binned`). The score is worse than a full run's and stands for its rank among other sets;
``benchmarks/bench_toggle.py`` measures how well.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from core.config import settings
from core.errors import InputError
from core.folds import FoldPlan
from core.metrics import row_smape_pct, to_log_price, to_price
from core.store import ArtifactStore, cache_key
from core.train.binned import BinnedBlock, BinSpec, bin_block, join_binned, usable_blocks
from core.train.block_keys import block_keys
from core.train.bounded import Bounded
from core.train.matrix import fold_frames, gather, known_blocks
from core.train.pieces import Piece, piece_of
from core.train.side_by_side import fit_folds, fold_threads
from core.types import Catalog, FloatArray, IntArray, ProgressFn, SplitFrame, no_progress, part_of

VERSION: Final = 1
PIECES_BYTES: Final = 512 << 20
BINNED_BYTES: Final = 256 << 20
MOST_MODELS: Final = 2
"""Models of a fold, averaged, as long as they are fitted on no more than ``fit_rows`` rows together: on few rows most
of a difference's interval is the noise of fitting, which two models lessen."""
_BLOCKS_UNTIL: Final = 0.3

_PIECES: Bounded[Piece] = Bounded(PIECES_BYTES, lambda piece: piece.train.nbytes)
_BINNED: Bounded[BinnedBlock] = Bounded(BINNED_BYTES, lambda block: block.n_bytes)


@dataclass(frozen=True)
class QuickSpec:
    """Settings of a quick look; the defaults were chosen by the ranks that they keep, see ``benchmarks/RESULTS.md``.

    Attributes:
        blocks: Names of the feature blocks; their order does not matter.
        seed: Feeds the row and column sampling.
        rounds: Rounds of each fold's model.
        max_bin: Bins of a column.
        fit_rows: Most rows that a fold is fitted on; all are still predicted. Bounds its models too.

    Raises:
        InputError: No blocks, or a number outside its range.
    """

    blocks: tuple[str, ...]
    seed: int = 0
    rounds: int = 120
    learning_rate: float = 0.1
    leaves: int = 15
    min_leaf_rows: int = 20
    max_bin: int = 63
    fit_rows: int = 20_000

    def __post_init__(self) -> None:
        if not self.blocks:
            raise InputError("a quick look needs at least one feature block.", "Switch one on.")
        object.__setattr__(self, "blocks", tuple(sorted(set(self.blocks))))
        if self.seed < 0 or not 1 <= self.rounds <= 5000 or not 2 <= self.max_bin <= 255 or self.fit_rows < 10:
            raise InputError(f"settings out of range: {asdict(self)}.", "Take the defaults.")
        if not 0 < self.learning_rate <= 1 or self.leaves < 2 or self.min_leaf_rows < 1:
            raise InputError(f"settings out of range: {asdict(self)}.", "Take the defaults.")

    @property
    def bins(self) -> BinSpec:
        """How its data sets are made."""
        return BinSpec(self.max_bin, self.min_leaf_rows)

    def models(self, n_fit: int) -> int:
        """How many models a fold of so many fitted rows has; see :data:`MOST_MODELS`."""
        return max(1, min(MOST_MODELS, self.fit_rows // n_fit))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for keys and jobs."""
        return {**asdict(self), "blocks": list(self.blocks)}


@dataclass(frozen=True)
class QuickLook:
    """The score of a set of blocks by the small model.

    Attributes:
        row_smape_pct: Each train row by the fold model that did not see it, shape (n_train,), the catalogue's order.
        fit_rows: Rows that a fold was fitted on, at most.
        seconds: What it took when it was computed, blocks at hand.
        cached: True when it was read instead.
    """

    key: str
    spec: QuickSpec
    row_smape_pct: FloatArray
    fit_rows: int
    seconds: float
    cached: bool

    @property
    def smape_pct(self) -> float:
        """Out-of-fold SMAPE over all train rows."""
        return float(self.row_smape_pct.mean())


def quick_look(
    catalog: Catalog, plan: FoldPlan, spec: QuickSpec, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> QuickLook:
    """Fit the small model on every fold of ``plan``, or read the look when it was taken before.

    Blocks that are not in the cache are computed first, which may take minutes; :func:`core.train.blocks_to_make`
    tells them.

    Raises:
        InputError: An unknown block.
        AlignmentError: The plan was drawn for other rows.
        Cancelled: From ``report``.
    """
    plan.check_rows(catalog.items.train.index)
    keys = block_keys(catalog, plan, spec.blocks, store=store)
    n_fit = max(len(_fit_rows(plan, fold, spec.fit_rows)) for fold in range(plan.n_folds))
    asked = {**spec.to_json(), "models": spec.models(n_fit)}
    key = cache_key("train.quick", VERSION, asked, [plan.key, *(keys[name] for name in spec.blocks)])
    seconds, rows = store.find_json(_seconds_key(key)), store.find_array(key)
    if seconds is not None and rows is not None:
        return QuickLook(key, spec, rows, n_fit, float(seconds), True)
    pieces = _pieces(catalog, plan, keys, store=store, report=part_of(report, 0.0, _BLOCKS_UNTIL))
    started = time.perf_counter()
    log_price = to_log_price(catalog.price)
    at_once, threads = fold_threads(plan.n_folds, settings().threads)

    def fit(fold: int, told: ProgressFn) -> FloatArray:
        told(0.0, f"quick look, fold {fold + 1}")
        keyed = [(keys[name], pieces[fold][name]) for name in spec.blocks]
        return _fit_fold(plan, spec, keyed, log_price, fold, models=spec.models(n_fit), threads=threads)

    fitted = fit_folds(fit, plan.n_folds, at_once=at_once, report=part_of(report, _BLOCKS_UNTIL, 1.0))
    predicted = np.empty_like(log_price)
    for fold, values in enumerate(fitted):
        predicted[plan.validation_mask(fold)] = values
    look = QuickLook(
        key, spec, row_smape_pct(catalog.price, to_price(predicted)), n_fit, time.perf_counter() - started, False
    )
    # The seconds first: rows without them would read as a look that is not finished, and be taken again.
    store.keep_json(_seconds_key(key), look.seconds)
    store.keep_array(key, look.row_smape_pct)
    return look


def forget_in_memory() -> None:
    """Let go of all pieces and bins that this process holds: the next look starts cold."""
    _PIECES.clear()
    _BINNED.clear()


def _pieces(
    catalog: Catalog, plan: FoldPlan, keys: Mapping[str, str], *, store: ArtifactStore, report: ProgressFn
) -> list[dict[str, Piece]]:
    """Train rows of each block, fold by fold, from memory or read and coded; what all folds share is held once."""
    known = known_blocks(catalog)
    aware = {name for name in keys if known[name].uses_target}
    # A side table's key is that of its file alone, so the catalogue's rows are named too.
    places = {
        (name, fold): (catalog.key, keys[name], str(fold) if name in aware else "")
        for name in keys
        for fold in range(plan.n_folds)
    }
    found = {place: piece for place, key in places.items() if (piece := _PIECES.find(key)) is not None}
    to_read = sorted({name for name, fold in places if (name, fold) not in found})
    for position, name in enumerate(to_read):
        stretch = part_of(report, position / len(to_read), (position + 1) / len(to_read))
        ingredients = gather(catalog, plan, [name], store=store, report=stretch)
        for fold in range(plan.n_folds):
            ((_, frame),) = fold_frames(ingredients, fold)
            make = partial(_train_rows, frame)
            found[name, fold] = _PIECES.get(places[name, fold], make)
    return [{name: found[name, fold] for name in keys} for fold in range(plan.n_folds)]


def _train_rows(frame: SplitFrame) -> Piece:
    return piece_of(frame).without_test()


def _fit_fold(
    plan: FoldPlan,
    spec: QuickSpec,
    blocks: Sequence[tuple[str, Piece]],
    log_price: FloatArray,
    fold: int,
    *,
    models: int,
    threads: int,
) -> FloatArray:
    """``log_price`` of the fold's validation rows, the mean of its models."""
    import lightgbm

    rows, valid = _fit_rows(plan, fold, spec.fit_rows), plan.validation_mask(fold)
    binned = [
        _BINNED.get(
            (key, plan.key, str(fold), str(len(rows)), repr(spec.bins)),
            partial(_bin, piece, rows, spec.bins, threads),
        )
        for key, piece in blocks
    ]
    used = usable_blocks(binned)
    if not used:
        return np.full(int(valid.sum()), np.median(log_price[rows]))
    joined = join_binned([binned[place] for place in used], log_price[rows])
    values = np.column_stack([blocks[place][1].train[valid] for place in used])
    predicted = np.zeros(len(values))
    for seed in range(models * spec.seed, models * (spec.seed + 1)):
        # Kept as it was trained: turning it into text and back costs more than predicting.
        model = lightgbm.train(_parameters(spec, seed, threads), joined, spec.rounds, keep_training_booster=True)
        predicted += np.asarray(model.predict(values, num_threads=threads)) / models
    return predicted


def _bin(piece: Piece, rows: IntArray, bins: BinSpec, threads: int) -> BinnedBlock:
    return bin_block(piece.train[rows], piece.categorical, bins, threads=threads)


def _fit_rows(plan: FoldPlan, fold: int, most: int) -> IntArray:
    """Positions of the rows that a fold is fitted on, ascending: all but its own, or a seeded sample of them."""
    others = np.flatnonzero(~plan.validation_mask(fold))
    if len(others) <= most:
        return others
    drawn: IntArray = np.sort(np.random.default_rng([plan.seed, fold]).choice(others, most, replace=False))
    return drawn


def _parameters(spec: QuickSpec, seed: int, threads: int) -> dict[str, Any]:
    return {
        **spec.bins.parameters(),
        "objective": "l1",
        "metric": "None",
        "learning_rate": spec.learning_rate,
        "num_leaves": spec.leaves,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "cat_smooth": 20.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
    }


def _seconds_key(key: str) -> str:
    return cache_key("train.quick.seconds", 1, {}, [key])
