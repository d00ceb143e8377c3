"""Every block of a catalogue in one table: what it is, whether it is on, what it costs, what was measured of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

from core.gains.cost import BlockCost
from core.gains.report import GainReport, gain_table
from core.types import BlockInfo

SORTS: Final[Mapping[str, tuple[str, bool]]] = MappingProxyType(
    {
        "gain a second": ("gain_a_second", False),
        "gain, taken away": ("away_pct", False),
        "gain, added alone": ("alone_pct", False),
        "Shapley share": ("share_pct", False),
        "cost": ("block_seconds", True),
        "coverage in test": ("test_pct", False),
        "name": ("title", True),
    }
)
"""What the table can be sorted by: a column, and whether small values come first."""

NOT_MEASURED: Final = "what it gains is still to be measured"
"""Why a block is off that does not say so itself."""

_MEASURED = (
    "verdict",
    "gain_a_second",
    "away_pct",
    "away_low_pct",
    "away_high_pct",
    "alone_pct",
    "alone_low_pct",
    "alone_high_pct",
    "p_holm",
    "share_pct",
    "share_low_pct",
    "share_high_pct",
    "fit_seconds",
    "reason",
)


def overview(
    infos: Mapping[str, BlockInfo],
    chosen: Collection[str],
    costs: Mapping[str, BlockCost],
    report: GainReport | None,
    *,
    sort: str = "gain a second",
) -> pd.DataFrame:
    """One row a block.

    Args:
        infos: The blocks.
        chosen: Those in use now, whatever the measurement took.
        costs: Of the blocks that were made.
        report: The measurement, or None before there is one.
        sort: A name of :data:`SORTS`; what was not measured comes last.

    Returns:
        ``block``, ``title``, ``meaning``, ``on``, ``fold_aware``, ``block_seconds``, ``columns``, ``train_pct``,
        ``test_pct`` (NaN before the block was made), ``suggested`` (by the measurement), the columns of
        :func:`core.gains.gain_table` that were measured (NaN, ``""`` for a verdict or a reason), and ``why_off`` for
        a block that is off by default.
    """
    measured = {} if report is None else gain_table(report).set_index("block").to_dict("index")
    rows = []
    for name, info in infos.items():
        cost = costs.get(name)
        numbers = measured.get(name, {})
        rows.append(
            {
                "block": name,
                "title": info.title,
                "meaning": info.meaning,
                "on": name in chosen,
                "fold_aware": info.uses_target,
                "block_seconds": cost.seconds if cost else float("nan"),
                "columns": cost.columns if cost else float("nan"),
                "train_pct": cost.train_pct if cost else float("nan"),
                "test_pct": cost.test_pct if cost else float("nan"),
                "suggested": report is not None and name in report.suggestion.blocks,
                **{key: numbers.get(key, "" if key in ("verdict", "reason") else float("nan")) for key in _MEASURED},
                "why_off": "" if info.default_on else info.why_off or NOT_MEASURED,
            }
        )
    column, ascending = SORTS[sort]
    return pd.DataFrame(rows).sort_values(column, ascending=ascending, kind="stable", ignore_index=True)
