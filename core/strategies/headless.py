"""``strategies``: every approach measured on the two files, from the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.catalog import CatalogSource, load_catalog
from core.embed import ModelSpec
from core.errors import InputError
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.diagnosis import data_json
from core.pipeline.pictures import with_pictures
from core.pipeline.reports import SCHEMA
from core.store import ArtifactStore
from core.strategies.advice import advice
from core.strategies.board import BoardRow, make_board
from core.strategies.builtin import BUILTIN
from core.strategies.recipe import Strategy, read_strategies
from core.strategies.sample import find_sample
from core.strategies.unattended import run_all
from core.types import ProgressFn, no_progress, part_of


def weigh_strategies(
    source: CatalogSource,
    *,
    store: ArtifactStore,
    model: ModelSpec | None = None,
    recipes: Path | None = None,
    only: Sequence[str] = (),
    minutes: float | None = None,
    report: ProgressFn = no_progress,
) -> dict[str, Any]:
    """Report with one entry a strategy and the sentence that follows from them.

    Args:
        model: Its vectors of texts, and of photos where there is a folder of them, are made first.
        recipes: Folder with strategies of one's own beside the built-in ones.
        only: Names of the strategies to run; all without any.
        minutes: What the strategies may take together, vectors not included.

    Raises:
        InputError: The files cannot be used, or no such strategy.
        Cancelled: From ``report``; what is finished stays in the cache.
    """
    clock = Clock()
    strategies = chosen(all_strategies(recipes), only)
    with clock.stage("catalog"):
        report(0.0, "reading the files")
        catalog = load_catalog(source)
    with clock.stage("pictures"):
        catalog, _ = with_pictures(catalog, source, model, store=store, report=part_of(report, 0.02, 0.2))
    with clock.stage("strategies"):
        done = run_all(catalog, strategies, store=store, minutes=minutes, report=part_of(report, 0.2, 1.0))
    rows = make_board(catalog, strategies, store=store)
    return {
        "schema": SCHEMA,
        "command": "strategies",
        "data": data_json(catalog),
        "strategies": [row_json(row) for row in rows],
        "too_long": [{"strategy": name, "seconds": seconds} for name, seconds in done.too_long],
        "sample_seconds": find_sample(catalog, strategies, store=store).seconds,
        "advice": advice(rows),
        "seconds": clock.report(),
        "peak_rss_mb": peak_rss_mb(),
    }


def all_strategies(folder: Path | None) -> dict[str, Strategy]:
    """The built-in strategies and those in a folder, by name.

    Raises:
        InputError: A file of the folder is no strategy, or has a built-in one's name.
    """
    if folder is None:
        return dict(BUILTIN)
    if not folder.is_dir():
        raise InputError(f"--recipes {folder} is no folder.", "Name the folder with the strategies' files.")
    found, wrong = read_strategies(folder)
    wrong += [f"{one.name} is the name of a built-in strategy." for one in found if one.name in BUILTIN]
    if wrong:
        raise InputError(f"{folder}: {wrong[0]}", "Mend the file or take it away.")
    return {**BUILTIN, **{one.name: one for one in found}}


def chosen(strategies: Mapping[str, Strategy], only: Sequence[str]) -> list[Strategy]:
    """The named ones, or all.

    Raises:
        InputError: No such strategy.
    """
    unknown = [name for name in only if name not in strategies]
    if unknown:
        raise InputError(f"no strategy {unknown[0]!r}.", f"There are {', '.join(strategies)}.")
    return [one for name, one in strategies.items() if not only or name in only]


def row_json(row: BoardRow) -> dict[str, Any]:
    """A row of the board; what is not known is null."""
    outcome, told = row.outcome, row.foretold
    measured = outcome is not None and outcome.state == "done"
    value: dict[str, Any] = {
        "strategy": row.strategy.name,
        "title": row.strategy.title,
        "state": row.state,
        "error": "" if outcome is None else outcome.error,
        "oof_smape_pct": row.smape_pct,
        "forecast": outcome.forecast if outcome is not None else None,
        "gap_pct": row.gap_pct,
        "cold_seconds": row.cold_seconds,
        "cold_in_parts": outcome.in_parts if measured and outcome is not None else None,
        "against_best": row.against,
        "behind_best_pct": row.behind_pct,
        "gain_per_hour_pct": row.gain_per_hour_pct,
        "on_frontier": row.on_frontier,
        "foretold_seconds": None if told is None else told.total,
    }
    if outcome is not None and measured:
        value |= {
            "low_pct": outcome.low_pct,
            "high_pct": outcome.high_pct,
            "seconds": outcome.seconds,
            "forecast_seconds": outcome.forecast_seconds,
            "warm_seconds": outcome.warm_seconds,
            "foretold_seconds": outcome.foretold_seconds,
            "peak_gib": outcome.peak_gib,
            "run_ids": list(outcome.run_ids),
            "weights": dict(outcome.weights),
        }
    return {name: None if isinstance(said, float) and said != said else said for name, said in value.items()}


def board_table(told: Mapping[str, Any]) -> pd.DataFrame:
    """The plain columns of the report's strategies, one row each, for a CSV."""
    frame = pd.DataFrame(told["strategies"])
    frame["forecast_smape_pct"] = [
        None if found is None else found["smape_pct"] for found in (one["forecast"] for one in told["strategies"])
    ]
    return frame.drop(columns=["forecast", "run_ids", "weights"], errors="ignore")
