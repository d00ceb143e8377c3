"""``sample_id,price``: exactly the test ids in the test file's order, each price a positive finite number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.export.checks import Check, Wanted
from core.export.verdicts import check_submission, sha256_of
from core.metrics import to_price
from core.store import write_atomic
from core.types import ID, PRICE

SUBMISSION_NAME = "test_out.csv"
DECIMALS = 4
"""A hundredth of a cent: below it nothing moves SMAPE, and equal runs stay equal byte for byte."""


@dataclass(frozen=True)
class Judged:
    """A submission with its bytes and what the checks say of it.

    Attributes:
        data: What the file would hold; the same rows always give the same bytes.
    """

    data: bytes
    checks: tuple[Check, ...]

    @property
    def sha256(self) -> str:
        return sha256_of(self.data)

    @property
    def failed(self) -> list[Check]:
        """Checks that keep the file from being offered."""
        return [check for check in self.checks if check.verdict == "fail"]


def submission_frame(test_log_price: pd.Series) -> pd.DataFrame:
    """Columns ``sample_id`` and ``price`` (US dollars) from ``log_price`` indexed by ``sample_id``."""
    price = np.maximum(np.round(to_price(test_log_price), DECIMALS), 10.0**-DECIMALS)
    return pd.DataFrame({ID: test_log_price.index.astype(str), PRICE: price})


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The rows as a file holds them, checked or not."""
    text: str = frame.to_csv(index=False, float_format=f"%.{DECIMALS}f", lineterminator="\n")
    return text.encode()


def judged(frame: pd.DataFrame, wanted: Wanted) -> Judged:
    """The file's bytes with every check of them."""
    data = csv_bytes(frame)
    return Judged(data, tuple(check_submission(frame, wanted, sha256=sha256_of(data))))


def submission_bytes(frame: pd.DataFrame, wanted: Wanted) -> bytes:
    """The file's bytes.

    Raises:
        InputError: A check failed; its evidence is the message.
    """
    return passed(judged(frame, wanted)).data


def passed(found: Judged) -> Judged:
    """The same, once it is sure that no check failed.

    Raises:
        InputError: One did; its evidence is the message.
    """
    if found.failed:
        first = found.failed[0]
        raise InputError(
            f"the submission fails the check '{first.check}': {first.evidence}.", f"Nothing written. {first.remedy}"
        )
    return found


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
    """The ``export`` part of a report.

    Raises:
        InputError: A check failed.
    """
    return judged_json(passed(judged(frame, wanted)), len(frame))


def judged_json(found: Judged, n_rows: int) -> dict[str, Any]:
    """What a report says of a submission."""
    return {
        "file": SUBMISSION_NAME,
        "rows": n_rows,
        "sha256": found.sha256,
        "checks": [check.to_json() for check in found.checks],
    }
