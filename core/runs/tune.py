"""Better settings within a budget of minutes, and an honest word on what they gain.

The search fits two folds of another plan than the page's and compares settings by their validation rows. Whoever looks
for the best of a hundred finds luck as well, so the winner is not believed on those rows: it becomes a normal run on
the page's plan, and what it gains over the settings that the search started from is told on the rows that no trial was
judged by.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config import settings
from core.errors import InputError
from core.folds import FoldPlan, random_plan
from core.gains import Gain, brand_clusters
from core.metrics import to_log_price
from core.runs.compare import RunVerdict, judge
from core.runs.noise import PRIOR_SD_PCT, RefitNoise, rows_of
from core.runs.settings import with_settings
from core.runs.study import FOLDER, importances, open_study, spent_seconds, suggest, tried_first
from core.store import ArtifactStore, cache_key
from core.train import (
    FAMILIES,
    FoldData,
    FoldWatch,
    TrainSpec,
    fit_folds,
    fold_matrix,
    folds_at_once,
    gather,
    rounds_by_others,
    set_run_note,
    train,
)
from core.types import BoolArray, Catalog, FloatArray, ProgressFn, no_progress, part_of

if TYPE_CHECKING:
    import optuna

VERSION = 1
SEARCH_FOLDS = 2
STEP_ROUNDS, STEP_RATE = 25, 0.04
"""A step of the pruner is so many rounds at that learning rate: a slower one is given as many more rounds."""
_SEARCH_FROM, _SEARCH_UNTIL = 0.1, 0.85
Told = Callable[[int, float], None]
"""Told of each ended trial's number and SMAPE in percent."""


@dataclass(frozen=True)
class TuneSpec:
    """A search.

    Attributes:
        train: Family, blocks and the settings to start from.
        minutes: What the trials may take together, over all attempts; more minutes later go on from there.

    Raises:
        InputError: No minutes, or a family without these settings.
    """

    train: TrainSpec
    minutes: float = 10.0

    def __post_init__(self) -> None:
        if self.train.family not in ("lightgbm", "xgboost"):
            raise InputError(f"{self.train.family} has nothing to tune.", "Take lightgbm or xgboost.")
        if not 0 < self.minutes <= 24 * 60:
            raise InputError(f"{self.minutes} minutes asked for.", "Take more than 0 and at most a day.")


