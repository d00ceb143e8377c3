"""``sample_id,price``: exactly the test ids in the test file's order, each price a positive finite number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.errors import InputError
from core.metrics import to_price
from core.store import write_atomic
from core.types import ID, PRICE, Catalog

SUBMISSION_NAME = "test_out.csv"
DECIMALS = 4
"""A hundredth of a cent: below it nothing moves SMAPE, and equal runs stay equal byte for byte."""
SCALE_FACTOR = 3.0
"""The median prediction may be this many times off train's median price before a warning: log prices are 5 times off
on the challenge's distribution, and no honest blend was 1.3 times off."""

Verdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One check of a submission.

    Attributes:
        check: Stable name.
        verdict: ``pass``, ``warn`` (may be taken all the same) or ``fail`` (may not).
        evidence: What was found, with counts and the first ids.
    """

    check: str
    verdict: Verdict
    evidence: str


def submission_frame(test_log_price: pd.Series) -> pd.DataFrame:
    """Columns ``sample_id`` and ``price`` (US dollars) from ``log_price`` indexed by ``sample_id``."""
    price = np.maximum(np.round(to_price(test_log_price), DECIMALS), 10.0**-DECIMALS)
    return pd.DataFrame({ID: test_log_price.index.astype(str), PRICE: price})


@dataclass(frozen=True)
class Wanted:
    """What a submission is held against.

    Attributes:
        ids: The test ids in the test file's order.
        train_price: Prices of train in dollars, for the scale.
    """

    ids: pd.Index
    train_price: pd.Series

    @classmethod
    def of(cls, catalog: Catalog) -> Wanted:
        """The test rows of a catalogue."""
        return cls(catalog.items.test.index, catalog.price)


def check_submission(frame: pd.DataFrame, wanted: Wanted) -> list[Check]:
    """Every check, in the order in which a user would mend them; none stops at the first failure."""
    checks = [_header(frame)]
    if checks[0].verdict == "fail":
        return checks
    return [*checks, *_ids(frame[ID].astype(str), wanted.ids), *_prices(frame[PRICE], wanted.train_price)]


def submission_bytes(frame: pd.DataFrame, wanted: Wanted) -> bytes:
    """The file's bytes.

    Raises:
        InputError: A check failed; its evidence is the message.
    """
    failed = [check for check in check_submission(frame, wanted) if check.verdict == "fail"]
    if failed:
        raise InputError(
            f"the submission fails the check '{failed[0].check}': {failed[0].evidence}", "Nothing written."
        )
    text: str = frame.to_csv(index=False, float_format=f"%.{DECIMALS}f", lineterminator="\n")
    return text.encode()


def write_submission(frame: pd.DataFrame, wanted: Wanted, folder: Path) -> Path:
    """Write ``test_out.csv`` into ``folder``, whole or not at all.

    Raises:
        InputError: A check failed.
        StorageError: The disk refused.
    """
    path = folder / SUBMISSION_NAME
    write_atomic(path, submission_bytes(frame, wanted))
    return path


def export_json(frame: pd.DataFrame, wanted: Wanted) -> dict[str, Any]:
    """The ``export`` part of a report."""
    checks = check_submission(frame, wanted)
    return {
        "file": SUBMISSION_NAME,
        "rows": len(frame),
        "sha256": hashlib.sha256(submission_bytes(frame, wanted)).hexdigest(),
        "checks": [vars(check) for check in checks],
    }


def _header(frame: pd.DataFrame) -> Check:
    columns = [str(column) for column in frame.columns]
    good = columns == [ID, PRICE]
    return Check("header", "pass" if good else "fail", f"columns are {','.join(columns)}; wanted {ID},{PRICE}")


def _ids(ids: pd.Series, wanted: pd.Index) -> list[Check]:
    repeated = ids[ids.duplicated()].tolist()
    missing = wanted.difference(pd.Index(ids), sort=False).tolist()
    unknown = pd.Index(ids).difference(wanted, sort=False).tolist()
    same_set = not (repeated or missing or unknown)
    in_order = same_set and list(ids) == list(wanted)
    return [
        _counted("ids_once", repeated, "ids stand more than once"),
        _counted("ids_missing", missing, f"of {len(wanted)} test ids are missing"),
        _counted("ids_unknown", unknown, "ids are not in the test file"),
        Check("order", "pass" if in_order or not same_set else "warn", "order of the test file"),
    ]


def _prices(price: pd.Series, train_price: pd.Series) -> list[Check]:
    numbers = pd.to_numeric(price, errors="coerce")
    finite = np.isfinite(numbers.to_numpy(dtype=np.float64))
    low = finite & (numbers.to_numpy(dtype=np.float64) <= 0)
    checks = [
        _counted("price_finite", price.index[~finite].tolist(), "prices are missing, not a number or infinite"),
        _counted("price_positive", price.index[low].tolist(), "prices are zero or negative"),
    ]
    usable = numbers[finite & ~low]
    if len(usable) and len(train_price):
        ratio = float(usable.median() / train_price.median())
        evidence = f"median {usable.median():.2f} here, {train_price.median():.2f} in train"
        plausible = 1 / SCALE_FACTOR <= ratio <= SCALE_FACTOR
        checks.append(Check("scale", "pass" if plausible else "warn", evidence))
    return checks


def _counted(name: str, found: Sequence[object], meaning: str) -> Check:
    first = ", ".join(str(item) for item in found[:5])
    evidence = f"{len(found)} {meaning}" + (f" (first: {first})" if found else "")
    return Check(name, "fail" if found else "pass", evidence)
