"""From what a reader picked in a chart to the rows that it stands for, in words and as masks.

Each function takes the identities of the picked points, as the charts of :mod:`core.figures.brand_shift` carry them,
and gives a :class:`Choice`; choices of several charts are joined by :func:`joined`, a row staying when all keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.shift.overlap import Overlap
from core.shift.sections import group_names, price_band_rows
from core.shift.support import LEVELS, support_level
from core.types import BoolArray, SplitFrame

LEVEL_WORDS = {"unseen": "unseen in train", "rare": "rare in train", "well": "shown well", "unknown": "not readable"}
NAMED = 3


@dataclass(frozen=True, eq=False)
class Choice:
    """Rows that a reader chose.

    Attributes:
        words: What was chosen, such as ``"brands unseen in train"``.
        train, test: Shapes (n_train,) and (n_test,): the rows that stay.
    """

    words: str
    train: BoolArray
    test: BoolArray

    @property
    def n_rows(self) -> int:
        return int(self.train.sum() + self.test.sum())


def choose_levels(overlap: Overlap, levels: Sequence[str], *, noun: str = "brand") -> Choice:
    """Rows whose value is at one of the levels, of values that test has."""
    known = tuple(dict.fromkeys(level for level in LEVELS if level in levels))
    words = f"{plural(noun)} {_or([LEVEL_WORDS[level] for level in known])}"
    return _of_rows(overlap, words, _in_test(overlap), level=known)


def choose_counts(overlap: Overlap, pairs: Sequence[tuple[float, float]], *, noun: str = "brand") -> Choice:
    """Rows whose value has one of the pairs of train rows and test rows."""
    table = overlap.table
    codes = {(int(train), int(test)) for train, test in pairs}
    index = pd.MultiIndex.from_frame(table[["train_rows", "test_rows"]])
    keep = pd.Series(index.isin(list(codes)) if codes else np.zeros(len(table), dtype=np.bool_), index=table.index)
    spans = [
        _rows(sorted(pair[side] for pair in codes) or [0], name) for side, name in enumerate(("train row", "test row"))
    ]
    count = int(keep.sum())
    name = noun if count == 1 else plural(noun)
    return _of_rows(overlap, f"{count:,} {name} with {spans[0]} and {spans[1]}", keep)


def choose_support(overlap: Overlap, low: float, high: float = np.inf, *, noun: str = "brand") -> Choice:
    """Rows whose value has from ``low`` to ``high`` train rows, of values that test has."""
    count = overlap.table["train_rows"]
    first = int(max(0, np.ceil(low)))
    upto = f"at least {_rows([first], 'train row')}" if np.isinf(high) else _rows([first, int(high)], "train row")
    keep = (count >= first) & (count <= high) & _in_test(overlap)
    return _of_rows(overlap, f"{plural(noun)} with {upto}", keep)


def choose_groups(
    overlap: Overlap, groups: SplitFrame, column: str, pairs: Sequence[tuple[str, str]], *, noun: str = "brand"
) -> Choice:
    """Rows of one of the pairs of a group (as :func:`core.shift.overlap_by` names it) and a level of their value."""
    train, test = (group_names(side[column]).to_numpy(dtype=object) for side in (groups.train, groups.test))
    level = _row_levels(overlap)
    keep = [np.zeros(len(side), dtype=np.bool_) for side in (train, test)]
    for group, wanted in pairs:
        for side, names, levels in zip(keep, (train, test), level, strict=True):
            side |= (names == group) & (levels == wanted)
    said = [f"{group.replace('_', ' ')} ({noun} {LEVEL_WORDS[wanted]})" for group, wanted in pairs]
    return Choice(_or(said), keep[0], keep[1])


def choose_bands(
    overlap: Overlap, price: pd.Series, pairs: Sequence[tuple[float, str]], *, noun: str = "brand"
) -> Choice:
    """Train rows of one of the pairs of a price band and a level; no test row, for test has no prices.

    Args:
        pairs: Number of the band (the cheapest is 0), and the level of a row's value when the row itself is left out.
    """
    band, level, edges = price_band_rows(overlap, price)
    keep: BoolArray = np.zeros(len(price), dtype=np.bool_)
    said = []
    for number, wanted in pairs:
        keep |= (band == int(number)) & (level == wanted)
        low, high = edges[int(number)], edges[min(int(number) + 1, len(edges) - 1)]
        said.append(f"${low:,.2f} to ${high:,.2f} ({noun} {LEVEL_WORDS[wanted]})")
    return Choice(f"train rows at {_or(said)}", keep, np.zeros(len(overlap.test_level), dtype=np.bool_))


def choose_value(overlap: Overlap, key: str) -> Choice:
    """Rows of one value of the table."""
    label = str(overlap.table["label"].get(key, key))
    return _of_rows(overlap, label, pd.Series(overlap.table.index == key, index=overlap.table.index))


def joined(overlap: Overlap, choices: Sequence[Choice]) -> Choice:
    """The rows that every choice keeps; all rows without a choice."""
    train: BoolArray = np.ones(overlap.n_train, dtype=np.bool_)
    test: BoolArray = np.ones(overlap.n_test, dtype=np.bool_)
    for choice in choices:
        train, test = train & choice.train, test & choice.test
    return Choice("; ".join(choice.words for choice in choices), train, test)


def chosen_values(overlap: Overlap, choice: Choice) -> Overlap:
    """The same overlap with only the values in its table that have a chosen row, their rows counted anew.

    The table gains ``chosen_rows``: how many of a value's rows of either file are chosen.
    """
    train = overlap.keys.train["key"][choice.train]
    test = overlap.keys.test["key"][choice.test]
    count = pd.concat([train, test]).value_counts()
    chosen = count.reindex(overlap.table.index).fillna(0).astype("int64")
    table = overlap.table.assign(chosen_rows=chosen)
    return replace(overlap, table=table[table["chosen_rows"] > 0])


def plural(noun: str) -> str:
    """``brands``, ``categories``."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _in_test(overlap: Overlap) -> pd.Series:
    kept: pd.Series = overlap.table["test_rows"] > 0
    return kept


