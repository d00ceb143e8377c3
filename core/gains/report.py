"""A finished measurement: a line a block, the suggested set, and how to read it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from core.gains.cost import BlockCost
from core.gains.paired import Gain
from core.gains.shapley import Share
from core.gains.spec import GainSpec
from core.gains.verdict import Verdict

LEAST_SECONDS = 0.1
"""Cost below which a block counts as free: a gain a second must not hang on a clock's noise."""


@dataclass(frozen=True)
class BlockGain:
    """One block of the table.

    Attributes:
        on: True when it is one of the chosen blocks.
        alone: Added to the anchor (to the anchor's other blocks when it is one of them).
        away: The chosen blocks with it against those without it.
        p_holm: The p-value of ``away`` adjusted for all blocks of the table.
        fit_seconds: Seconds that it adds to fitting the chosen blocks, not less than 0.
        share: Shapley share in the chosen blocks; None when no shares were asked for or it is not chosen.
    """

    block: str
    on: bool
    cost: BlockCost
    fit_seconds: float
    alone: Gain
    away: Gain
    p_holm: float
    verdict: Verdict
    reason: str
    share: Share | None

    @property
    def seconds(self) -> float:
        """Making the block and fitting with it."""
        return self.cost.seconds + self.fit_seconds

    @property
    def gain_a_second(self) -> float:
        """SMAPE points by ``away`` for each second of cost."""
        return self.away.gain_pct / max(self.seconds, LEAST_SECONDS)


@dataclass(frozen=True)
class Suggestion:
    """The blocks that are worth keeping by this measurement.

    Attributes:
        blocks: Their names.
        smape_pct: Out of fold, mean over the seeds.
        against_chosen: Gain of the chosen blocks over these; about 0 or negative when nothing was lost.
    """

    blocks: tuple[str, ...]
    smape_pct: float
    against_chosen: Gain


@dataclass(frozen=True)
class GainReport:
    """All that was measured.

    Attributes:
        block_keys: Cache key of every block named; another key means that the block has changed since.
        n_clusters: Brands, and rows without one.
        median_smape_pct: Of the median price of the other folds.
        anchor_smape_pct, chosen_smape_pct: Of the two sets, mean over the seeds.
        anchor_refit_sd_pct, chosen_refit_sd_pct: Standard deviation of one fit's SMAPE over seeds, pooled over the sets
            near each; 0 with one seed.
        anchor_refit_beyond_pct, chosen_refit_beyond_pct: The part of it that the rows do not explain and that the
            intervals carry beside them.
        n_fits: Sets times seeds.
        fit_seconds: What all of them cost when they were fitted.
    """

    spec: GainSpec
    block_keys: dict[str, str]
    plan_kind: str
    plan_seed: int
    n_folds: int
    n_rows: int
    n_clusters: int
    median_smape_pct: float
    anchor_smape_pct: float
    chosen_smape_pct: float
    anchor_refit_sd_pct: float
    chosen_refit_sd_pct: float
    anchor_refit_beyond_pct: float
    chosen_refit_beyond_pct: float
    lines: tuple[BlockGain, ...]
    suggestion: Suggestion
    n_fits: int
    fit_seconds: float

    def line(self, block: str) -> BlockGain | None:
        """The block's line, or None when it was not measured."""
        return next((line for line in self.lines if line.block == block), None)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        lines = [{**asdict(line), "alone": line.alone.to_json(), "away": line.away.to_json()} for line in self.lines]
        suggestion = {**asdict(self.suggestion), "against_chosen": self.suggestion.against_chosen.to_json()}
        return {**asdict(self), "spec": self.spec.to_json(), "lines": lines, "suggestion": suggestion}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> GainReport:
        """Undo :meth:`to_json`."""
        suggestion = value["suggestion"]
        return cls(
            **{
                **value,
                "spec": GainSpec.from_json(value["spec"]),
                "lines": tuple(_line(line) for line in value["lines"]),
                "suggestion": Suggestion(
                    tuple(suggestion["blocks"]), suggestion["smape_pct"], Gain.from_json(suggestion["against_chosen"])
                ),
            }
        )


def _line(value: dict[str, Any]) -> BlockGain:
    share = value["share"]
    return BlockGain(
        **{
            **value,
            "cost": BlockCost(**value["cost"]),
            "alone": Gain.from_json(value["alone"]),
            "away": Gain.from_json(value["away"]),
            "share": None if share is None else _share(share),
        }
    )


def _share(value: dict[str, Any]) -> Share:
    interval = value["interval_90_pct"]
    return Share(value["share_pct"], None if interval is None else (interval[0], interval[1]))


def gain_table(report: GainReport) -> pd.DataFrame:
    """One row a block, most gain a second first.

    Returns:
        ``block``, ``on``, ``verdict``, ``gain_a_second``, ``away_pct``, ``away_low_pct``, ``away_high_pct`` (90 %),
        ``alone_pct``, ``alone_low_pct``, ``alone_high_pct``, ``p_holm``, ``share_pct``, ``share_low_pct``,
        ``share_high_pct`` (NaN without shares), ``block_seconds``, ``fit_seconds``, ``columns``, ``train_pct``,
        ``test_pct``, ``reason``.
    """
    rows = []
    for line in report.lines:
        nothing = (float("nan"), float("nan"))
        share = line.share or Share(float("nan"), None)
        share_low, share_high = share.interval_90_pct or nothing
        rows.append(
            {
                "block": line.block,
                "on": line.on,
                "verdict": line.verdict,
                "gain_a_second": line.gain_a_second,
                "away_pct": line.away.gain_pct,
                "away_low_pct": line.away.interval_90_pct[0],
                "away_high_pct": line.away.interval_90_pct[1],
                "alone_pct": line.alone.gain_pct,
                "alone_low_pct": line.alone.interval_90_pct[0],
                "alone_high_pct": line.alone.interval_90_pct[1],
                "p_holm": line.p_holm,
                "share_pct": share.share_pct,
                "share_low_pct": share_low,
                "share_high_pct": share_high,
                "block_seconds": line.cost.seconds,
                "fit_seconds": line.fit_seconds,
                "columns": line.cost.columns,
                "train_pct": line.cost.train_pct,
                "test_pct": line.cost.test_pct,
                "reason": line.reason,
            }
        )
    return pd.DataFrame(rows).sort_values("gain_a_second", ascending=False, kind="stable", ignore_index=True)
