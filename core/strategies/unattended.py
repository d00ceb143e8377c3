"""Several strategies one after the other, as many as fit into the time that there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.errors import InputError
from core.store import ArtifactStore
from core.strategies.execute import prepare, run_strategy
from core.strategies.foretelling import Foretold, foretell
from core.strategies.outcome import Outcome, find_outcome, is_current
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of
from core.strategies.sample import can_be_timed, find_sample, take_sample
from core.types import Catalog, ProgressFn, no_progress, part_of

ToldFn: TypeAlias = Callable[[Outcome], None]
_SAMPLE_SHARE = 0.25
"""Of the progress bar, when a sample has to be taken first."""


@dataclass(frozen=True)
class Unattended:
    """What came of a list of strategies.

    Attributes:
        outcomes: In the order in which they were run; those that held already are not among them.
        current: Names of the strategies that held already and were left as they are.
        too_long: Names of those that would not have fitted into the time that was left, and their seconds.
    """

    outcomes: tuple[Outcome, ...]
    current: tuple[str, ...]
    too_long: tuple[tuple[str, float], ...]


def run_all(
    catalog: Catalog,
    strategies: Sequence[Strategy],
    *,
    store: ArtifactStore,
    board: Sequence[Strategy] = (),
    minutes: float | None = None,
    report: ProgressFn = no_progress,
    told: ToldFn | None = None,
) -> Unattended:
    """Run what is not current yet, in the order given; one that fails leaves its reason and the others go on.

    Started again after a crash it goes on: what is done is current, and of the strategy in hand every finished block
    and fold is in the cache.

    Args:
        board: Other strategies that there are: what they cost helps to foretell these.
        minutes: Strategies that are foretold to take longer than what is left of these are left out. Foretelling takes
            a sample first, which counts.
        told: Hears of each outcome when it is there.

    Raises:
        Cancelled: From ``report``; finished strategies stay.
    """
    started = time.monotonic()
    everything = [*board, *strategies]
    known = {one.key: find_outcome(one, catalog, store=store) for one in everything}
    due = [one for one in strategies if not _holds(known[one.key], one, catalog, store)]
    if due:
        prepare(catalog, due, store=store, report=part_of(report, 0.0, 0.05))
    sample = find_sample(catalog, everything, store=store)
    unknown = [one for one in able(due, catalog) if known[one.key] is None]
    # One alone, without a limit, is started as quickly as it is foretold.
    sampling = can_be_timed(catalog) and not sample.covers(unknown) and (len(unknown) > 1 or minutes is not None)
    if sampling:
        take_sample(catalog, unknown, store=store, report=part_of(report, 0.05, _SAMPLE_SHARE))
        sample = find_sample(catalog, everything, store=store)
    rest = part_of(report, _SAMPLE_SHARE if sampling else 0.05, 1.0)
    outcomes: list[Outcome] = []
    too_long: list[tuple[str, float]] = []
    for place, strategy in enumerate(due):
        stretch = part_of(rest, place / len(due), (place + 1) / len(due))
        stretch(0.0, strategy.title)
        expected = foretell(strategy, catalog, sample, known, store=store)
        left = None if minutes is None else 60 * minutes - (time.monotonic() - started)
        if _too_long(expected, left):
            too_long.append((strategy.name, float("nan") if expected is None else expected.total))
            continue
        seconds = None if expected is None else expected.total
        outcome = run_strategy(catalog, strategy, store=store, foretold_seconds=seconds, report=stretch)
        outcomes.append(outcome)
        known[strategy.key] = outcome
        if told is not None:
            told(outcome)
    report(1.0, "done")
    current = tuple(one.name for one in strategies if one not in due)
    return Unattended(tuple(outcomes), current, tuple(too_long))


def _holds(outcome: Outcome | None, strategy: Strategy, catalog: Catalog, store: ArtifactStore) -> bool:
    return outcome is not None and is_current(outcome, strategy, catalog, store=store)


def able(strategies: Sequence[Strategy], catalog: Catalog) -> list[Strategy]:
    """Those whose blocks the catalogue has; the others fail at once and need no foretelling."""
    found = []
    for strategy in strategies:
        try:
            blocks_of(strategy, catalog)
        except InputError:
            continue
        found.append(strategy)
    return found


def _too_long(expected: Foretold | None, left: float | None) -> bool:
    """True when there is a limit and the strategy would pass it; an unknown time fits as long as anything is left."""
    if left is None:
        return False
    return left <= 0 if expected is None else expected.total > left
