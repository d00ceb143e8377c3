"""Killed, interrupted and taken up again, as processes of their own."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.config import PROJECT_ROOT
from core.images import TABLE
from core.images.journal import JOURNAL
from core.jobs import cancel_job, list_jobs, resume_job, start_job
from tests.images.hostile import HostileServer
from tests.jobs.waiting import PATIENCE_S, ended, wait_until

KINDS = ("ok", "png", "wrong_type", "missing", "html", "redirect_private", "empty")


@pytest.fixture(autouse=True)
def switch(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHELFPRICE_LOOPBACK_PORTS", f" {server.port} ,x")
    yield
    for job in list_jobs():
        if job.active:
            cancel_job(job.job_id)


def write_table(path: Path, links: list[str], price: str = "") -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sample_id", "catalog_content", "image_link", *(["price"] if price else [])])
        writer.writerows(
            [
                [f"{path.stem}{row}", f"Item Name: Jam {row}", link, *([price] if price else [])]
                for row, link in enumerate(links)
            ]
        )
    return path


def mixed(server: HostileServer, count: int) -> list[str]:
    return [server.url(KINDS[number % len(KINDS)], number, "127.0.0.1") for number in range(count)]


def state(folder: Path) -> tuple[list[tuple[str, ...]], dict[str, bytes]]:
    with (folder / TABLE).open(newline="") as file:
        names = ("url", "status", "http", "bytes", "width", "height", "sha256", "file", "detail")
        rows = [tuple(row[name] for name in names) for row in csv.DictReader(file)]
    return rows, {path.name: path.read_bytes() for path in folder.glob("*.jpg")}


def command(table: Path, folder: Path, *more: str) -> list[str]:
    return ["images", "--from", str(table), "--to", str(folder), *more]


def started(arguments: list[str]) -> subprocess.Popen[bytes]:
    # A suite started in the background of a shell ignores interrupts, and its children would with it.
    return subprocess.Popen(
        [sys.executable, "-m", "core", *arguments],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_lines(folder: Path, count: int) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        journal = folder / JOURNAL
        if journal.is_file() and journal.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.005)
    raise AssertionError("the download did not get that far")


def test_killed_at_any_moment_and_taken_up_it_ends_like_an_undisturbed_run(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_table(tmp_path / "t.csv", mixed(server, 60))
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    for lines in (5, 25):
        process = started(command(table, killed, "--rate", "60", "--attempts", "1"))
        wait_for_lines(killed, lines)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    finished = (killed / JOURNAL).read_bytes().count(b"\n")
    before = server.asked.total()
    assert main(command(table, killed, "--attempts", "1")) == 0
    # Empty answers are no final ones; each kill may cost what was under way.
    assert server.asked.total() - before <= 60 - finished + 20
    assert main(command(table, undisturbed, "--attempts", "1")) == 0
    assert state(killed) == state(undisturbed)
    assert not list(killed.glob(".part-*"))
    told = capsys.readouterr()
    assert told.err == ""
    assert "of 60 photos" in told.out and "9 gone" in told.out and "8 refused" in told.out


def test_an_interrupt_leaves_a_state_to_go_on_from(server: HostileServer, tmp_path: Path) -> None:
    links = [server.url("ok", 1, "127.0.0.1"), server.url("stall_first", 1, "127.0.0.1")]
    table = write_table(tmp_path / "t.csv", links)
    process = started(command(table, tmp_path / "photos"))
    wait_for_lines(tmp_path / "photos", 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert err.decode().startswith("stopped; what is finished is kept") and err.count(b"\n") == 1
    assert out == b""
    assert [row[1] for row in state(tmp_path / "photos")[0]] == ["ok"]


def test_bad_input_ends_with_2_and_one_line(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_table(tmp_path / "t.csv", [server.url("ok")])
    blank = write_table(tmp_path / "blank.csv", ["", " "])
    (tmp_path / "no_links.csv").write_text("sample_id,catalog_content\n1,Jam\n")
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "photos"
    for arguments, words in (
        (command(tmp_path / "none.csv", out), "none.csv"),
        (command(tmp_path / "no_links.csv", out), "image_link"),
        (command(blank, out), "no row of the files has an image_link"),
        (command(good, tmp_path / "file"), "cannot be written"),
        (command(good, out, "--retry", "everything"), "'everything' is no status"),
        (command(good, out, "--max-per-host", "0"), "per_host"),
        (command(good, out, "--attempts", "many"), "whole number"),
        (["images", "--to", str(out)], "--from"),
    ):
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        assert (status, told.out, told.err.count("\n")) == (2, "", 1), (arguments, told)
        assert words in told.err
        assert not out.exists()


def test_the_job_is_cancelled_and_goes_on_and_tries_again(server: HostileServer, tmp_path: Path) -> None:
    links = [server.url("ok", 1, "127.0.0.1"), server.url("missing", 1, "127.0.0.1")]
    train = write_table(tmp_path / "train.csv", [*links, server.url("drip", 1, "127.0.0.1")], price="3.5")
    test = write_table(tmp_path / "test.csv", [links[0], ""])
    source = {"train": str(train), "test": str(test), "sides": [], "images": None, "name": "", "drop_bad_prices": False}
    params = {"source": source, "folder": str(tmp_path / "photos"), "retry": []}
    job_id = start_job("images", params, title="photos")
    status = wait_until(job_id, lambda status: "2 of 3" in status.message or ended(status))
    assert status.message.startswith("photos, 2 of 3 · 1 failed")
    assert cancel_job(job_id).state == "cancelled"
    assert sorted(path.name for path in (tmp_path / "photos").iterdir()) == [
        ".images_journal.jsonl",
        ".images_lock",
        TABLE,
        "ok-1.jpg",
    ]
    write_table(train, links, price="3.5")
    resume_job(job_id)
    status = wait_until(job_id, ended)
    assert status.result == {"links": 2, "counts": {"ok": 1, "gone": 1}, "fetched": 0, "requests": 0}
    again = wait_until(start_job("images", params | {"retry": ["gone"]}, title="again"), ended)
    assert again.result == {"links": 2, "counts": {"ok": 1, "gone": 1}, "fetched": 0, "requests": 1}
