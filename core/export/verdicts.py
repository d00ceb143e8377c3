"""All checks of a submission together, in the order in which a user would mend them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from core.export.checks import OVERRIDABLE, Check, Wanted, header_check, id_checks, price_checks
from core.export.clearance import Clearance
from core.export.plausible import plausible_checks
from core.types import ID, PRICE, FloatArray

CENT = 0.01


def check_submission(frame: pd.DataFrame, wanted: Wanted, *, sha256: str = "") -> list[Check]:
    """Every check; none stops at the first failure but the header, without which there is nothing to read.

    Args:
        frame: Prices may be text, as a file has them.
        sha256: Hash of the file's bytes, for the comparison with earlier files; blank where there are none yet.
    """
    head = header_check(list(frame.columns))
    if head.verdict == "fail":
        return [head]
    ids = frame[ID].astype(str).reset_index(drop=True)
    of_prices, price = price_checks(frame[PRICE].reset_index(drop=True), ids)
    checks = [head, *id_checks(ids, wanted.ids), *of_prices]
    checks += plausible_checks(price, ids, wanted.train_price, wanted.earlier)
    if wanted.earlier:
        checks.append(_not_earlier(price, ids, wanted, sha256))
    clearance = wanted.clearance
    if clearance is None:
        return checks
    if clearance.looked or clearance.binding:
        checks.append(_sentinel(clearance))
    return [_overruled(check, clearance) for check in checks]


def _not_earlier(price: FloatArray, ids: pd.Series, wanted: Wanted, sha256: str) -> Check:
    """Not the same bytes, nor the same prices to the cent, as a file that was sent before."""
    remedy = "Change the blend, or say why the same file goes out again."
    for one in wanted.earlier:
        if sha256 and one.sha256 == sha256:
            return Check("not_earlier", "fail", f"all {len(ids):,} rows: the same file as {one.name}", len(ids), remedy)
    series = pd.Series(price, index=pd.Index(ids))
    for one in wanted.earlier:
        if len(one.price) != len(series) or series.index.has_duplicates or one.price.index.has_duplicates:
            continue
        there = one.price.reindex(series.index).to_numpy(dtype=np.float64)
        # Half a cent each way is the same cent; a little room for binary fractions.
        if np.isfinite(there).all() and bool((np.abs(np.round(there - series, 6)) < CENT / 2 + 1e-9).all()):
            evidence = f"all {len(ids):,} prices equal those of {one.name} to the cent"
            return Check("not_earlier", "fail", evidence, len(ids), remedy)
    return Check("not_earlier", "pass", f"differs from {len(wanted.earlier)} earlier files")


def _sentinel(clearance: Clearance) -> Check:
    if not clearance.looked:
        return Check(
            "sentinel", "fail", "the leak sentinel has not looked at these members", 0, "Check now, or say why not."
        )
    failed, odd = clearance.of("fail"), clearance.of("warn")
    if not failed and not odd:
        return Check("sentinel", "pass", f"{len(clearance.verdicts)} checks of the leak sentinel pass")
    told = "; ".join(f"{one.title}: {one.verdict}, {one.evidence}" for one in [*failed, *odd])
    remedy = " ".join(one.remedy for one in [*failed, *odd])
    return Check("sentinel", "fail" if failed else "warn", told, len(failed) + len(odd), remedy)


def _overruled(check: Check, clearance: Clearance) -> Check:
    if check.verdict != "fail" or check.check not in OVERRIDABLE:
        return check
    if clearance.reason:
        return replace(check, verdict="warn", evidence=f"overridden ({clearance.reason}): {check.evidence}")
    return check if clearance.binding else replace(check, verdict="warn")


def sha256_of(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()
