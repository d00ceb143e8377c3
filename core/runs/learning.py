"""Score over rows: the same validation rows, scored by models that were given fewer and fewer fit rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.errors import InputError
from core.folds import FoldPlan
from core.gains import brand_clusters
from core.metrics import clustered_se, row_smape_pct, to_price
from core.runs.extrapolate import Extrapolation, extrapolate, left_out_largest
from core.runs.part import all_rows_log_price, drawn_rows, with_fewer_rows
from core.store import ArtifactStore, cache_key
from core.train import FAMILIES, TrainSpec, block_keys, forget_models, train
from core.types import Catalog, FloatArray, ProgressFn, no_progress, part_of

VERSION = 1
Z_90 = 1.6449
SHARES = (0.1, 0.18, 0.32, 0.56, 1.0)
FULL_ROWS = 75_000


@dataclass(frozen=True)
class CurveSpec:
    """A learning curve.

    Attributes:
        train: The model; its seed is the first of ``seeds``.
        shares: Of the fit rows, each once; the last is all of them.
        seeds: Sub-samples of each share but the whole, which is fitted by as many model seeds.
        full_rows: Train rows to extrapolate to.

    Raises:
        InputError: A number out of range.
    """

    train: TrainSpec
    shares: tuple[float, ...] = SHARES
    seeds: int = 3
    full_rows: int = FULL_ROWS

    def __post_init__(self) -> None:
        shares = tuple(sorted({*self.shares, 1.0}))
        if not all(0 < share <= 1 for share in shares) or not 1 <= self.seeds <= 20 or self.full_rows < 1:
            raise InputError(f"settings out of range: {self.shares}, {self.seeds} seeds.", "Take the defaults.")
        object.__setattr__(self, "shares", shares)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "train": self.train.to_json(), "shares": list(self.shares)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> CurveSpec:
        """Undo :meth:`to_json`."""
        return cls(**{**value, "train": TrainSpec.from_json(value["train"]), "shares": tuple(value["shares"])})


@dataclass(frozen=True)
class CurvePoint:
    """One sub-sample.

    Attributes:
        n_fit: Fit rows of a fold, on average.
        smape_pct: Over all train rows, each by the fold model that did not see it.
    """

    share: float
    seed: int
    n_fit: int
    smape_pct: float


@dataclass(frozen=True)
class LearningCurve:
    """A measured learning curve.

    Attributes:
        n_rows: Train rows scored at every point.
        rows_half_pct: Half of the 90 % interval that other rows of the same kind add to any of the scores.
        line: The form's median and interval from the smallest size to the full one.
        full: At the full size; its interval is for these rows. ``full_rows`` train rows, hence fewer fit rows.
        left_out: The largest size foretold from the others; None with too few sizes.
        left_out_smape_pct: What was measured there.
    """

    spec: CurveSpec
    n_rows: int
    rows_half_pct: float
    points: tuple[CurvePoint, ...]
    line: tuple[Extrapolation, ...]
    full: Extrapolation
    left_out: Extrapolation | None
    left_out_smape_pct: float | None

    @property
    def full_interval_90_pct(self) -> tuple[float, float]:
        """The full size's interval with that of the rows: what another file of this kind would read."""
        low, high = (
            float(np.hypot(end - self.full.smape_pct, self.rows_half_pct))
            for end in (self.full.low_pct, self.full.high_pct)
        )
        return max(0.0, self.full.smape_pct - low), self.full.smape_pct + high

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "spec": self.spec.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> LearningCurve:
        """Undo :meth:`to_json`."""
        left_out = value["left_out"]
        return cls(
            **{
                **value,
                "spec": CurveSpec.from_json(value["spec"]),
                "points": tuple(CurvePoint(**point) for point in value["points"]),
                "line": tuple(Extrapolation(**point) for point in value["line"]),
                "full": Extrapolation(**value["full"]),
                "left_out": None if left_out is None else Extrapolation(**left_out),
            }
        )


