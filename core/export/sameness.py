"""Two submissions held against each other byte for byte, and row by row where they differ."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.export.checks import SHOWN
from core.export.verdicts import sha256_of
from core.metrics import row_smape_pct
from core.types import ID, PRICE


@dataclass(frozen=True)
class Sameness:
    """How a file made again compares with the first.

    Attributes:
        identical: To the byte.
        n_rows: Of the file made again.
        n_differ: Rows whose price differs as written.
        largest_dollars: The largest difference of a price.
        smape_pct: SMAPE between the two files.
        first: The rows that differ most: id, price there, price here.
    """

    identical: bool
    n_rows: int
    n_differ: int = 0
    largest_dollars: float = 0.0
    smape_pct: float = 0.0
    first: tuple[tuple[str, float, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rows": self.n_rows,
            "rows_that_differ": self.n_differ,
            "largest_difference": self.largest_dollars,
            "smape_between_pct": self.smape_pct,
            "first": [{"sample_id": one, "bundle": there, "here": here} for one, there, here in self.first],
        }


def same_file(before: bytes, after: bytes) -> Sameness:
    """Compare the file of the bundle with the file made again.

    Raises:
        InputError: The file of the bundle is no submission, or of other rows.
    """
    here = _table(after)
    if before == after:
        return Sameness(True, len(here))
    there = _table(before)
    if list(there[ID]) != list(here[ID]):
        raise InputError("the bundle's submission names other rows than the data.", "Fetch the bundle again.")
    was, now = there[PRICE].to_numpy(dtype=np.float64), here[PRICE].to_numpy(dtype=np.float64)
    apart = np.abs(now - was)
    worst = np.argsort(-apart, kind="stable")[: min(SHOWN, int((apart > 0).sum()))]
    return Sameness(
        False,
        len(here),
        int((apart > 0).sum()),
        float(apart.max()),
        float(row_smape_pct(was, now).mean()),
        tuple((str(here[ID].iloc[row]), float(was[row]), float(now[row])) for row in worst.tolist()),
    )


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Entries whose value differs: what it was in the bundle and what it is here; ``absent`` for one that is gone."""
    names = [name for name in before if before[name] != after.get(name, "absent")]
    return {name: {"bundle": before[name], "here": after.get(name, "absent")} for name in names}


def hash_json(data: bytes) -> dict[str, Any]:
    """Size and hash of a file, as reports say them."""
    return {"bytes": len(data), "sha256": sha256_of(data)}


def _table(data: bytes) -> pd.DataFrame:
    try:
        found = pd.read_csv(io.BytesIO(data), dtype={ID: str, PRICE: np.float64}, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"the submission cannot be read ({error}).", "Fetch the bundle again.") from error
    if list(found.columns) != [ID, PRICE]:
        raise InputError("the bundle's submission has other columns.", "Fetch the bundle again.")
    return found
