"""What each block is worth: added alone, taken away, a second, and as a share of the whole.

Every score here is out of fold on one plan, by one small LightGBM (:func:`core.gains.spec.model_spec`); fold-aware
blocks come as each fold may see them. Each set is fitted once, whatever needs it, and kept, so that a stopped
measurement goes on and a changed choice fits only what is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from core.features import brands
from core.folds import FoldPlan
from core.gains import sets
from core.gains.cost import BlockCost, costs_of
from core.gains.fits import Fit, Fitter
from core.gains.keys import latest_key, report_key
from core.gains.paired import Gain, holm, paired_gain, refit_sd, refit_sd_beyond_rows
from core.gains.report import BlockGain, GainReport
from core.gains.shapley import Share, shapley_shares
from core.gains.spec import GainSpec
from core.gains.suggest import suggest
from core.gains.verdict import reason_of, verdict_of
from core.store import ArtifactStore
from core.train import block_keys, gather
from core.types import Catalog, FloatArray, IntArray, ProgressFn, no_progress, part_of

_BLOCKS_UNTIL = 0.25
_FITS_UNTIL = 0.95
_SUGGESTING = "the smallest set that scores as well"
_NEIGHBOURHOODS = (sets.alone_sets, sets.away_sets)


def measure_gains(
    catalog: Catalog, plan: FoldPlan, spec: GainSpec, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> GainReport:
    """Measure every block of ``spec`` under ``plan``, or read the measurement when it was made before.

    Raises:
        InputError: An unknown block.
        Cancelled: From ``report``; finished fits stay in the cache.
    """
    keys = block_keys(catalog, plan, spec.everything, store=store)
    key = report_key(catalog, plan, spec, keys)
    kept = store.find_json(key)
    if kept is None:
        ingredients = gather(catalog, plan, spec.everything, store=store, report=part_of(report, 0.0, _BLOCKS_UNTIL))
        bench = _Bench(catalog, plan, spec, keys, costs_of(ingredients, store=store), store)
        kept = bench.measure(part_of(report, _BLOCKS_UNTIL, 1.0)).to_json()
        store.keep_json(key, kept)
    store.keep_json(latest_key(plan), kept)
    report(1.0, "gains are measured")
    return GainReport.from_json(kept)


def latest_gains(plan: FoldPlan, *, store: ArtifactStore) -> GainReport | None:
    """The last measurement on ``plan``, whatever blocks it chose, or None when there was none."""
    kept = store.find_json(latest_key(plan))
    return None if kept is None else GainReport.from_json(kept)


class _Bench:
    """One measurement at work: its fits so far, and the comparisons between them."""

    def __init__(
        self,
        catalog: Catalog,
        plan: FoldPlan,
        spec: GainSpec,
        keys: Mapping[str, str],
        costs: Mapping[str, BlockCost],
        store: ArtifactStore,
    ) -> None:
        self.catalog, self.plan, self.spec, self.keys, self.costs = catalog, plan, spec, keys, costs
        self.fitter = Fitter(catalog, plan, keys, spec.rounds, store)
        self.clusters = brand_clusters(catalog, store=store)
        self.fits: dict[tuple[frozenset[str], int], Fit] = {}

    def measure(self, report: ProgressFn) -> GainReport:
        wanted = sets.needs(self.spec)
        for place, need in enumerate(wanted):
            low, high = (_FITS_UNTIL * (place + step) / len(wanted) for step in (0, 1))
            self._fit(
                need.blocks,
                need.seed,
                _told(part_of(report, low, high), f"{need.label}: fit {place + 1} of {len(wanted)}"),
            )
        near_anchor, near_chosen = ([part for part in parts(self.spec) if part] for parts in _NEIGHBOURHOODS)
        alone_sd, away_sd = (
            refit_sd_beyond_rows([self._rows(part) for part in parts], self.clusters)
            for parts in (near_anchor, near_chosen)
        )
        alone = {name: self._gain(sets.alone_pair(self.spec, name), alone_sd) for name in self.spec.measured}
        away = {name: self._gain(sets.away_pair(self.spec, name), away_sd) for name in self.spec.measured}
        lines = self._lines(alone, away)
        suggestion = suggest(
            frozenset(self.spec.chosen),
            frozenset(line.block for line in lines if line.verdict == "gain"),
            {name: gain.gain_pct for name, gain in alone.items()},
            # How many sets it takes is not known beforehand, so that the bar stands while they are fitted.
            partial(self._rows, report=_told(part_of(report, _FITS_UNTIL, _FITS_UNTIL), _SUGGESTING)),
            lambda without, having: paired_gain(without, having, self.clusters, refit_sd_pct=away_sd),
        )
        return GainReport(
            spec=self.spec,
            block_keys=dict(self.keys),
            plan_kind=self.plan.kind,
            plan_seed=self.plan.seed,
            n_folds=self.plan.n_folds,
            n_rows=self.catalog.n_train,
            n_clusters=len(np.unique(self.clusters)),
            median_smape_pct=self._fit(frozenset(), self.spec.seed).smape_pct,
            anchor_smape_pct=float(np.mean(self._scores(frozenset(self.spec.anchor)))),
            chosen_smape_pct=float(np.mean(self._scores(frozenset(self.spec.chosen)))),
            anchor_refit_sd_pct=refit_sd([self._scores(part) for part in near_anchor]),
            chosen_refit_sd_pct=refit_sd([self._scores(part) for part in near_chosen]),
            anchor_refit_beyond_pct=alone_sd,
            chosen_refit_beyond_pct=away_sd,
            lines=lines,
            suggestion=suggestion,
            n_fits=sum(1 for blocks, _ in self.fits if blocks),
            fit_seconds=sum(fit.seconds for fit in self.fits.values()),
        )

    def _lines(self, alone: Mapping[str, Gain], away: Mapping[str, Gain]) -> tuple[BlockGain, ...]:
        names = self.spec.measured
        adjusted = holm([away[name].p_value for name in names])
        shares = self._shares()
        lines = []
        for name, p_holm in zip(names, adjusted, strict=True):
            verdict = verdict_of(away[name], p_holm)
            on = name in self.spec.chosen
            others = len(self.spec.chosen) - on
            lines.append(
                BlockGain(
                    block=name,
                    on=on,
                    cost=self.costs[name],
                    fit_seconds=self._extra_seconds(name),
                    alone=alone[name],
                    away=away[name],
                    p_holm=p_holm,
                    verdict=verdict,
                    reason=reason_of(verdict, alone[name], away[name], on=on, n_others=others),
                    share=shares.get(name),
                )
            )
        return tuple(lines)

    def _shares(self) -> dict[str, Share]:
        return shapley_shares(
            sets.shapley_orderings(self.spec), lambda blocks: -self._fit(blocks, self.spec.seed).smape_pct
        )

    def _gain(self, pair: sets.Pair, sd_pct: float) -> Gain:
        return paired_gain(self._rows(pair.without), self._rows(pair.having), self.clusters, refit_sd_pct=sd_pct)

    def _extra_seconds(self, name: str) -> float:
        """Mean over the seeds; a clock's noise must not read as a block that saves time."""
        pair = sets.away_pair(self.spec, name)
        spent = [np.mean([fit.seconds for fit in self._of(side)]) for side in (pair.without, pair.having)]
        return max(0.0, float(spent[1] - spent[0]))

    def _scores(self, blocks: frozenset[str]) -> list[float]:
        return [fit.smape_pct for fit in self._of(blocks)]

    def _rows(self, blocks: frozenset[str], *, report: ProgressFn = no_progress) -> Sequence[FloatArray]:
        return [fit.row_smape_pct for fit in self._of(blocks, report)]

    def _of(self, blocks: frozenset[str], report: ProgressFn = no_progress) -> list[Fit]:
        seeds = range(self.spec.seed, self.spec.seed + self.spec.seeds)
        return [self._fit(blocks, seed, report) for seed in seeds]

    def _fit(self, blocks: frozenset[str], seed: int, report: ProgressFn = no_progress) -> Fit:
        if (blocks, seed) not in self.fits:
            self.fits[blocks, seed] = self.fitter.fit(blocks, seed=seed, report=report)
        return self.fits[blocks, seed]


def brand_clusters(catalog: Catalog, *, store: ArtifactStore) -> IntArray:
    """A number for each train row's brand; a row of an unknown brand is a cluster of its own."""
    key = brands(catalog, store=store).value.train["brand_key"].to_numpy(dtype=object)
    names = np.where(key == "", [f"\0{row}" for row in range(len(key))], key)
    _, code = np.unique(names.astype(str), return_inverse=True)
    return np.asarray(code, dtype=np.int64)


def _told(report: ProgressFn, label: str) -> ProgressFn:
    """Says which block is at work instead of which fold."""

    def inner(fraction: float, message: str) -> None:
        report(fraction, label)

    return inner
