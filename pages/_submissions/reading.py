"""The ledger as a page reads it: once a state of its file, with the record of the forecasts and the next file."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.export import (
    Budget,
    Candidate,
    Earlier,
    Entry,
    Foretold,
    Ledger,
    Track,
    carried_forecast,
    forecast_track,
    open_ledger,
    scored_ones,
)
from core.pipeline import latest_report
from core.types import ID, PRICE
from pages import _shell as shell

_READ, _NEXT = "submissions.read", "submissions.next"


@dataclass(frozen=True)
class Reading:
    """A ledger at one moment.

    Attributes:
        entries: Oldest first, the withdrawn ones too.
        earlier: Those that count and whose file is there.
    """

    ledger: Ledger
    entries: tuple[Entry, ...]
    earlier: tuple[Earlier, ...]
    track: Track
    budget: Budget | None

    @property
    def counting(self) -> list[Entry]:
        """The submissions that were not withdrawn."""
        return [entry for entry in self.entries if not entry.withdrawn]

    @property
    def scored(self) -> list[Entry]:
        """Those with a leaderboard score."""
        return [entry for entry in self.counting if entry.leaderboard_smape_pct is not None]

    @property
    def best(self) -> Entry | None:
        """The one with the best leaderboard score."""
        return min(self.scored, key=_score, default=None)


@dataclass(frozen=True)
class Next:
    """The blend that the Ensemble page showed last in this session.

    Attributes:
        catalog_key: Of the data that it was shown for.
        frame: ``sample_id`` and ``price``.
    """

    catalog_key: str
    frame: pd.DataFrame
    validation_smape_pct: float


def read_ledger(work: shell.Workspace) -> Reading:
    """The ledger of the chosen data; files are parsed again only when something was logged or changed."""
    ledger = open_ledger(work.catalog, demo=work.is_demo)
    stamp = (str(ledger.folder), ledger.stamp())
    kept = shell.session_list(_READ)
    if not kept or kept[0] != stamp:
        entries, earlier = ledger.entries(), ledger.earlier()
        kept[:] = [stamp, entries, earlier, forecast_track(scored_ones(entries, earlier))]
    _, entries, earlier, track = kept
    return Reading(ledger, entries, earlier, track, ledger.budget())


def keep_next(work: shell.Workspace, frame: pd.DataFrame, validation_smape_pct: float) -> None:
    """Remember a blend as the one that could be submitted next."""
    shell.session_list(_NEXT)[:] = [Next(work.catalog.key, frame, validation_smape_pct)]


def next_one(work: shell.Workspace) -> Candidate | None:
    """The blend that could be submitted next, with its forecast; None before the Ensemble page has shown one."""
    kept = shell.session_list(_NEXT)
    if not kept or kept[0].catalog_key != work.catalog.key:
        return None
    price = pd.Series(kept[0].frame[PRICE].to_numpy(), index=pd.Index(kept[0].frame[ID], name=ID), name=PRICE)
    return Candidate(price, foretold(work, kept[0].validation_smape_pct))


def foretold(work: shell.Workspace, validation_smape_pct: float) -> Foretold | None:
    """The forecast of a blend, from what a whole run or a diagnosis has measured of this data."""
    reports = (latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose"))
    found = (carried_forecast(validation_smape_pct, report) for report in reports)
    return next((forecast for forecast in found if forecast is not None), None)


def _score(entry: Entry) -> float:
    return float("inf") if entry.leaderboard_smape_pct is None else entry.leaderboard_smape_pct
