"""The board: every strategy a row, with what it scored, what it cost, and whether there is time for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from core.features import artifact_key
from core.gains import brand_clusters
from core.metrics import row_smape_pct, to_price
from core.runs import judge, refit_noise
from core.store import ArtifactStore, cache_key
from core.strategies.foretelling import Foretold, foretell
from core.strategies.outcome import Outcome, find_oof, find_outcome, is_current
from core.strategies.recipe import Strategy
from core.strategies.sample import Sample, find_sample
from core.types import Catalog, FloatArray

VERSION = 1
RowState: TypeAlias = Literal["done", "out of date", "failed", "not run"]
Against: TypeAlias = Literal["best", "real", "noise", "unknown"]
Feasible: TypeAlias = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class BoardRow:
    """A strategy as the board shows it; not a number where nothing is known.

    Attributes:
        outcome: As measured; None before.
        foretold: What running it now would take; None when nothing tells.
        leaderboard_pct: The score that was typed in for the file that it gives.
        against: Its difference to the best: itself the best, ``real``, ``noise``, or ``unknown``.
        behind_pct: Its validation SMAPE minus the best one's.
        gain_per_hour_pct: Points below the best of all others for each hour of its cold run; only the best has some.
        feasible: Whether a cold run fits into the hours that are left.
        on_frontier: True when no strategy is as good or better in less time.
    """

    strategy: Strategy
    state: RowState
    outcome: Outcome | None
    foretold: Foretold | None
    leaderboard_pct: float = float("nan")
    against: Against = "unknown"
    behind_pct: float = float("nan")
    gain_per_hour_pct: float = float("nan")
    feasible: Feasible = "unknown"
    on_frontier: bool = False

    @property
    def cold_seconds(self) -> float:
        """From an empty cache to the blend: measured, else foretold, else not a number."""
        if self.outcome is not None and self.outcome.costs is not None:
            return self.outcome.costs.cold
        return float("nan") if self.foretold is None else self.foretold.cold

    @property
    def smape_pct(self) -> float:
        """Out of fold."""
        return float("nan") if self.outcome is None else self.outcome.oof_smape_pct

    @property
    def forecast_pct(self) -> float:
        """Expected on the test file."""
        told = None if self.outcome is None or self.outcome.forecast is None else self.outcome.forecast.get("smape_pct")
        return float("nan") if told is None else float(told)

    @property
    def gap_pct(self) -> float:
        """Forecast minus validation."""
        return self.forecast_pct - self.smape_pct


def make_board(
    catalog: Catalog,
    strategies: Sequence[Strategy],
    *,
    store: ArtifactStore,
    leaderboard_pct: Mapping[str, float] | None = None,
    hours_left: float | None = None,
) -> list[BoardRow]:
    """One row a strategy, in the order given; nothing is fitted.

    Args:
        leaderboard_pct: Scores that were typed in, by the submitted file's SHA-256.
        hours_left: Until the deadline; None when there is none.
    """
    known = {one.key: find_outcome(one, catalog, store=store) for one in strategies}
    sample = find_sample(catalog, strategies, store=store)
    rows = [_plain_row(one, catalog, sample, known, leaderboard_pct or {}, hours_left, store) for one in strategies]
    return _compared(rows, catalog, store)


def _plain_row(
    strategy: Strategy,
    catalog: Catalog,
    sample: Sample,
    known: Mapping[str, Outcome | None],
    leaderboard_pct: Mapping[str, float],
    hours_left: float | None,
    store: ArtifactStore,
) -> BoardRow:
    outcome = known[strategy.key]
    expected = foretell(strategy, catalog, sample, known, store=store)
    state: RowState = "not run"
    if outcome is not None and outcome.state == "failed":
        state = "failed"
    elif outcome is not None:
        state = "done" if is_current(outcome, strategy, catalog, store=store) else "out of date"
    typed = float("nan") if outcome is None else leaderboard_pct.get(outcome.sha256, float("nan"))
    row = BoardRow(strategy, state, outcome, expected, typed)
    return replace(row, feasible=_feasible(row, hours_left))


def _feasible(row: BoardRow, hours_left: float | None) -> Feasible:
    seconds = row.foretold.total if row.foretold is not None else row.cold_seconds
    if hours_left is None or np.isnan(seconds):
        return "unknown"
    return "yes" if seconds <= 3600 * hours_left else "no"


def _compared(rows: list[BoardRow], catalog: Catalog, store: ArtifactStore) -> list[BoardRow]:
    done = [row for row in rows if row.state == "done"]
    if not done:
        return rows
    best = min(done, key=lambda row: (row.smape_pct, row.cold_seconds))
    found = []
    for row in rows:
        if row.state == "done":
            others = [other.smape_pct for other in done if other is not row]
            gain = min(others) - row.smape_pct if others else float("nan")
            row = replace(
                row,
                against="best" if row is best else _against(best, row, catalog, store),
                behind_pct=row.smape_pct - best.smape_pct,
                gain_per_hour_pct=gain / (row.cold_seconds / 3600) if gain > 0 else float("nan"),
                on_frontier=not any(_dominates(other, row) for other in done if other is not row),
            )
        found.append(row)
    return found


def _dominates(one: BoardRow, other: BoardRow) -> bool:
    as_good = one.smape_pct <= other.smape_pct and one.cold_seconds <= other.cold_seconds
    return as_good and (one.smape_pct < other.smape_pct or one.cold_seconds < other.cold_seconds)


def _errors(row: BoardRow, catalog: Catalog, store: ArtifactStore) -> FloatArray | None:
    kept = None if row.outcome is None else find_oof(row.outcome.made_from, store=store)
    if kept is None or not kept.index.equals(catalog.price.index):
        return None
    return row_smape_pct(catalog.price, to_price(kept))


def _against(best: BoardRow, row: BoardRow, catalog: Catalog, store: ArtifactStore) -> Against:
    """The verdict, kept by what both were made from: a page draws the board anew at every touch."""
    made_of = ["" if one.outcome is None else one.outcome.made_from for one in (best, row)]
    key = cache_key("strategies.against", VERSION, {}, [artifact_key(catalog, "brands"), *made_of])
    kept: Against | None = store.find_json(key)
    if kept is not None:
        return kept
    errors = [_errors(one, catalog, store) for one in (best, row)]
    if errors[0] is None or errors[1] is None:
        return "unknown"
    clusters = brand_clusters(catalog, store=store)
    verdict = judge(errors[0], errors[1], clusters, refit_noise([], clusters))[1]
    store.keep_json(key, verdict)
    return verdict