def _of_rows(overlap: Overlap, words: str, keep: pd.Series, *, level: tuple[str, ...] | None = None) -> Choice:
    """Rows whose value is kept and, where levels are given, stands at one of them; rows without a value by level."""
    table = overlap.table
    values = keep if level is None else keep & table["level"].isin(list(level))
    names = values.index[values.to_numpy(dtype=np.bool_)]
    masks = [side["key"].isin(names).to_numpy(dtype=np.bool_) for side in (overlap.keys.train, overlap.keys.test)]
    if level and "unknown" in level:
        masks = [
            mask | (side["key"] == "").to_numpy(dtype=np.bool_)
            for mask, side in zip(masks, (overlap.keys.train, overlap.keys.test), strict=True)
        ]
    return Choice(words, masks[0], masks[1])


def _row_levels(overlap: Overlap) -> tuple[np.ndarray, np.ndarray]:
    """Level of each train row's value, and of each test row's."""
    key = overlap.keys.train["key"]
    count = key.map(overlap.table["train_rows"]).astype(np.float64).where(key != "", np.nan)
    train = support_level(count, rare_below=overlap.rare_below)
    return train.to_numpy(dtype=object), overlap.test_level.to_numpy(dtype=object)


def _rows(values: Sequence[int], noun: str) -> str:
    """``1 train row``, ``0 to 3 train rows``."""
    low, high = values[0], values[-1]
    if low >= high:
        return f"{low:,} {noun}" if low == 1 else f"{low:,} {noun}s"
    return f"{low:,} to {high:,} {noun}s"


def _or(parts: Sequence[str]) -> str:
    shown = list(parts[:NAMED])
    if len(parts) > NAMED:
        shown.append(f"{len(parts) - NAMED} more")
    return " or ".join(shown)
