"""The rows that a run gets most wrong, with the text that it went by."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.errors import AlignmentError
from core.metrics import row_smape_pct, to_price
from core.train import Run
from core.types import ID, TEXT, Catalog

WORST_ROWS: Final = 200
TEXT_CHARACTERS: Final = 160


def worst_rows(run: Run, catalog: Catalog, *, count: int = WORST_ROWS) -> pd.DataFrame:
    """Train rows with the largest out-of-fold error, worst first.

    Returns:
        ``sample_id``, ``price`` and ``predicted`` in dollars, ``smape_pct`` of the row (0 to 200), ``text`` (the
        beginning of the catalogue text on one line).

    Raises:
        AlignmentError: The run predicts other rows.
    """
    if not run.oof_log_price.index.equals(catalog.price.index):
        raise AlignmentError(f"run {run.run_id} and the catalogue name different rows")
    predicted = pd.Series(to_price(run.oof_log_price), index=catalog.price.index)
    error = pd.Series(row_smape_pct(catalog.price, predicted), index=catalog.price.index)
    worst = error.sort_values(ascending=False, kind="stable").index[:count]
    text = catalog.items.train.loc[worst, TEXT]
    return pd.DataFrame(
        {
            ID: worst,
            "price": catalog.price.loc[worst].to_numpy(),
            "predicted": predicted.loc[worst].to_numpy(),
            "smape_pct": error.loc[worst].to_numpy(),
            "text": [" ".join(str(item).split())[:TEXT_CHARACTERS] for item in text],
        }
    )