def measure_curve(
    catalog: Catalog,
    plan: FoldPlan,
    spec: CurveSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    told: Callable[[CurvePoint], None] | None = None,
) -> LearningCurve:
    """Fit every sub-sample, or read what is cached, and extrapolate.

    Args:
        told: Told of every point when it is there.

    Raises:
        InputError: An unknown block, or too few rows.
        Cancelled: From ``report``; finished points and folds stay in the cache.
    """
    wanted = [(share, seed) for share in spec.shares for seed in range(spec.seeds)]
    # A fit costs about as much as it has rows; making its blocks too.
    cost = np.cumsum([0.0, *(share + 0.05 for share, _ in wanted)])
    rows: dict[tuple[float, int], FloatArray] = {}
    points = []
    for place, (share, seed) in enumerate(wanted):
        low, high = cost[place] / cost[-1], cost[place + 1] / cost[-1]
        kept = drawn_rows(plan, share, seed=seed)
        label = f"{int(kept.sum() * (plan.n_folds - 1) / plan.n_folds):,} fit rows, sub-sample {seed + 1}"
        stretch = _labelled(part_of(report, float(low), float(high)), label)
        rows[share, seed] = _rows(catalog, plan, spec, share, seed, store=store, report=stretch)
        n_fit = round(float(kept.sum()) * (plan.n_folds - 1) / plan.n_folds)
        points.append(CurvePoint(share, seed, n_fit, float(rows[share, seed].mean())))
        if told is not None:
            told(points[-1])
    found = _curve(catalog, plan, spec, points, rows[1.0, 0], store)
    store.keep_json(_latest_key(plan), found.to_json())
    report(1.0, "the curve is measured")
    return found


def latest_curve(plan: FoldPlan, *, store: ArtifactStore) -> LearningCurve | None:
    """The last curve measured on this plan, whatever its model, or None."""
    kept = store.find_json(_latest_key(plan))
    return None if kept is None else LearningCurve.from_json(kept)


def _rows(
    catalog: Catalog,
    plan: FoldPlan,
    spec: CurveSpec,
    share: float,
    seed: int,
    *,
    store: ArtifactStore,
    report: ProgressFn,
) -> FloatArray:
    """Rows of SMAPE of one sub-sample."""
    kept = drawn_rows(plan, share, seed=seed)
    model = replace(spec.train, seed=spec.train.seed + seed)
    keys = block_keys(catalog, plan, list(model.blocks), store=store)
    version = FAMILIES[model.family].version
    asked = {**model.to_json(), "rows": np.packbits(kept).tobytes().hex(), "family_version": version}
    key = cache_key("runs.curve.rows", VERSION, asked, [plan.key, *keys.values()])
    found = store.find_array(key)
    if found is not None:
        return np.asarray(found, dtype=np.float64)
    part, small = with_fewer_rows(catalog, plan, kept)
    run = train(part, small, model, store=store, report=report, record=False)
    scored = row_smape_pct(catalog.price, to_price(all_rows_log_price(run, plan)))
    store.keep_array(key, scored)
    if not kept.all():
        forget_models(run, store=store)
    return scored


def _curve(
    catalog: Catalog,
    plan: FoldPlan,
    spec: CurveSpec,
    points: list[CurvePoint],
    rows: FloatArray,
    store: ArtifactStore,
) -> LearningCurve:
    n, y = [point.n_fit for point in points], [point.smape_pct for point in points]
    full = round(spec.full_rows * (plan.n_folds - 1) / plan.n_folds)
    sizes = sorted({max(n), *np.geomspace(min(n), max(full, max(n)), 25).round().astype(int).tolist()})
    several = len(set(n)) > 4
    left_out = left_out_largest(n, y) if several else None
    return LearningCurve(
        spec=spec,
        n_rows=catalog.n_train,
        rows_half_pct=Z_90 * clustered_se(rows, brand_clusters(catalog, store=store)),
        points=tuple(points),
        line=tuple(extrapolate(n, y, sizes)),
        full=extrapolate(n, y, [full])[0],
        left_out=None if left_out is None else left_out[0],
        left_out_smape_pct=None if left_out is None else left_out[1],
    )


def curve_seconds(run_seconds: float, spec: CurveSpec) -> float:
    """About how long the curve takes when a run takes so long, blocks of the sub-samples included."""
    # Making the blocks of a sub-sample anew costs about as much as fitting it.
    return float(sum(2.0 * run_seconds * (share + 0.05) * spec.seeds for share in spec.shares))


def _labelled(report: ProgressFn, label: str) -> ProgressFn:
    def inner(fraction: float, message: str) -> None:
        report(fraction, label)

    return inner


def _latest_key(plan: FoldPlan) -> str:
    return cache_key("runs.curve.latest", VERSION, {}, [plan.key])
