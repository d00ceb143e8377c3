"""A submission file that was made before, as an :class:`core.export.Earlier`."""

from __future__ import annotations

import pandas as pd

from core.catalog import SubmittedFile
from core.errors import InputError
from core.export.checks import header_check, price_checks
from core.export.earlier import Earlier
from core.export.verdicts import sha256_of
from core.types import ID, PRICE


def earlier_of(given: SubmittedFile) -> Earlier:
    """The file's prices by id; rows without a usable price, and ids that stand twice, are left out.

    Raises:
        InputError: Its columns are other ones, or no row can be used.
    """
    head = header_check(list(given.frame.columns))
    if head.verdict == "fail":
        raise InputError(f"{given.name}: {head.evidence}.", head.remedy)
    ids = given.frame[ID].astype(str)
    _, price = price_checks(given.frame[PRICE], ids)
    found = pd.Series(price, index=pd.Index(ids, name=ID), name=PRICE)
    found = found[found.notna() & ~found.index.duplicated()]
    if found.empty:
        raise InputError(f"{given.name} has no row with a usable price.", "Give a submission with plain dollars.")
    return Earlier(given.name, sha256_of(given.data), found)
