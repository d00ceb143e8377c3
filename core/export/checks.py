"""Every check of a submission, with how many rows fail it, which, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.export.clearance import Clearance
from core.export.earlier import Earlier
from core.types import ID, PRICE, Catalog, FloatArray

Verdict = Literal["pass", "warn", "fail"]
SHOWN = 5
OVERRIDABLE = ("scale", "not_earlier", "sentinel")
"""Checks that a typed reason may overrule: each knows of a risk and not of a broken file."""


@dataclass(frozen=True)
class Check:
    """One check of a submission.

    Attributes:
        check: Stable name.
        verdict: ``pass``, ``warn`` (may be taken all the same) or ``fail`` (may not).
        evidence: What was found, with counts and the first ids.
        count: How many rows it concerns.
        remedy: What to do; blank for a check that passed.
    """

    check: str
    verdict: Verdict
    evidence: str
    count: int = 0
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """A line of ``checks`` in a report."""
        return dict(vars(self))


@dataclass(frozen=True)
class Wanted:
    """What a submission is held against.

    Attributes:
        ids: The test ids in the test file's order.
        train_price: Prices of train in dollars, for the scale.
        earlier: Submissions made before.
        clearance: What the leak sentinel said, and why the user goes against it; None where nobody asked it.
    """

    ids: pd.Index
    train_price: pd.Series
    earlier: tuple[Earlier, ...] = ()
    clearance: Clearance | None = None

    @classmethod
    def of(cls, catalog: Catalog, *, earlier: Sequence[Earlier] = (), clearance: Clearance | None = None) -> Wanted:
        """The test rows of a catalogue."""
        return cls(catalog.items.test.index, catalog.price, tuple(earlier), clearance)


def header_check(columns: Sequence[object]) -> Check:
    """The two columns by their names, in their order."""
    found = [str(column) for column in columns]
    good = found == [ID, PRICE]
    evidence = f"columns are {','.join(found)}; wanted {ID},{PRICE}"
    return (
        Check("header", "pass", evidence)
        if good
        else Check(
            "header", "fail", evidence, len(found), f"Name the columns {ID},{PRICE}, in this order, and no others."
        )
    )


def id_checks(ids: pd.Series, wanted: pd.Index) -> list[Check]:
    """Each test id once, none else, in the test file's order."""
    repeated = ids[ids.duplicated()].tolist()
    missing = wanted.difference(pd.Index(ids), sort=False).tolist()
    unknown = pd.Index(ids).difference(wanted, sort=False).tolist()
    return [
        counted("ids_once", repeated, "rows repeat an id", "Keep one row for each id."),
        counted(
            "ids_missing",
            missing,
            f"of {len(wanted):,} test ids are missing from {len(ids):,} rows",
            "Predict every test row; look for rows that a join or a filter dropped.",
        ),
        counted("ids_unknown", unknown, "ids are not in the test file", "Drop them; check that it is this test file."),
        _order(ids, wanted, comparable=not (repeated or missing or unknown)),
    ]


def _order(ids: pd.Series, wanted: pd.Index, *, comparable: bool) -> Check:
    moved = ids[ids.to_numpy() != wanted.to_numpy()].tolist() if comparable else []
    if not moved:
        return Check("order", "pass", "order of the test file" if comparable else "not looked at: the ids differ")
    found = counted(
        "order", moved, "rows stand elsewhere than in the test file", "Sort the rows as the test file does."
    )
    return Check("order", "warn", found.evidence, found.count, found.remedy)


def price_checks(price: pd.Series, ids: pd.Series) -> tuple[list[Check], FloatArray]:
    """Numbers, finite and above 0.

    Returns:
        The checks, and the prices as ``float64``, NaN where they cannot be used.
    """
    numbers = pd.to_numeric(price, errors="coerce").to_numpy(dtype=np.float64)
    blank = (
        price.isna().to_numpy()
        | (price.astype(str).str.strip().str.lower().isin(("", "nan", "none", "null"))).to_numpy()
    )
    text, infinite = np.isnan(numbers) & ~blank, np.isinf(numbers)
    low = np.isfinite(numbers) & (numbers <= 0)
    say = "Write plain dollars such as 12.99."
    checks = [
        counted("price_number", ids[text].tolist(), "prices are text and not a number", say),
        counted(
            "price_finite",
            ids[(blank & np.isnan(numbers)) | infinite].tolist(),
            f"prices are missing ({int((blank & np.isnan(numbers)).sum()):,}) or infinite ({int(infinite.sum()):,})",
            "Predict every row; a model that gives NaN met a value that it had not seen.",
        ),
        counted(
            "price_positive",
            ids[low].tolist(),
            "prices are zero or negative",
            "A model of log prices cannot give them; cut off at a cent, or look for a scale mixed up.",
        ),
    ]
    return checks, np.where(np.isfinite(numbers) & (numbers > 0), numbers, np.nan)


def counted(name: str, found: Sequence[object], meaning: str, remedy: str) -> Check:
    """Fails when something was found; says how many and the first of them."""
    first = ", ".join(str(item) for item in found[:SHOWN])
    evidence = f"{len(found):,} {meaning}" + (f" (first: {first})" if found else "")
    return Check(name, "fail", evidence, len(found), remedy) if found else Check(name, "pass", evidence)
