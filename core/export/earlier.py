"""A submission made before, as the checks and the diff of a new one see it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Earlier:
    """A file that was submitted, or at least logged, before.

    Attributes:
        name: What a user calls it: its number and its note, or its file name.
        sha256: Hash of the file's bytes, in hexadecimal.
        price: US dollars by ``sample_id``, in the file's order.
        forecast_smape_pct: What was foretold for it; None where nothing was.
        leaderboard_smape_pct: What the leaderboard said; None until somebody typed it in.
    """

    name: str
    sha256: str
    price: pd.Series
    forecast_smape_pct: float | None = None
    leaderboard_smape_pct: float | None = None
