"""The same product in both files, by exact text or by photo link, and what twins say of the noise in the prices."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics import log_smape_pct, to_log_price
from core.store import ArtifactStore, cache_key
from core.types import ID, IMAGE, TEXT, Catalog, JsonDict, SplitFrame

VERSION = 1


@dataclass(frozen=True)
class Duplicates:
    """Twins across the files and within train.

    Attributes:
        across: One row a test row and way of matching: ``sample_id`` (test), ``how`` (``"text"`` or
            ``"photo"``), ``train_twins`` (how many), ``train_id`` (the first), ``median_price`` (of the
            twins, dollars).
        n_test_rows: Test rows with a twin of either kind in train.
        train_rows: Train rows that share their text / photo with another train row, by ``how``.
        twin_smape_pct: SMAPE, by ``how``, of predicting a train row by the geometric mean of its twins (NaN
            without any): a price that even the same product elsewhere does not tell.
    """

    across: pd.DataFrame
    n_test_rows: int
    train_rows: dict[str, int]
    twin_smape_pct: dict[str, float]


def find_duplicates(catalog: Catalog) -> Duplicates:
    """Exact twins by text (spaces and case aside) and by photo link; blanks match nothing."""
    keys = exact_keys(catalog)
    across = pd.concat([_across(pair, catalog.price, how) for how, pair in keys.items()], ignore_index=True)
    within = {how: _twin_error(pair.train["key"], catalog.price) for how, pair in keys.items()}
    return Duplicates(
        across=across,
        n_test_rows=int(across[ID].nunique()),
        train_rows={how: rows for how, (rows, _) in within.items()},
        twin_smape_pct={how: error for how, (_, error) in within.items()},
    )


def exact_keys(catalog: Catalog) -> dict[str, SplitFrame]:
    """For ``"text"`` and ``"photo"`` a number for each product (column ``key``), equal for twins; −1 for a blank."""
    return {"text": _text_keys(catalog.items), "photo": _photo_keys(catalog.items)}


def catalog_duplicates(catalog: Catalog, *, store: ArtifactStore) -> Duplicates:
    """:func:`find_duplicates` from the cache or computed and kept."""
    key = cache_key("shift.duplicates", VERSION, {}, [catalog.key])
    found = functools.cache(lambda: find_duplicates(catalog))
    facts = store.json(cache_key("shift.duplicates.facts", VERSION, {}, [key]), lambda: _facts(found())).value
    across = store.frame(key, lambda: found().across).value
    error = {how: float("nan") if value is None else float(value) for how, value in facts["twin_smape_pct"].items()}
    return Duplicates(across, int(facts["n_test_rows"]), dict(facts["train_rows"]), error)


def _facts(found: Duplicates) -> JsonDict:
    error: JsonDict = {how: value if np.isfinite(value) else None for how, value in found.twin_smape_pct.items()}
    return {"n_test_rows": found.n_test_rows, "train_rows": dict(found.train_rows), "twin_smape_pct": error}


def _text_keys(items: SplitFrame) -> SplitFrame:
    texts = (
        pd.Series([" ".join(text.split()).casefold() for text in side[TEXT]], index=side.index, dtype="object")
        for side in (items.train, items.test)
    )
    return numbered(*texts)


def _photo_keys(items: SplitFrame) -> SplitFrame:
    return numbered(*(side[IMAGE].str.strip() for side in (items.train, items.test)))


def numbered(train: pd.Series, test: pd.Series) -> SplitFrame:
    """Equal texts get one number, a blank gets −1: comparing numbers is what makes 150,000 texts quick."""
    both = pd.concat([train, test]).astype("object")
    code, _ = pd.factorize(both.where(both != "", None))
    stacked = pd.DataFrame({"key": code.astype(np.int64)}, index=pd.Index(both.index, name=ID))
    return SplitFrame.unstacked(stacked, len(train))


def _across(keys: SplitFrame, price: pd.Series, how: str) -> pd.DataFrame:
    known = keys.train[keys.train["key"] >= 0]
    table = pd.DataFrame({"key": known["key"], "price": price[known.index], "train_id": known.index})
    table = table[table["key"].isin(keys.test["key"])]
    twins = table.groupby("key", sort=False).agg(
        train_twins=("price", "size"), train_id=("train_id", "first"), median_price=("price", "median")
    )
    found = keys.test[keys.test["key"].isin(twins.index)]
    matched = twins.loc[found["key"]].reset_index(drop=True)
    matched.insert(0, ID, found.index.astype("str"))
    matched.insert(1, "how", how)
    return matched


def _twin_error(key: pd.Series, price: pd.Series) -> tuple[int, float]:
    """Rows with a twin, and the SMAPE of predicting each by the geometric mean of its twins, itself left out."""
    known = key[key >= 0]
    log_price = pd.Series(to_log_price(price[known.index]), index=known.index)
    groups = log_price.groupby(known.to_numpy())
    size = groups.transform("size")
    twin = (size > 1).to_numpy()
    if not twin.any():
        return 0, float("nan")
    others = ((groups.transform("sum") - log_price) / (size - 1).where(size > 1))[twin]
    actual, guess = (np.asarray(values, dtype=np.float64) for values in (log_price[twin], others))
    return int(twin.sum()), log_smape_pct(actual, guess)
