from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.shift import ColumnDrift, DriftSpec, column_drift
from core.types import ID, SplitFrame

QUICK = DriftSpec(n_permutations=120)


def split(train: pd.DataFrame, test: pd.DataFrame) -> SplitFrame:
    return SplitFrame(
        *(
            side.set_axis(pd.Index([f"{name}{i}" for i in range(len(side))], name=ID), axis=0)
            for name, side in (("a", train), ("b", test))
        )
    )


def line(found: ColumnDrift, column: str, kind: str) -> pd.Series:
    (at,) = np.flatnonzero((found.table["column"] == column) & (found.table["kind"] == kind))
    return found.table.iloc[at]


def test_effects_are_shares_of_rows() -> None:
    train = pd.DataFrame(
        {
            "n": [1.0] * 50 + [2.0] * 30 + [3.0] * 20,
            "k": ["tea"] * 60 + ["oil"] * 40,
            "g": [np.nan] * 10 + [5.0] * 45 + [6.0] * 45,
            "f": [0.0] * 90 + [1.0] * 10,
        }
    )
    test = pd.DataFrame(
        {
            "n": [1.0] * 10 + [2.0] * 20 + [3.0] * 10,
            "k": ["tea"] * 20 + ["oil"] * 10 + ["rye"] * 10,
            "g": [np.nan] * 20 + [5.0] * 10 + [6.0] * 10,
            "f": [0.0] * 30 + [1.0] * 10,
        }
    )
    found = column_drift(split(train, test), spec=QUICK)
    number = line(found, "n", "numeric")
    assert number["effect"] == pytest.approx(0.25)
    assert (number["where"], number["train_pct"], number["test_pct"]) == ("at most 1", 50.0, 25.0)
    # Test above train, ties half: 0.25 (0.5/2) + 0.5 (0.5 + 0.3/2) + 0.25 (0.8 + 0.2/2).
    assert number["auc"] == pytest.approx(0.25 * 0.25 + 0.5 * 0.65 + 0.25 * 0.9)
    category = line(found, "k", "category")
    assert category["effect"] == pytest.approx(0.25)
    assert category["where"] == "is rye"
    gap = line(found, "g", "missing")
    assert (gap["effect"], gap["train_pct"], gap["test_pct"]) == (pytest.approx(0.4), 10.0, 50.0)
    # Among the rows with a value nothing differs.
    assert line(found, "g", "numeric")["effect"] == pytest.approx(0.0)
    assert line(found, "f", "numeric")["where"] == "yes"
    assert found.n_columns == 4
    assert found.n_tested == 5


def table(seed: int, *, n: int = 120, columns: int = 24, shift: float = 0.0) -> SplitFrame:
    """24 columns of all kinds that hang together, a third of the rows test."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    numbers = rng.normal(size=(n, columns)) + common
    frame = pd.DataFrame(numbers, columns=[f"c{i}" for i in range(columns)])
    for i in range(0, columns, 4):
        frame[f"c{i}"] = (frame[f"c{i}"] > 1.0).astype(np.float64)
    for i in range(1, columns, 4):
        frame[f"c{i}"] = pd.Categorical(np.floor(frame[f"c{i}"]).astype(int).astype(str))
    frame["c2"] = frame["c2"].where(rng.random(n) > 0.3)
    frame.loc[n * 2 // 3 :, "c3"] += shift
    return split(frame.iloc[: n * 2 // 3], frame.iloc[n * 2 // 3 :])


def test_alike_files_alarm_in_no_more_than_one_of_twenty() -> None:
    alarmed = sum(bool(column_drift(table(seed), spec=QUICK).alarms) for seed in range(50))
    # Binomial(50, 0.05) reaches 8 less than one time in a hundred.
    assert alarmed < 8


def test_a_planted_shift_is_found_and_named_first() -> None:
    found = column_drift(table(1, n=300, shift=1.2), spec=QUICK)
    assert found.alarms == ["c3"]
    first = found.table.iloc[0]
    assert 0 < first["low"] < first["effect"] < first["high"]
    assert first["auc"] > 0.6
    assert found.to_json()["columns_named"] == ["c3"]


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        # The true distance of two flags of 30 and 40 % is 0.1.
        flags = [pd.DataFrame({"f": (rng.random(n) < p).astype(float)}) for n, p in ((300, 0.3), (200, 0.4))]
        first = column_drift(split(*flags), spec=QUICK).table.iloc[0]
        held += first["low"] <= 0.1 <= first["high"]
    assert held >= 49


def test_columns_that_order_the_rows_alike_share_a_test() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"n": rng.lognormal(size=200)})
    frame["log"] = np.log(frame["n"])
    frame["gap"] = frame["n"].where(frame["n"] > 1)
    frame["gap_log"] = np.log(frame["gap"])
    found = column_drift(split(frame.iloc[:120], frame.iloc[120:]), spec=QUICK)
    # n with log, gap with gap_log, and the one pattern of gaps.
    assert found.n_tested == 3
    assert len(found.table) == 6
    pairs = [line(found, name, "numeric")["p_value"] for name in ("n", "log")]
    assert pairs[0] == pairs[1]


def test_a_sample_of_the_rows_gives_the_same_effects_and_nearly_the_same_chance() -> None:
    frames = table(5, n=6000, columns=8)
    full, part = (column_drift(frames, spec=DriftSpec(max_rows=rows)) for rows in (10_000, 2_000))
    assert (full.n_permuted_rows, part.n_permuted_rows) == (6000, 2000)
    both = full.table.merge(part.table, on=["column", "kind"])
    assert both["effect_x"].tolist() == both["effect_y"].tolist()
    assert both["chance_y"].to_numpy() == pytest.approx(both["chance_x"].to_numpy(), rel=0.15)


def test_train_and_test_swapped_say_the_same() -> None:
    frames = table(2, shift=0.6)
    there, back = column_drift(frames, spec=QUICK), column_drift(SplitFrame(frames.test, frames.train), spec=QUICK)
    first, second = (t.sort_values(["column", "kind"], ignore_index=True) for t in (there.table, back.table))
    assert first["effect"].tolist() == pytest.approx(second["effect"].tolist())


def test_too_few_rows_test_nothing() -> None:
    frames = table(0)
    found = column_drift(SplitFrame(frames.train, frames.test.head(10)), spec=QUICK)
    assert found.table.empty
    assert found.alarms == []
    assert found.to_json()["columns_tested"] == 0


def test_a_constant_column_is_no_comparison() -> None:
    frame = pd.DataFrame({"one": np.ones(100), "n": np.arange(100.0)})
    found = column_drift(split(frame.iloc[:60], frame.iloc[60:]), spec=QUICK)
    assert found.table["column"].tolist() == ["n"]
    assert found.n_tested == 1
    assert found.alarms == ["n"]


@pytest.mark.parametrize("wrong", [{"n_permutations": 10}, {"max_rows": 10}, {"alarm_level": 0.0}, {"level": 1.0}])
def test_a_spec_that_cannot_be_used_is_told(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        DriftSpec(**wrong)
