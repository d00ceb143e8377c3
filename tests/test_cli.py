"""The command line: exit statuses, one clear line, nothing half-written, killed and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.catalog import DemoFiles, DemoSpec, write_demo
from core.cli import main
from core.config import PROJECT_ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), DemoSpec(rows=200, unseen=0.3, seed=4, photos=0))


def _run(demo: DemoFiles, out: Path, *more: str) -> list[str]:
    return ["run", "--train", str(demo.train), "--test", str(demo.test), "--out", str(out), *more]


def test_run_writes_its_three_files(demo: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(_run(demo, tmp_path / "out", "--preset", "five-simple", "--seed", "3", "--no-forecast")) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bundle.zip", "report.json", "test_out.csv"]
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert (report["preset"], report["seed"]) == ("five-simple", 3)
    assert "forecast" not in report
    told = capsys.readouterr()
    assert "200 rows" in told.out
    assert f"{report['cv']['smape_pct']:.2f} % SMAPE out of fold" in told.out
    assert told.err == ""


@pytest.mark.parametrize(("plan", "kind"), [("brand", "brand_grouped"), ("test-like", "test_like")])
def test_run_takes_a_plan_and_averages_seeds(
    plan: str, kind: str, demo: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    more = ("--preset", "five-simple", "--no-forecast", "--plan", plan, "--seeds-bagged", "2")
    assert main(_run(demo, tmp_path / "out", *more)) == 0
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["cv"]["fold_plan"] == kind
    assert ("matched_smape_pct" in report["cv"]) == (plan == "test-like")
    assert [run["seeds_bagged"] for run in report["runs"]] == [2, 2]
    assert f"{plan.removesuffix('-like')}" in capsys.readouterr().out


def test_demo_writes_a_catalogue_that_run_takes(tmp_path: Path):
    assert main(["demo", "--rows", "60", "--unseen", "0.5", "--seed", "9", "--out", str(tmp_path / "demo")]) == 0
    files = DemoFiles(*(tmp_path / "demo" / name for name in ("train.csv", "test.csv", "test_truth.csv", "images")))
    assert files.truth.is_file()
    assert main(_run(files, tmp_path / "out", "--preset", "five-simple", "--no-forecast")) == 0


def _files(demo: DemoFiles) -> list[str]:
    return ["--train", str(demo.train), "--test", str(demo.test)]


def test_check_reads_any_file_and_says_with_3_that_it_should_not_be_sent(
    demo: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    truth = demo.truth.read_text().splitlines()
    prices = {line.split(",")[0]: line.split(",")[1] for line in truth[1:]}
    good.write_text("\n".join(["sample_id,price", *(f"{name},{price}" for name, price in prices.items())]) + "\n")
    assert main(["check", str(good), *_files(demo)]) == 0
    assert "checks, none fails" in capsys.readouterr().out
    lines = good.read_text().splitlines()
    bad.write_text("\n".join([lines[0], lines[1].split(",")[0] + ",free", lines[2].split(",")[0] + ",", *lines[5:]]))
    assert main(["check", str(bad), *_files(demo), "--earlier", str(good), "--out", str(tmp_path / "out")]) == 3
    told = json.loads((tmp_path / "out/report.json").read_text())
    counts = {check["check"]: check["count"] for check in told["checks"] if check["verdict"] == "fail"}
    assert counts == {"ids_missing": 2, "price_number": 1, "price_finite": 1}
    assert told["fit_to_send"] is False
    assert "3 of" in capsys.readouterr().out
    assert main(["check", str(good), *_files(demo), "--earlier", str(good)]) == 3
    assert f"the same file as {good.name}" in capsys.readouterr().out


def _bad(demo: DemoFiles, tmp_path: Path) -> dict[str, tuple[list[str], str]]:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "out"
    return {
        "no such file": (_run(DemoFiles(tmp_path / "no.csv", *list(vars(demo).values())[1:]), out), "no.csv"),
        "empty": (_run(DemoFiles(tmp_path / "empty.csv", *list(vars(demo).values())[1:]), out), "empty.csv"),
        "swapped": (_run(DemoFiles(demo.test, demo.train, demo.truth, demo.images), out), "swapped"),
        "preset": (_run(demo, out, "--preset", "txt"), "'txt'"),
        "seed": (_run(demo, out, "--seed", "-1"), "whole number"),
        "plan": (_run(demo, out, "--plan", "brands"), "'brands'"),
        "seeds averaged": (_run(demo, out, "--seeds-bagged", "11"), "1 to 10"),
        "side": (_run(demo, out, "--side", str(tmp_path / "none.csv")), "none.csv"),
        "images": (_run(demo, out, "--images", str(tmp_path / "none")), "none"),
        "out is a file": (_run(demo, tmp_path / "file"), "is a file"),
        "no out": (["run", "--train", str(demo.train), "--test", str(demo.test)], "--out"),
        "no command": ([], "COMMAND"),
        "no bundle": (["reproduce", str(tmp_path / "no.zip"), *_files(demo), "--out", str(out)], "no.zip"),
        "no file": (["check", str(tmp_path / "no.csv"), *_files(demo), "--out", str(out)], "no.csv"),
        "demo share": (["demo", "--unseen", "1.5", "--out", str(out)], "share between 0 and 1"),
        "diagnose": (["diagnose", "--train", "no", "--test", str(demo.test), "--out", str(out)], "no"),
    }


def test_bad_input_ends_with_2_and_one_line(demo: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, (arguments, words) in _bad(demo, tmp_path).items():
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        assert status == 2, name
        assert told.out == "", name
        assert told.err.startswith("error: "), name
        assert told.err.count("\n") == 1, (name, told.err)
        assert words in told.err, (name, told.err)
        assert not list((tmp_path / "out").glob("**/*")), name


def test_a_killed_run_leaves_no_half_file_and_the_next_one_finishes(demo: DemoFiles, tmp_path: Path, own_cache: Path):
    arguments = ["-m", "core", *_run(demo, tmp_path / "killed", "--preset", "brand", "--no-forecast")]
    environment = {**os.environ, "SHELFPRICE_CACHE": str(own_cache)}
    process = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT_ROOT, env=environment)
    deadline = time.monotonic() + 60
    # The first model files appear in the cache when the first folds are done: half-way.
    while time.monotonic() < deadline and process.poll() is None:
        if sum(1 for _ in own_cache.glob("artifacts/*/*/*.val")) >= 4:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert list((tmp_path / "killed").iterdir()) == []
    assert main(_run(demo, tmp_path / "killed", "--preset", "brand", "--no-forecast")) == 0
    os.environ["SHELFPRICE_CACHE"] = str(tmp_path / "fresh cache")
    assert main(_run(demo, tmp_path / "undisturbed", "--preset", "brand", "--no-forecast")) == 0
    killed, undisturbed = ((tmp_path / name / "test_out.csv").read_bytes() for name in ("killed", "undisturbed"))
    assert killed == undisturbed


def test_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['core', '--help']\n"
        "import runpy\n"
        "try: runpy.run_module('core', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'shap', 'open_clip', 'plotly', 'pandas', 'numpy', 'lightgbm', 'xgboost', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
    assert "COMMAND" in told.stdout


def test_tune_writes_what_was_found(demo: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "tuned"
    arguments = ["tune", "--train", str(demo.train), "--test", str(demo.test), "--out", str(out)]
    assert main([*arguments, "--minutes", "0.000001", "--preset", "five-simple"]) == 0
    found = json.loads((out / "report.json").read_text())
    assert found["n_trials"] == 1
    assert found["best_run_id"] == found["start_run_id"]
    assert "rows that no trial was judged by" in capsys.readouterr().out
