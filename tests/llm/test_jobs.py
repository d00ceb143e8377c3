"""The jobs and the commands: killed and taken up, cancelled in time, and the key in no file and no output."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from core.catalog import CatalogSource, load_catalog
from core.cli import main
from core.errors import InputError
from core.jobs import cancel_job, resume_job, start_job
from core.jobs.kinds import load_function
from core.llm import AskSpec, Endpoint, SendSpec, Tariff
from core.llm_tasks import asked_of, spec_params
from core.types import JsonDict, no_progress
from tests.jobs.waiting import PATIENCE_S, kill_job, wait_until
from tests.llm.conftest import Serve, files_with
from tests.llm.server import GOOD, Answer, Asked, ModelServer, says


def params_of(source: CatalogSource, server: ModelServer, **more: int) -> JsonDict:
    spec = AskSpec(send=SendSpec(concurrency=4))
    return {"source": source.to_json(), **spec_params(Endpoint(server.url, "some-model"), spec), **more}


def repeats_the_key(asked: Asked) -> Answer:
    """A server that says the key back wherever it can."""
    key = asked.headers["Authorization"].removeprefix("Bearer ")
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
    spoilt = json.dumps({**GOOD, "brand": "BRAND"}).replace("BRAND", escaped)
    answers = (
        says({**GOOD, "brand": f"House of {key}"}),
        says(spoilt),
        says(f"Your key is {key}."),
        Answer({"error": f"bad request by {key}"}, 400, {"X-Key": key}),
        Answer(f"<html>{key}".encode()),
        says({**GOOD, "category": key}),
        says(json.dumps({**GOOD, "category": "x" * 150 + "BRAND"}).replace("BRAND", escaped)),
        Answer(b"<html>" + b"x" * 150 + key.encode()),
    )
    return answers[crc32(asked.text.encode()) % len(answers)]


def test_the_key_is_in_no_file_and_no_output(
    serve: Serve,
    source: CatalogSource,
    own_cache: Path,
    tmp_path: Path,
    secret: str,
    capfd: pytest.CaptureFixture[str],
):
    server = serve(repeats_the_key)
    job_id = start_job("attributes", params_of(source, server), title="Attributes")
    status = wait_until(job_id, lambda status: not status.active)
    assert (status.state, status.error) == ("done", None)
    files = ["--train", source.train, "--test", source.test, "--out", str(tmp_path / "out")]
    asked = ["--url", server.url, "--model", "some-model"]
    assert main(["attributes", *files, *asked, "--yes"]) == 0
    assert main(["probe", *files, *asked, "--yes"]) == 0
    server.behave = lambda asked: Answer({"error": f"no such key: {secret}"}, 401)
    assert main(["attributes", *files, "--url", server.url, "--model", "other", "--yes"]) == 2
    failed = start_job("attributes", {**params_of(source, server), "model": "third"}, title="Attributes")
    assert "[key]" in str(wait_until(failed, lambda status: not status.active).error)
    told = capfd.readouterr()
    assert secret[:12] not in told.out + told.err
    assert "[key]" in told.err
    assert all(asked.headers["Authorization"] == f"Bearer {secret}" for asked in server.asked)
    assert files_with("some-model", own_cache)
    for folder in (own_cache, tmp_path, Path(source.train).parent):
        assert files_with(secret[:12], folder) == []
        assert files_with("Bearer", folder) == []


def test_killed_in_the_middle_it_goes_on_and_asks_nothing_twice(serve: Serve, source: CatalogSource, own_cache: Path):
    server = serve(lambda asked: says(GOOD, wait_s=0.0 if len(server.asked) <= 30 else 300.0))
    job_id = start_job("attributes", params_of(source, server), title="Attributes")
    give_up = time.monotonic() + PATIENCE_S
    while len(server.asked) <= 30:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    kill_job(job_id, own_cache)
    (path,) = (own_cache / "llm").glob("attributes-*.jsonl")
    kept = path.read_bytes().count(b"\n")
    assert 0 < kept <= 30
    server.behave = lambda asked: says(GOOD)
    resume_job(job_id)
    status = wait_until(job_id, lambda status: not status.active)
    assert status.state == "done"
    result = status.result or {}
    total = result["counts"]["ok"]
    assert result["asked"] == total - kept
    # Twice come at most those that were under way, four at once, when it was killed; the server may see them late.
    assert total <= len(server.asked) <= total + 4
    sides = tuple(str(path) for path in result["files"])
    (side,) = load_catalog(replace(source, sides=sides)).sides
    assert side.frame.train["llm_brand"].eq("Quillmoor").all()


def test_cancelled_it_stops_although_the_server_does_not_answer(serve: Serve, source: CatalogSource, own_cache: Path):
    server = serve(lambda asked: says(GOOD, wait_s=300.0))
    job_id = start_job("probe", params_of(source, server), title="Probe")
    give_up = time.monotonic() + PATIENCE_S
    while not server.asked:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    assert cancel_job(job_id).state == "cancelled"


def test_a_probe_job_tells_its_numbers(serve: Serve, source: CatalogSource):
    server = serve(lambda asked: says("12.5"))
    result = load_function("probe")(params_of(source, server), no_progress)
    probe = result["probe"]
    assert isinstance(probe, dict)
    assert (probe["rows"], probe["failed"], probe["against_best_run"]) == (40, 0, None)


def test_a_job_of_a_sample_writes_what_it_has(serve: Serve, source: CatalogSource):
    server = serve(lambda asked: says(GOOD))
    result = load_function("attributes")(params_of(source, server, limit=5), no_progress)
    assert (result["asked"], len(server.asked)) == (5, 5)
    assert all(Path(str(path)).is_file() for path in result["files"])  # type: ignore[union-attr]


def test_parameters_survive_and_odd_ones_are_refused(tmp_path: Path):
    endpoint = Endpoint("http://localhost:8000/v1", "m")
    spec = AskSpec(tmp_path, 5, ("timed_out",), Tariff(1.0, 2.0), 3.0, SendSpec(concurrency=2))
    params = spec_params(endpoint, spec)
    assert json.loads(json.dumps(params)) == params
    assert asked_of(params) == (endpoint, spec)
    for odd in ({"limit": "5"}, {"limit": True}, {"max_cost": "x"}, {"url": 3}, {"retry": None}, {"model": ""}):
        with pytest.raises(InputError):
            asked_of({**params, **odd})


def test_without_yes_nothing_is_sent(
    serve: Serve, source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    server = serve(lambda asked: says(GOOD))
    out = tmp_path / "out"
    files = ["--train", source.train, "--test", source.test, "--out", str(out)]
    asked = ["--url", server.url, "--model", "some-model", "--price-in", "1", "--price-out", "2"]
    for command in ("attributes", "probe"):
        assert main([command, *files, *asked]) == 0
        told = capsys.readouterr().out
        assert "Nothing was sent" in told
        assert "catalog_content" in told
        assert f"127.0.0.1:{server.server_port}" in told
        assert "$" in told
    assert server.asked == []
    assert not out.exists()


def test_the_commands_write_their_tables(
    serve: Serve, source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    server = serve(lambda asked: says("12") if "response_format" not in asked.body else says(GOOD))
    out = tmp_path / "out"
    files = ["--train", source.train, "--test", source.test, "--out", str(out)]
    asked = ["--url", server.url, "--model", "some-model", "--yes"]
    assert main(["attributes", *files, *asked, "--limit", "7"]) == 0
    assert "7 answers, 7 requests now" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        "llm_some_model_test.csv",
        "llm_some_model_train.csv",
        "report.json",
    ]
    assert main(["probe", *files, *asked]) == 0
    assert "SMAPE on 40 train rows" in capsys.readouterr().out
    assert json.loads((out / "report.json").read_text())["probe"]["rows"] == 40
    n_asked = len(server.asked)
    assert main(["attributes", *files, *asked, "--limit", "7"]) == 0
    assert main(["probe", *files, *asked]) == 0
    assert len(server.asked) == n_asked


@pytest.mark.parametrize(
    "more",
    [
        ["--url", "localhost:8000"],
        ["--url", "http://user:pass@host/v1"],
        ["--max-cost", "1"],
        ["--price-in", "1"],
        ["--concurrency", "0"],
        ["--limit", "0"],
    ],
)
def test_bad_input_ends_with_2_and_one_line(
    source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
):
    asked = ["--train", source.train, "--test", source.test, "--out", str(tmp_path / "out"), "--model", "m", "--yes"]
    url = [] if "--url" in more else ["--url", "http://127.0.0.1:9/v1"]
    assert main(["attributes", *asked, *url, *more]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert not (tmp_path / "out").exists()
