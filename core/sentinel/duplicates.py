"""Rows whose twin, with the same price, stands in the training part of their fold.

Twins share their whole text (spaces and case aside), or their folded title with the same value and unit. A model that
remembers the twin knows the answer, so that the score is read again without such rows. A twin with another price
gives nothing away and is not counted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.features import fold, parsed_catalog
from core.folds import FoldPlan
from core.metrics import row_smape_pct, to_price
from core.sentinel.verdict import Finding
from core.store import ArtifactStore
from core.types import TEXT, BoolArray, Catalog, FloatArray

MANY_PCT = 1.0
"""Share of validation rows with such a twin that is let pass; the challenge's rows have 0.1 %."""
MOVED_PCT = 0.5
"""SMAPE by which they may flatter the score."""


def duplicates(catalog: Catalog, plan: FoldPlan, oof_log_price: pd.Series, *, store: ArtifactStore) -> Finding:
    """Count the twins and read the score of ``oof_log_price`` (indexed by ``sample_id``) without their rows."""
    rows = {how: twin_rows(keys, catalog.price, plan) for how, keys in twin_keys(catalog, store=store).items()}
    errors = row_smape_pct(catalog.price, to_price(oof_log_price.to_numpy(dtype=np.float64)))
    return judged(rows["text"], rows["title and size"], errors)


def twin_keys(catalog: Catalog, *, store: ArtifactStore) -> dict[str, pd.Series]:
    """For ``"text"`` and ``"title and size"`` what twins share, per train row; ``""`` has no twin."""
    parsed = parsed_catalog(catalog, store=store).value.train
    titles = [fold(title) for title in parsed["title"]]
    sizes = zip(titles, parsed["value"], parsed["unit"], strict=True)
    texts = [" ".join(text.split()).casefold() for text in catalog.items.train[TEXT]]
    near = [f"{title}|{value:g}|{unit}" if title else "" for title, value, unit in sizes]
    index = catalog.items.train.index
    return {
        how: pd.Series(keys, index=index, dtype=object) for how, keys in (("text", texts), ("title and size", near))
    }


def twin_rows(keys: pd.Series, price: pd.Series, plan: FoldPlan) -> BoolArray:
    """Shape (n_train,): rows with a twin of the same price, to the cent, in another fold."""
    table = pd.DataFrame(
        {
            "key": keys.to_numpy(),
            "cents": (100.0 * price.to_numpy(dtype=np.float64)).round(),
            "fold": plan.fold_of.to_numpy(),
        }
    )
    groups = table.groupby(["key", "cents"], sort=False)["fold"]
    twin: BoolArray = (groups.transform("nunique") > 1).to_numpy() & (table["key"] != "").to_numpy()
    return twin


def judged(exact: BoolArray, near: BoolArray, errors: FloatArray) -> Finding:
    """The verdict on validation rows with a twin in training.

    Args:
        exact, near: Shape (n_rows,), twins by text, and by title and size.
        errors: Shape (n_rows,), SMAPE of each row in percent.
    """
    either = exact | near
    if not either.any():
        return Finding("pass", f"None of {either.size:,} validation rows has a twin of the same price in training.")
    share = 100.0 * float(either.mean())
    score = float(errors.mean())
    # Nothing is left when every row has a twin; chance reads no more than 200.
    without = float(errors[~either].mean()) if not either.all() else 200.0
    text = (
        f"{int(either.sum()):,} of {either.size:,} validation rows ({share:.1f} %) have a twin of the same price in"
        f" training ({int(exact.sum()):,} by the whole text, {int(near.sum()):,} by title and size);"
        f" SMAPE is {score:.2f} % with them and {without:.2f} % without"
        f" ({MANY_PCT:g} % of the rows and {MOVED_PCT:g} points are let pass)."
    )
    many, moved = share > MANY_PCT, without - score > MOVED_PCT
    return Finding("fail" if many and moved else "warn" if many or moved else "pass", text)