@dataclass(frozen=True)
class Tuned:
    """What a search has found.

    Attributes:
        found: The best settings, by their names.
        n_trials, n_pruned: Trials in all, and those stopped early because others were better by then.
        minutes: What they took together.
        start_search_smape_pct, best_search_smape_pct: As the search saw them: the second is chosen for being low.
        start_run_id, best_run_id: The normal runs on the page's plan.
        n_unseen: Rows that no trial was judged by.
        gain: Of the best settings over the start on those rows.
        verdict: Whether it is real.
        importance: Share of each setting in what decides a good score.
        history: SMAPE of each completed trial, by its number.
    """

    spec: TuneSpec
    found: dict[str, float]
    n_trials: int
    n_pruned: int
    minutes: float
    start_search_smape_pct: float
    best_search_smape_pct: float
    start_run_id: str
    best_run_id: str
    start_oof_smape_pct: float
    best_oof_smape_pct: float
    n_unseen: int
    gain: Gain
    verdict: RunVerdict
    importance: dict[str, float] = field(default_factory=dict)
    history: tuple[tuple[int, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        history = [list(pair) for pair in self.history]
        spec = {"train": self.spec.train.to_json(), "minutes": self.spec.minutes}
        return {**asdict(self), "spec": spec, "gain": self.gain.to_json(), "history": history}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Tuned:
        """Undo :meth:`to_json`."""
        spec = TuneSpec(TrainSpec.from_json(value["spec"]["train"]), value["spec"]["minutes"])
        history = tuple((int(number), float(score)) for number, score in value["history"])
        return cls(**{**value, "spec": spec, "gain": Gain.from_json(value["gain"]), "history": history})


def tune(
    catalog: Catalog,
    plan: FoldPlan,
    spec: TuneSpec,
    *,
    store: ArtifactStore,
    search_plan: FoldPlan | None = None,
    report: ProgressFn = no_progress,
    told: Told | None = None,
    watch: FoldWatch | None = None,
) -> Tuned:
    """Search, then train the winner and the start on ``plan``, and compare them.

    Args:
        search_plan: Other folds than ``plan``'s, which the trials are judged by; random ones where none are given.

    Raises:
        InputError: An unknown block.
        Cancelled: From ``report``; ended trials stay, and the next call with the same blocks goes on from them.
    """
    search_plan = search_plan or random_plan(catalog, n_folds=plan.n_folds, seed=plan.seed + 1)
    search = _Search(catalog, search_plan, spec, store, part_of(report, 0.0, _SEARCH_FROM))
    search.run(part_of(report, _SEARCH_FROM, _SEARCH_UNTIL), told)
    best = with_settings(spec.train, search.best)
    watch = watch or FoldWatch()
    start_run = train(catalog, plan, spec.train, store=store, report=part_of(report, _SEARCH_UNTIL, 0.92))
    best_run = train(catalog, plan, best, store=store, report=part_of(report, 0.92, 1.0), watch=watch)
    if best_run.run_id != start_run.run_id:
        set_run_note(best_run.run_id, store=store, note=f"tuned, {search.n_trials} trials")
    unseen = search.unseen
    clusters = brand_clusters(catalog, store=store)[unseen]
    rows = [rows_of(run, catalog)[unseen] for run in (start_run, best_run)]
    gain, verdict = judge(rows[0], rows[1], clusters, RefitNoise(PRIOR_SD_PCT, 0))
    found = Tuned(
        spec=spec,
        found=search.best,
        n_trials=search.n_trials,
        n_pruned=search.n_pruned,
        minutes=spent_seconds(search.study) / 60.0,
        start_search_smape_pct=search.history[0][1],
        best_search_smape_pct=min(score for _, score in search.history),
        start_run_id=start_run.run_id,
        best_run_id=best_run.run_id,
        start_oof_smape_pct=start_run.oof_smape_pct,
        best_oof_smape_pct=best_run.oof_smape_pct,
        n_unseen=int(unseen.sum()),
        gain=gain,
        verdict=verdict,
        importance=dict(importances(search.study)),
        history=tuple(search.history),
    )
    store.keep_json(_latest_key(plan, spec.train.family), found.to_json())
    report(1.0, "settings are found")
    return found


def latest_tuned(plan: FoldPlan, family: str, *, store: ArtifactStore) -> Tuned | None:
    """The last search of that family for this plan, or None."""
    kept = store.find_json(_latest_key(plan, family))
    return None if kept is None else Tuned.from_json(kept)


class _Search:
    """Trials on the first folds of a plan."""

    def __init__(
        self, catalog: Catalog, plan: FoldPlan, spec: TuneSpec, store: ArtifactStore, report: ProgressFn
    ) -> None:
        ingredients = gather(catalog, plan, spec.train.blocks, store=store, report=report)
        log_price = to_log_price(catalog.price)
        self.spec = spec
        self.family = FAMILIES[spec.train.family]
        self.folds = [
            FoldData.of(fold_matrix(ingredients, fold), log_price, plan.validation_mask(fold))
            for fold in range(SEARCH_FOLDS)
        ]
        judged = np.logical_or.reduce([plan.validation_mask(fold) for fold in range(SEARCH_FOLDS)])
        self.unseen: BoolArray = ~judged
        # Trials fit one model a fold whatever the run averages: how many there are moves all settings alike.
        asked = {**replace(spec.train, seeds_bagged=1).to_json(), "version": self.family.version, "folds": SEARCH_FOLDS}
        name = cache_key("runs.study", VERSION, asked, [plan.key, *ingredients.keys])
        self.study = open_study(store.root / FOLDER / f"{name}.jsonl", seed=spec.train.seed)
        if not self.study.trials:
            self.study.enqueue_trial(tried_first(spec.train))

    @property
    def history(self) -> list[tuple[int, float]]:
        """Number and SMAPE of each completed trial."""
        return [(trial.number, trial.value) for trial in self._ended("COMPLETE") if trial.value is not None]

    @property
    def n_trials(self) -> int:
        return len(self._ended("COMPLETE")) + self.n_pruned

    @property
    def n_pruned(self) -> int:
        return len(self._ended("PRUNED"))

    @property
    def best(self) -> dict[str, float]:
        """The best settings, as they were fitted."""
        # As they were fitted: rounded, other than what the sampler asked for.
        return dict(self.study.best_trial.user_attrs["settings"])

    def run(self, report: ProgressFn, told: Told | None) -> None:
        """Trials until the budget is spent; one at least, so that the start is known."""
        import optuna

        budget_s = 60.0 * self.spec.minutes
        while (spent := spent_seconds(self.study)) < budget_s or not self.history:
            trial = self.study.ask()
            values = suggest(trial, self.spec.train)
            trial.set_user_attr("settings", values)
            best = min((score for _, score in self.history), default=float("nan"))
            label = f"trial {trial.number + 1}, best so far {best:.2f} %, {spent / 60:.1f} of {self.spec.minutes:g} min"
            share = min(1.0, spent / budget_s)
            try:
                score = self._score(trial, with_settings(self.spec.train, values), lambda: report(share, label))  # noqa: B023
            except optuna.TrialPruned:
                self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            except BaseException:
                self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
                raise
            else:
                self.study.tell(trial, score)
                if told is not None:
                    told(trial.number, score)

    def _score(self, trial: optuna.Trial, spec: TrainSpec, beat: Callable[[], None]) -> float:
        threads = settings().threads
        at_once, each = folds_at_once(self.family.name, len(self.folds), threads)
        together = _Together(trial, spec, len(self.folds))

        def fit(fold: int, told: ProgressFn) -> FloatArray:
            def on_round(number: int, score: float) -> None:
                told(0.0, "")
                together.round(fold, score)

            return self.family.fit(self.folds[fold], spec, on_round, threads=each).curve

        curves = fit_folds(fit, len(self.folds), at_once=at_once, report=lambda _fraction, _message: beat())
        rounds = rounds_by_others(curves)
        return float(np.mean([curve[count - 1] for curve, count in zip(curves, rounds, strict=True)]))

    def _ended(self, state: str) -> list[optuna.trial.FrozenTrial]:
        return [trial for trial in self.study.get_trials(deepcopy=False) if trial.state.name == state]


class _Together:
    """The mean best score of a trial's folds so far, told to the pruner once all of them have come so far."""

    def __init__(self, trial: optuna.Trial, spec: TrainSpec, n_folds: int) -> None:
        self._trial = trial
        self._rounds = STEP_ROUNDS * STEP_RATE / spec.learning_rate
        self._curves: list[list[float]] = [[] for _ in range(n_folds)]
        self._step = 0
        self._lock = threading.Lock()

    def round(self, fold: int, smape_pct: float) -> None:
        """Raises :class:`optuna.TrialPruned` when other trials were better by then."""
        import optuna

        with self._lock:
            self._curves[fold].append(smape_pct)
            wanted = int((self._step + 1) * self._rounds)
            if min(map(len, self._curves)) < max(1, wanted):
                return
            self._step += 1
            self._trial.report(float(np.mean([min(curve[:wanted] or curve) for curve in self._curves])), self._step)
            if self._trial.should_prune():
                raise optuna.TrialPruned


def _latest_key(plan: FoldPlan, family: str) -> str:
    return cache_key("runs.tune.latest", VERSION, {"family": family}, [plan.key])
