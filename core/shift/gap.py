"""The ladder from the flattering score to the honest one: every step really fitted and scored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.encode import ENCODERS, encoded_key
from core.features import artifact_key
from core.folds import random_plan
from core.shift.apart import MAX_ROWS
from core.shift.gap_fits import ALL_TEXT, SMALL, Measured, measured_steps
from core.store import ArtifactStore, cache_key
from core.types import Catalog, JsonDict, ProgressFn, no_progress

VERSION = 3

SETTINGS: Mapping[str, str] = {
    "in_sample_brand_price": "Five simple columns and each brand's mean price over all train rows, its own included",
    "out_of_fold": "Five simple columns and the brand's price, each row left out of its own",
    "twins_together": "As out of fold, with rows that share a text or a photo link kept in one fold",
    "test_like": "As out of fold, with as many validation rows of unseen and of rare brands as the test file has",
    "brand_grouped": "As out of fold, with every validation row's brand unseen",
    "five_simple": "Five simple columns alone, no brand",
    "all_text": "Every text block of the default preset",
}
"""Every step by its name in ``report.json``: from the most flattering to the worst case, then the baseline and the
whole."""


@dataclass(frozen=True)
class GapStep:
    """One setting of the ladder, by a small LightGBM that all share.

    Attributes:
        oof_smape_pct: Out-of-fold SMAPE, percent; mean over :data:`core.shift.gap_fits.DRAWS`.
        low_pct, high_pct: Its interval at ``level``, clustered by brand; NaN where one brand is all there is.
        n_rows: Train rows that were scored.
        row_sd_pct: Standard deviation of a single row's SMAPE; what chance makes of a score of so many rows.
        against: The setting that this one is compared with; ``""`` for the first.
        change_pct: Its SMAPE less that of ``against``, row by row on the same rows.
        change_low_pct, change_high_pct: Interval of the change at ``level``, clustered by brand and widened by how
            far a change moves from one draw of folds to the next.
        note: What the reader must know of this step on these rows; may be empty.
    """

    setting: str
    oof_smape_pct: float
    low_pct: float = math.nan
    high_pct: float = math.nan
    level: float = 0.9
    n_rows: int = 0
    row_sd_pct: float = math.nan
    against: str = ""
    change_pct: float = math.nan
    change_low_pct: float = math.nan
    change_high_pct: float = math.nan
    note: str = ""

    @property
    def title(self) -> str:
        """What the setting shows the model."""
        return SETTINGS[self.setting]

    @property
    def verdict(self) -> str:
        """``"real"`` when the change's interval leaves zero out, else ``"noise"``; ``""`` without a change."""
        if not self.against or not math.isfinite(self.change_low_pct):
            return ""
        return "real" if self.change_low_pct > 0 or self.change_high_pct < 0 else "noise"

    def to_json(self) -> JsonDict:
        """A line of ``gap`` in ``report.json``."""
        return {
            "setting": self.setting,
            "oof_smape_pct": self.oof_smape_pct,
            "low_pct": _finite(self.low_pct),
            "high_pct": _finite(self.high_pct),
            "level": self.level,
            "n_rows": self.n_rows,
            "row_sd_pct": _finite(self.row_sd_pct),
            "against": self.against or None,
            "change_pct": _finite(self.change_pct),
            "change_low_pct": _finite(self.change_low_pct),
            "change_high_pct": _finite(self.change_high_pct),
            "verdict": self.verdict or None,
            "note": self.note or None,
        }

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> GapStep:
        """Undo :meth:`to_json`."""

        def number(name: str) -> float:
            return math.nan if line[name] is None else float(line[name])

        return cls(
            setting=str(line["setting"]),
            oof_smape_pct=float(line["oof_smape_pct"]),
            low_pct=number("low_pct"),
            high_pct=number("high_pct"),
            level=float(line["level"]),
            n_rows=int(line["n_rows"]),
            row_sd_pct=number("row_sd_pct"),
            against=str(line["against"] or ""),
            change_pct=number("change_pct"),
            change_low_pct=number("change_low_pct"),
            change_high_pct=number("change_high_pct"),
            note=str(line["note"] or ""),
        )


def gap_ladder(
    catalog: Catalog, *, store: ArtifactStore, seed: int = 0, n_folds: int = 5, report: ProgressFn = no_progress
) -> list[GapStep]:
    """Fit and score each of :data:`SETTINGS`, from the cache or computed and kept.

    All steps share one small LightGBM, so that they differ in what they are shown and in nothing else; the level of
    a step is not the level of the best model. Above :data:`core.shift.apart.MAX_ROWS` train rows the ladder is fitted
    on whole brands drawn until they fill so many. ``test_like`` is left out where no test row's brand can be read.

    Raises:
        InputError: Too few train rows for the folds.
        Cancelled: From ``report``.
    """

    def measure() -> list[JsonDict]:
        found = measured_steps(catalog, store=store, seed=seed, n_folds=n_folds, report=report)
        return [_step(setting, found[setting]).to_json() for setting in SETTINGS if setting in found]

    lines = store.json(gap_key(catalog, store=store, seed=seed, n_folds=n_folds), measure).value
    report(1.0, "Gap ladder: done")
    return [GapStep.from_json(line) for line in lines]


def find_gap(catalog: Catalog, *, store: ArtifactStore, seed: int = 0, n_folds: int = 5) -> list[GapStep] | None:
    """:func:`gap_ladder` when it was computed before, else None."""
    lines = store.find_json(gap_key(catalog, store=store, seed=seed, n_folds=n_folds))
    return None if lines is None else [GapStep.from_json(line) for line in lines]


def gap_key(catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int) -> str:
    """Cache key of the ladder."""
    plan = random_plan(catalog, n_folds=n_folds, seed=seed)
    blocks = [name for name in ("brands", "five_simple", *ALL_TEXT) if name not in ENCODERS]
    parents = [plan.key, *(artifact_key(catalog, name) for name in blocks)]
    parents += [encoded_key(catalog, plan, name, store=store) for name in ALL_TEXT if name in ENCODERS]
    spec = {**SMALL.to_json(), "seed": seed, "max_rows": MAX_ROWS}
    return cache_key("shift.gap", VERSION, spec, parents)


def _step(setting: str, found: Measured) -> GapStep:
    level, change = found.smape_pct, found.change_pct
    return GapStep(
        setting,
        level.mean,
        level.low,
        level.high,
        found.level,
        found.n_rows,
        found.row_sd_pct,
        found.against,
        *((math.nan,) * 3 if change is None else (change.mean, change.low, change.high)),
        note=found.note,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
