"""Members from files: predictions that anyone made, brought to one scale and one set of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.blend.blend import Member
from core.blend.scale import Reading, Scale, check_same_scale, log_prices, recognise
from core.catalog import PredictionTable
from core.errors import InputError
from core.folds import FoldPlan
from core.metrics import log_smape_pct, to_log_price
from core.store import cache_key
from core.types import FloatArray

N_FOLDS = 5
LEAST_ROWS = 50
SUSPICIOUS_SHARE = 0.75
"""A member that reads below so much of the others' median score may have been trained on the rows it predicts: on the
challenge, photo, text and table models of one team lie within a tenth of each other."""
SAME_CORRELATION = 1.0 - 1e-9


@dataclass(frozen=True)
class Imported:
    """What files of predictions hold.

    Attributes:
        price: Dollars, indexed by ``sample_id``.
        plan: The folds of the file, or random ones: they only score weights on rows that did not choose them.
        readings: The scale of each member.
        warnings: What looks wrong and may be taken all the same.
    """

    members: tuple[Member, ...]
    price: pd.Series
    plan: FoldPlan
    readings: Mapping[str, Reading]
    warnings: tuple[str, ...]


def imported(
    oof: PredictionTable, test: PredictionTable | None, *, scales: Mapping[str, Scale], seed: int = 0
) -> Imported:
    """Members from a table of out-of-fold predictions and one of test predictions.

    Args:
        test: None where only weights and scores are wanted; members then have no test rows.
        scales: The scale of columns for which the user says it.
        seed: Draws the folds where the table has none.

    Raises:
        InputError: The two tables have other columns, a scale cannot be told, or a prediction is no price.
    """
    if oof.price is None:
        raise InputError(f"{oof.name} has no prices.", "Weights are chosen on rows whose price is known.")
    if len(oof.price) < LEAST_ROWS:
        raise InputError(f"{oof.name} has {len(oof.price)} rows.", f"Weights need at least {LEAST_ROWS}.")
    names = [str(name) for name in oof.values.columns]
    _check_columns(oof, test, names, scales)
    readings, members = {}, []
    for name in names:
        readings[name] = recognise(name, oof.values[name], oof.price, said=scales.get(name))
        known = log_prices(name, oof.values[name], readings[name].scale)
        members.append(Member(name, known, _test_prices(name, test, known, readings[name].scale)))
    log_price = to_log_price(oof.price)
    return Imported(
        tuple(members), oof.price, _plan(oof, seed), readings, (*_suspicious(members, log_price), *_same(members))
    )


def _check_columns(
    oof: PredictionTable, test: PredictionTable | None, names: Sequence[str], scales: Mapping[str, Scale]
) -> None:
    unknown = [name for name in scales if name not in names]
    if unknown:
        raise InputError(f"--scale names a column '{unknown[0]}'.", f"{oof.name} has {', '.join(names)}.")
    if test is None:
        return
    missing = [name for name in names if name not in test.values.columns]
    if missing:
        raise InputError(
            f"{test.name} has no column for {len(missing)} of {len(names)} members: {', '.join(missing[:5])}.",
            f"Give the test predictions of every column of {oof.name}.",
        )
    shared = oof.values.index.intersection(test.values.index)
    if len(shared):
        raise InputError(
            f"{len(shared):,} ids stand in {oof.name} and in {test.name} (first: {', '.join(map(str, shared[:5]))}).",
            "Out-of-fold predictions are of train rows, the others of test rows.",
        )


def _test_prices(name: str, test: PredictionTable | None, known: pd.Series, scale: Scale) -> pd.Series:
    if test is None:
        return known.iloc[:0]
    found = log_prices(name, test.values[name], scale)
    check_same_scale(name, known, found)
    return found


def _plan(oof: PredictionTable, seed: int) -> FoldPlan:
    """The file's own folds, or random ones by the ids' order and the seed."""
    fold = oof.fold
    if fold is None:
        order = np.argsort(np.asarray(oof.values.index, dtype=object), kind="stable")
        drawn = np.empty(len(order), dtype=np.int8)
        drawn[order] = np.random.default_rng(seed).permutation(len(order)) % N_FOLDS
        fold = pd.Series(drawn, index=oof.values.index, name="fold")
    key = cache_key("folds.imported", 1, {"fold": fold.to_numpy().tobytes().hex()}, [])
    return FoldPlan("random", int(fold.max()) + 1, seed, fold, key)


def _suspicious(members: Sequence[Member], log_price: FloatArray) -> list[str]:
    scores = [log_smape_pct(log_price, member.oof_log_price.to_numpy(dtype=np.float64)) for member in members]
    warnings = []
    for place, member in enumerate(members):
        others = [score for other, score in enumerate(scores) if other != place]
        if others and scores[place] < SUSPICIOUS_SHARE * float(np.median(others)):
            warnings.append(
                f"'{member.name}' reads {scores[place]:.2f} % where the others read {np.median(others):.2f} %:"
                " was it trained on rows that it predicts here?"
            )
    return warnings


def _same(members: Sequence[Member]) -> list[str]:
    if len(members) < 2:
        return []
    stacked = np.column_stack([member.oof_log_price.to_numpy(dtype=np.float64) for member in members])
    spread = stacked.std(axis=0)
    warnings = [
        f"'{member.name}' says the same of every row" for member, wide in zip(members, spread, strict=True) if not wide
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.corrcoef(stacked, rowvar=False)
    pairs = np.argwhere(np.triu(correlation > SAME_CORRELATION, k=1))
    return warnings + [
        f"'{members[one].name}' and '{members[two].name}' say the same: one model counted twice" for one, two in pairs
    ]
