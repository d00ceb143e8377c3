"""Anyone's predictions: a table of ``sample_id`` and one column a model, out of fold or of the test rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog.checks import check_columns, check_ids, check_prices, count_of, is_price_name, listed, shown
from core.catalog.files import read_file
from core.catalog.tables import RawTable, column_names, id_column, number_column, read_table
from core.errors import InputError
from core.types import ID, PRICE

FOLD = "fold"
_LISTED = 3


@dataclass(frozen=True)
class PredictionTable:
    """Predictions as they stand in a file.

    Attributes:
        name: The file's.
        values: ``float64``, one column a model, indexed by ``sample_id`` in the file's order; finite, on a scale that
            is not known yet.
        price: True prices in dollars, same rows; None in a file of test predictions.
        fold: The validation fold of each row from 0, where the file has a column ``fold``; else None.
    """

    name: str
    values: pd.DataFrame
    price: pd.Series | None
    fold: pd.Series | None


def read_predictions(path: Path, *, priced: bool) -> PredictionTable:
    """Read a CSV or Parquet file of predictions.

    Args:
        priced: True for out-of-fold predictions, which stand beside a column ``price``.

    Raises:
        InputError: A column is missing or heads two columns, an id is blank or repeated, a price or a prediction is
            missing or no finite number, or a file of test predictions has prices.
    """
    content = read_file(path)
    columns = column_names(content)
    check_columns(content.name, columns, (ID, PRICE) if priced else (ID,))
    if repeated := sorted({shown(column) for column in columns if columns.count(column) > 1}):
        raise InputError(f"{content.name}, line 1: {listed(repeated)} heads two columns.", "Rename one of them.")
    models = [column for column in columns if column not in (ID, FOLD) and not is_price_name(column)]
    if not priced and len(models) + 1 < len([column for column in columns if column != FOLD]):
        # A submission has just these two columns: the price is the prediction.
        models = models or [column for column in columns if is_price_name(column)]
    if not models:
        raise InputError(f"{content.name} has no column of predictions.", f"Give one column a model beside {ID}.")
    raw = read_table(content, columns)
    ids = id_column(raw, ID)
    check_ids(raw, ids)
    index = pd.Index(ids, name=ID)
    price = None
    if priced:
        numbers, texts = number_column(raw, PRICE)
        check_prices(raw, ids, numbers, texts, drop=False)
        price = pd.Series(numbers, index=index, name=PRICE)
    values = pd.DataFrame({name: _finite(raw, name) for name in models}, index=index)
    return PredictionTable(content.name, values, price, _folds(raw, index) if FOLD in columns else None)


def _finite(raw: RawTable, name: str) -> np.ndarray:
    numbers, texts = number_column(raw, name)
    bad = np.flatnonzero(~np.isfinite(numbers))
    if bad.size:
        places = raw.places(bad[:_LISTED].tolist())
        said = [f"{place} reads {shown(texts[row])}" for place, row in zip(places, bad.tolist(), strict=False)]
        raise InputError(
            f"{raw.name}, {places[0]}: column {shown(name)} has {count_of(bad.size)} without a finite number:"
            f" {listed(said, bad.size)}.",
            "Every row needs a prediction; leave the column out or predict those rows.",
        )
    return numbers


def _folds(raw: RawTable, index: pd.Index) -> pd.Series:
    numbers, _ = number_column(raw, FOLD)
    whole = np.isfinite(numbers) & (numbers == np.trunc(numbers))
    if not whole.all():
        raise InputError(
            f"{raw.name}, {raw.places([int(np.flatnonzero(~whole)[0])])[0]}: column '{FOLD}' has"
            f" {count_of(int((~whole).sum()))} without a whole number.",
            "Number the folds, or leave the column out.",
        )
    kinds, code = np.unique(numbers, return_inverse=True)
    if not 2 <= len(kinds) <= 100:
        raise InputError(f"{raw.name}: column '{FOLD}' holds {len(kinds)} different folds.", "Give 2 to 100.")
    return pd.Series(code.astype(np.int8), index=index, name=FOLD)
