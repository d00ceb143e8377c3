"""``blend`` from files: weights, a valid file, and nothing written for files that public teams have sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli import main
from core.pipeline import blend_files

N_TRAIN, N_TEST = 2000, 150


def _frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three calibrated members on three scales."""
    rng = np.random.default_rng(0)
    ids = np.arange(N_TRAIN + N_TEST)
    known = rng.normal(2.6, 0.9, size=len(ids))
    said = {
        name: known + rng.normal(scale=spread, size=len(ids)) for name, spread in (("a", 0.1), ("b", 0.3), ("c", 0.3))
    }
    frame = pd.DataFrame({"sample_id": ids, "a": np.exp(said["a"]), "b": said["b"], "c": np.exp(said["c"])})
    oof = frame.iloc[:N_TRAIN].copy()
    oof.insert(1, "price", np.exp(known[:N_TRAIN] + rng.normal(scale=0.5, size=N_TRAIN)))
    return oof, frame.iloc[N_TRAIN:].copy()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    oof, test = _frames()
    oof.to_csv(tmp_path / "oof.csv", index=False)
    test.to_csv(tmp_path / "test.csv", index=False)
    return tmp_path / "oof.csv", tmp_path / "test.csv"


def test_a_blend_of_files_is_written_with_its_report(files: tuple[Path, Path], tmp_path: Path):
    oof, test = files
    assert (
        main(["blend", "--oof", str(oof), "--test", str(test), "--out", str(tmp_path / "o"), "--scale", "b=log"]) == 0
    )
    report = json.loads((tmp_path / "o" / "report.json").read_text())
    blend = report["blend"]
    assert report["command"] == "blend"
    assert set(blend["weights"]) == {"a", "b", "c"}
    assert blend["nested_smape_pct"] <= min(member["smape_pct"] for member in blend["members"]) + 0.2
    assert {member["name"]: member["scale"] for member in blend["members"]} == {"a": "price", "b": "log", "c": "price"}
    assert [check["verdict"] for check in report["export"]["checks"]] == ["pass"] * len(report["export"]["checks"])
    sent = pd.read_csv(tmp_path / "o" / "test_out.csv")
    asked = pd.read_csv(test)
    assert sent["sample_id"].tolist() == asked["sample_id"].tolist()
    logs = np.column_stack([np.log(asked["a"]), asked["b"], np.log(asked["c"])])
    if blend["space"] == "log":
        by_hand = np.exp(logs @ list(blend["weights"].values()) + blend["intercept"])
    else:
        by_hand = np.exp(logs) @ list(blend["weights"].values())
    assert np.allclose(sent["price"], by_hand, atol=1e-4)


def test_without_test_predictions_only_the_report_is_written(files: tuple[Path, Path], tmp_path: Path):
    blend_files(files[0], None, tmp_path / "o", scales={"b": "log"})
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["report.json"]


def test_the_files_own_folds_are_kept(files: tuple[Path, Path], tmp_path: Path):
    frame = pd.read_csv(files[0])
    frame["fold"] = np.arange(len(frame)) % 3
    frame.to_csv(files[0], index=False)
    found = blend_files(files[0], None, tmp_path / "o", scales={"b": "log"})
    assert found["blend"]["fold_plan"]["n_folds"] == 3


def test_what_looks_wrong_is_said_and_taken(files: tuple[Path, Path], tmp_path: Path):
    frame = pd.read_csv(files[0])
    frame["seen"] = frame["price"] * np.exp(np.random.default_rng(1).normal(scale=0.05, size=len(frame)))
    frame["again"] = frame["a"]
    frame.to_csv(files[0], index=False)
    said = blend_files(files[0], None, tmp_path / "o", scales={"b": "log"})["blend"]["warnings"]
    assert len(said) == 2
    assert "'seen' reads" in said[0]
    assert "'a' and 'again' say the same" in said[1]


Spoil = Callable[[pd.DataFrame, pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "rows missing a prediction": (
        lambda o, t: (o, t.assign(a=t["a"].where(t.index % 50 != 0))),
        "3 rows without a finite",
    ),
    "negative prices": (lambda o, t: (o, t.assign(a=t["a"].where(t.index % 75 != 0, -1.0))), "2 zero or less"),
    "log in one file and dollars in the other": (lambda o, t: (o, t.assign(a=np.log(t["a"]))), "median of"),
    "an id twice": (lambda o, t: (o, pd.concat([t, t.iloc[:3]])), "3 rows repeat an id"),
    "train rows among the test rows": (lambda o, t: (o, pd.concat([t, o[t.columns].iloc[:5]])), "5 ids stand in"),
    "a member without test predictions": (lambda o, t: (o, t.drop(columns="c")), "no column for 1 of 3 members: c"),
    "logarithms among dollars": (
        lambda o, t: (o.assign(a=np.where(o.index % 4 == 0, np.log(o["a"]), o["a"])), t),
        "mixes scales",
    ),
    "the same file twice": (lambda o, t: (o, o.drop(columns="price")), "2,000 ids stand in"),
    "a wrong header": (lambda o, t: (o.rename(columns={"sample_id": "id"}), t), "no column 'sample_id'"),
    "no rows": (lambda o, t: (o, t.iloc[:0]), "a header and no rows"),
    "infinite out-of-fold predictions": (lambda o, t: (o.assign(b=np.inf), t), "2,000 rows without a finite"),
    "text for numbers": (lambda o, t: (o.assign(c="$" + o["c"].astype(str)), t), "2,000 rows without a finite"),
    "prices of zero": (lambda o, t: (o.assign(price=0.0), t), "2,000 rows without a usable price"),
    "no prices": (lambda o, t: (o.drop(columns="price"), t), "no column 'price'"),
    "a decimal logarithm": (lambda o, t: (o.assign(c=np.log10(o["c"])), t), "on no known scale"),
    "too few rows": (lambda o, t: (o.iloc[:30], t), "has 30 rows"),
}


@pytest.mark.parametrize("kind", list(SPOILT))
def test_broken_predictions_are_refused_and_nothing_is_written(
    kind: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    spoil, said = SPOILT[kind]
    for path, frame in zip(files, spoil(*_frames()), strict=True):
        frame.to_csv(path, index=False)
    out = tmp_path / "o"
    status = main(["blend", "--oof", str(files[0]), "--test", str(files[1]), "--out", str(out), "--scale", "b=log"])
    error = capsys.readouterr().err.strip()
    assert status == 2
    assert len(error.splitlines()) == 1
    assert said in error
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "is empty"), (b"\x89PNG\r\n\x1a\n" + bytes(64), "a PNG picture")],
    ids=["empty", "no table"],
)
def test_a_file_that_is_no_table_writes_nothing(
    data: bytes, said: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files[1].write_bytes(data)
    out = tmp_path / "o"
    status = main(["blend", "--oof", str(files[0]), "--test", str(files[1]), "--out", str(out), "--scale", "b=log"])
    assert status == 2
    assert said in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_a_scale_that_is_none_and_a_column_that_is_not_there(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["blend", "--oof", str(files[0]), "--out", str(tmp_path / "o"), "--scale"]
    with pytest.raises(SystemExit) as left:
        main([*command, "b=cents"])
    assert left.value.code == 2
    assert "a scale is price, log or log1p" in capsys.readouterr().err
    assert main([*command, "nothing=log"]) == 2
    assert "--scale names a column 'nothing'" in capsys.readouterr().err
