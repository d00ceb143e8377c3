"""Column by column: how far do train and test differ, and which differences are more than chance?

Every effect has one meaning, whatever the column: a *share of rows*, 0 to 1.

- A number: the largest difference, over its cuts, of the shares of rows at or below the cut (Kolmogorov and Smirnov's
  distance, at 31 cuts).
- A category: the share of rows that would have to change their level to make the files alike (total variation).
- Missing values: the difference of the missing shares.

All three are above 0 in alike files, the more so the fewer the rows; ``chance`` says how far. The interval is made
from the same permutations: by the triangle inequality the true distance lies no further from the observed one
than chance moves it, which holds at least as often as it says, and reaches 0 where nothing is different.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.shift.coded import Coded, coded_column
from core.shift.permuted import counts_in_test, permuted_labels, step_down
from core.types import FloatArray, IntArray, JsonDict, SplitFrame

MIN_ROWS = 20
"""Rows that each file must have; below, nothing is tested."""
NAMED = 20


@dataclass(frozen=True)
class DriftSpec:
    """How columns are compared.

    Attributes:
        seed: Draws the permutations.
        n_permutations: The smallest p-value is one over one more than that.
        max_rows: Above, the permutations are made on so many rows, drawn evenly from both files, and what they find
            is narrowed by the square root of the rows. Effects are always of all rows.
        alarm_level: Adjusted p-value below which a column alarms: the chance of any alarm in alike files.
        level: Level of the intervals.

    Raises:
        InputError: A number that cannot be used.
    """

    seed: int = 0
    n_permutations: int = 1000
    max_rows: int = 30_000
    alarm_level: float = 0.05
    level: float = 0.9

    def __post_init__(self) -> None:
        if self.n_permutations < 100 or self.max_rows < 1000 or not 0 < self.alarm_level < 1 or not 0 < self.level < 1:
            raise InputError(f"{self} cannot be used.", "Use 100 permutations, 1,000 rows, levels between 0 and 1.")


@dataclass(frozen=True)
class ColumnDrift:
    """How far the files differ, column by column.

    Attributes:
        table: Clearest first: ``column``; ``kind`` (``numeric``, ``category``, ``missing``); ``effect`` with ``low``
            and ``high``; ``chance`` (median effect in alike files); ``p_value`` (adjusted for all columns);
            ``alarm``; ``where`` (the cut or level that differs most) with ``train_pct`` and ``test_pct`` (rows there,
            of those with a value); ``auc`` (chance that a test row's number is above a train row's, ties half;
            NaN otherwise); ``test`` (number of the comparison, shared by columns that order the rows alike).
        n_columns: Columns compared, missing values not counted as columns.
        n_tested: Different comparisons; a column that orders the rows as another does shares its test.
        n_permuted_rows: Rows on which the permutations were made.
    """

    table: pd.DataFrame
    n_columns: int
    n_tested: int
    n_permuted_rows: int

    @property
    def alarms(self) -> list[str]:
        """Columns that alarm, clearest first, each once."""
        return list(dict.fromkeys(self.table.loc[self.table["alarm"], "column"].tolist()))

    def below(self, p_value: float) -> list[str]:
        """Columns with an adjusted p-value below another level, clearest first."""
        return list(dict.fromkeys(self.table.loc[self.table["p_value"] < p_value, "column"].tolist()))

    def to_json(self) -> JsonDict:
        """Goes into the ``shift`` part of ``report.json``."""
        return {
            "columns": self.n_columns,
            "columns_tested": self.n_tested,
            "columns_alarmed": len(self.alarms),
            "columns_named": list(self.alarms[:NAMED]),
        }


@dataclass(frozen=True)
class _Test:
    """One comparison: the columns that share it, and its statistic under each labelling, the real one first."""

    columns: tuple[str, ...]
    coded: Coded
    of_missing: bool
    statistic: FloatArray


def column_drift(features: SplitFrame, *, logs: Collection[str] = (), spec: DriftSpec | None = None) -> ColumnDrift:
    """Compare every column of two files; one permutation of the file labels serves all columns.

    Columns must be exchangeable when the files are alike: nothing in them may know its file, as a count of train
    rows does.

    Args:
        features: Numeric, category or text columns; missing is NaN (or a blank category).
        logs: Columns that hold natural logarithms: a cut is named by what it is the logarithm of.
    """
    spec = spec or DriftSpec()
    n_train, n_test = len(features.train), len(features.test)
    if min(n_train, n_test) < MIN_ROWS or not features.columns:
        return ColumnDrift(_table([], {}, n_train, spec), len(features.columns), 0, 0)
    coded = {str(name): coded_column(column, is_log=str(name) in logs) for name, column in features.stacked().items()}
    shared = _shared(coded)
    rows = _drawn(n_train, n_test, spec)
    tests = _tests(shared, coded, rows, n_train, spec)
    return ColumnDrift(_table(tests, coded, n_train, spec), len(coded), len(tests), len(rows))


def _shared(coded: Mapping[str, Coded]) -> list[tuple[str, ...]]:
    """Columns with the very same codes, together."""
    groups: dict[tuple[str, int, bytes], list[str]] = {}
    for name, column in coded.items():
        same = (column.kind, column.n_values, column.code.astype(np.uint8).tobytes())
        groups.setdefault(same, []).append(name)
    return [tuple(names) for names in groups.values()]


def _drawn(n_train: int, n_test: int, spec: DriftSpec) -> IntArray:
    """Positions of the rows that are permuted: all, or a share of each file."""
    rng = np.random.default_rng(spec.seed)
    share = min(1.0, spec.max_rows / (n_train + n_test))
    sides = [(0, n_train), (n_train, n_test)]
    parts = [first + np.sort(rng.permutation(n)[: max(MIN_ROWS, round(share * n))]) for first, n in sides]
    return np.concatenate(parts)


def _tests(
    shared: list[tuple[str, ...]], coded: Mapping[str, Coded], rows: IntArray, n_train: int, spec: DriftSpec
) -> list[_Test]:
    leaders = [coded[names[0]] for names in shared]
    n_rows, is_train = len(leaders[0].code), rows < n_train
    drawn = (int(is_train.sum()), int((~is_train).sum()))
    labels = permuted_labels(*drawn, n_permutations=spec.n_permutations, seed=spec.seed)
    parts = [Coded(c.kind, c.code[rows], c.n_values, c.labels) for c in leaders]
    narrower = _spread(n_train, n_rows - n_train) / _spread(*drawn)
    tests: list[_Test] = []
    gaps: dict[bytes, int] = {}
    for names, column, part, permuted in zip(shared, leaders, parts, counts_in_test(parts, labels), strict=True):
        total, test = _counts(column, n_train)
        both = np.bincount(part.code, minlength=part.n_values + 1).astype(np.float64)
        if column.n_values > 1:
            null = narrower * _distance(both, permuted, column, of_missing=False)
            real = _distance(total, test, column, of_missing=False)
            tests.append(_Test(names, column, False, np.concatenate([real, null])))
        if 0 < total[-1] < n_rows:
            pattern = np.packbits(column.code == column.missing).tobytes()
            if pattern in gaps:
                known = tests[gaps[pattern]]
                tests[gaps[pattern]] = _Test(known.columns + names, known.coded, True, known.statistic)
                continue
            gaps[pattern] = len(tests)
            null = narrower * _distance(both, permuted, column, of_missing=True)
            real = _distance(total, test, column, of_missing=True)
            tests.append(_Test(names, column, True, np.concatenate([real, null])))
    return tests


def _spread(n_train: int, n_test: int) -> float:
    return float(np.sqrt(1.0 / n_train + 1.0 / n_test))


def _counts(column: Coded, n_train: int) -> tuple[FloatArray, FloatArray]:
    """Rows with each code, in both files and in test; the latter as a column."""
    size = column.n_values + 1
    total = np.bincount(column.code, minlength=size).astype(np.float64)
    return total, np.bincount(column.code[n_train:], minlength=size).astype(np.float64)[:, None]


def _distance(total: FloatArray, test: FloatArray, column: Coded, *, of_missing: bool) -> FloatArray:
    """The effect under each labelling.

    Args:
        total: Rows with each code, shape ``(n_values + 1,)``.
        test: Of them in test, shape ``(n_values + 1, labellings)``.
    """
    train = total[:, None] - test
    if of_missing:
        gap: FloatArray = np.abs(_shares(train)[-1] - _shares(test)[-1])
        return gap
    apart = _shares(test[:-1]) - _shares(train[:-1])
    if column.kind == "category":
        half: FloatArray = np.abs(apart).sum(axis=0) / 2.0
        return half
    highest: FloatArray = np.abs(np.cumsum(apart, axis=0)).max(axis=0)
    return highest


def _shares(counts: FloatArray) -> FloatArray:
    shares: FloatArray = counts / np.maximum(1.0, counts.sum(axis=0))
    return shares


def _table(tests: list[_Test], coded: Mapping[str, Coded], n_train: int, spec: DriftSpec) -> pd.DataFrame:
    statistics = np.array([test.statistic for test in tests]).T
    p_values = step_down(statistics[0], statistics[1:]) if tests else np.zeros(0)
    lines = []
    for number, (test, p_value) in enumerate(zip(tests, p_values, strict=True)):
        effect, null = float(test.statistic[0]), test.statistic[1:]
        reach = float(np.quantile(null, spec.level))
        facts = {
            "effect": effect,
            "low": max(0.0, effect - reach),
            "high": min(1.0, effect + reach),
            "chance": float(np.median(null)),
            "p_value": float(p_value),
            "alarm": bool(p_value < spec.alarm_level),
        }
        kind = "missing" if test.of_missing else test.coded.kind
        for name in test.columns:
            where = _where(coded[name], n_train, of_missing=test.of_missing)
            lines.append({"column": name, "kind": kind, **facts, **where, "test": number})
    names = ["column", "kind", "effect", "low", "high", "chance", "p_value", "alarm"]
    table = pd.DataFrame(lines, columns=[*names, "where", "train_pct", "test_pct", "auc", "test"])
    table = table.astype({"column": "str", "kind": "str", "where": "str", "alarm": bool, "test": np.int64})
    # Among equal p-values, what stands out most from chance.
    return (
        table.assign(beyond=table["effect"] - table["chance"])
        .sort_values(["p_value", "beyond"], ascending=[True, False], kind="stable", ignore_index=True)
        .drop(columns="beyond")
    )


def _where(column: Coded, n_train: int, *, of_missing: bool) -> dict[str, object]:
    """The cut or the level that differs most, and the shares of the rows there."""
    total, stacked = _counts(column, n_train)
    test = stacked[:, 0]
    train = total - test
    if of_missing:
        return _line("missing", _shares(train)[-1], _shares(test)[-1], np.nan)
    train_share, test_share = _shares(train[:-1]), _shares(test[:-1])
    if column.kind == "category":
        at = int(np.abs(test_share - train_share).argmax())
        return _line(f"is {column.labels[at]}", train_share[at], test_share[at], np.nan)
    below = np.cumsum(train_share) - train_share
    auc = float((test_share * (below + train_share / 2.0)).sum())
    if column.is_flag:
        return _line("yes", train_share[1], test_share[1], auc)
    train_up, test_up = np.cumsum(train_share)[:-1], np.cumsum(test_share)[:-1]
    at = int(np.abs(test_up - train_up).argmax())
    return _line(f"at most {column.labels[at]}", train_up[at], test_up[at], auc)


def _line(where: str, train: float, test: float, auc: float) -> dict[str, object]:
    return {"where": where, "train_pct": 100.0 * float(train), "test_pct": 100.0 * float(test), "auc": auc}
