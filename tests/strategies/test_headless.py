"""``python -m core strategies``, recipes of one's own, and the jobs."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from core.catalog import CatalogSource, DemoSpec, write_demo
from core.cli import main
from core.errors import InputError
from core.jobs.kinds import load_function
from core.strategies import BUILTIN, forget_strategy, save_strategy, saved_folder, saved_strategies
from core.types import JsonDict, no_progress
from tests.strategies.recipes import BRANDS, CONSTANT, PHOTOS, SIZES


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CatalogSource:
    files = write_demo(tmp_path_factory.mktemp("demo"), DemoSpec(rows=80, unseen=0.3, seed=3, photos=0))
    return CatalogSource(str(files.train), str(files.test))


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFPRICE_DATA", str(tmp_path / "data"))


def test_the_command_writes_a_row_a_strategy_and_what_they_mean(
    source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / "mine.json").write_text(json.dumps(SIZES.to_json()))
    out = tmp_path / "out"
    words = ["strategies", "--train", source.train, "--test", source.test, "--out", str(out)]
    assert main([*words, "--recipes", str(recipes), "--only", "constant,sizes,brand_photo"]) == 0
    told = json.loads((out / "report.json").read_text())
    rows = {row["strategy"]: row for row in told["strategies"]}
    assert list(rows) == ["constant", "brand_photo", "sizes"]
    assert {name: row["state"] for name, row in rows.items()} == {
        "constant": "done",
        "sizes": "done",
        "brand_photo": "failed",
    }
    assert rows["sizes"]["oof_smape_pct"] < rows["constant"]["oof_smape_pct"]
    assert rows["sizes"]["forecast"]["smape_pct"] > 0
    assert "Bring the photos" in rows["brand_photo"]["error"]
    table = pd.read_csv(out / "strategies.csv")
    assert table["strategy"].tolist() == list(rows)
    assert table["oof_smape_pct"].iloc[0] == pytest.approx(rows["constant"]["oof_smape_pct"])
    assert told["advice"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--only", "magic"], "no strategy 'magic'"),
        (["--recipes", "absent"], "no folder"),
        (["--minutes", "0"], "minutes"),
    ],
)
def test_bad_input_ends_in_one_line(
    source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
):
    words = ["strategies", "--train", source.train, "--test", source.test, "--out", str(tmp_path / "out"), *more]
    try:
        status = main(words)
    except SystemExit as stopped:
        status = stopped.code
    error = capsys.readouterr().err
    assert status == 2
    assert said in error and error.count("\n") == 1
    assert not (tmp_path / "out" / "report.json").exists()


def test_a_recipe_with_a_built_in_name_is_refused(source: CatalogSource, tmp_path: Path):
    with pytest.raises(InputError, match="built-in"):
        save_strategy(BUILTIN["brand"])
    saved_folder().mkdir(parents=True)
    (saved_folder() / "brand.json").write_text(json.dumps(BUILTIN["brand"].to_json()))
    found, wrong = saved_strategies()
    assert found == dict(BUILTIN)
    assert wrong == ["brand.json has the name of a built-in strategy."]


def test_a_strategy_is_saved_found_and_taken_away():
    save_strategy(SIZES)
    assert saved_strategies() == ({**BUILTIN, "sizes": SIZES}, [])
    forget_strategy("sizes")
    assert saved_strategies() == (dict(BUILTIN), [])
    for name in ("sizes", "brand", "../sizes"):
        with pytest.raises(InputError, match="no saved strategy"):
            forget_strategy(name)


def test_the_job_runs_recipes_and_leaves_what_is_current(source: CatalogSource):
    recipes = [one.to_json() for one in (CONSTANT, BRANDS, PHOTOS)]
    params: JsonDict = {"source": source.to_json(), "strategies": recipes, "minutes": None}
    job = load_function("strategies")
    assert job(params, no_progress) == {"done": 2, "failed": 1, "too_long": []}
    assert job(params, no_progress) == {"done": 0, "failed": 1, "too_long": []}
    assert load_function("strategies_sample")(params, no_progress) == {"seconds": 0.0}


@pytest.mark.parametrize("change", [{"minutes": 0}, {"minutes": "ten"}, {"strategies": [{}]}, {"strategies": None}])
def test_a_job_with_odd_parameters_is_refused(source: CatalogSource, change: JsonDict):
    params: JsonDict = {"source": source.to_json(), "strategies": [CONSTANT.to_json()], "minutes": None, **change}
    with pytest.raises(InputError):
        load_function("strategies")(params, no_progress)
