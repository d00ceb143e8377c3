"""Two writers at once, a kill at any byte, a full disk: nothing that was acknowledged is lost, nothing blocks."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.config import PROJECT_ROOT
from core.errors import InputError, StorageError
from core.export import ledger_lines
from core.export.ledger_lines import append_line, read_lines, seal, unseal
from tests.export.writers import append_many


def add(path: Path, number: int) -> None:
    append_line(path, lambda lines: {"number": number})


def numbers(path: Path) -> list[int]:
    return [int(str(event["number"])) for event in read_lines(path).events]


def test_what_is_appended_is_read_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.jsonl"
    assert read_lines(path) == ledger_lines.Lines()
    for number in range(3):
        add(path, number)
    assert numbers(path) == [0, 1, 2]


def test_a_line_says_when_it_is_not_what_was_written() -> None:
    event = {"note": 'a "line"\nbroken, and \u2028 too', "score": 51.25}
    line = seal(event)
    assert line.count(b"\n") == 1
    assert unseal(line) == event
    assert unseal(line.replace(b"51.25", b"51.26")) is None
    assert unseal(b'{"sum": "0"}') is None
    assert unseal(b"[1, 2]") is None


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path, context = tmp_path / "ledger.jsonl", multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(str(path), name, 200)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    found = read_lines(path)
    assert found.damaged == ()
    for name in ("a", "b"):
        assert [event["number"] for event in found.events if event["writer"] == name] == list(range(200))


def test_a_write_cut_at_any_byte_costs_that_line_alone(tmp_path: Path) -> None:
    whole = seal({"number": 1})
    for cut in range(len(whole)):
        path = tmp_path / f"{cut}.jsonl"
        add(path, 0)
        with path.open("ab") as file:
            file.write(whole[:cut])
        # All but the end of the line: nothing is missing.
        found_before = [0, 1] if cut == len(whole) - 1 else [0]
        assert numbers(path) == found_before
        add(path, 2)
        assert numbers(path) == [*found_before, 2]
        assert read_lines(path).damaged == ((2,) if 0 < cut < len(whole) - 1 else ())
        assert whole[:cut] in path.read_bytes(), "what was cut short stays in the file"


def test_a_line_changed_in_the_middle_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for number in range(3):
        add(path, number)
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":7').replace(b'"number":2', b'"number":\xff'))
    found = read_lines(path)
    assert [event["number"] for event in found.events] == [0]
    assert found.damaged == (2, 3)


def test_kills_during_writes_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, draw = tmp_path / "ledger.jsonl", random.Random(0)
    expected = 0
    for _ in range(6):
        command = [sys.executable, "-m", "tests.export.writers", "for_ever", str(path)]
        before = len(read_lines(path).events)
        writer = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        said = [writer.stdout.readline()]
        time.sleep(draw.uniform(0.0, 0.02))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read().splitlines()
        writer.stdout.close()
        writer.wait()
        found = read_lines(path)
        # One line may be on the disk whose number the kill kept the writer from saying.
        expected = before + len(said)
        assert expected <= len(found.events) <= expected + 1
    assert expected > 6


def in_small_room(command: str, room: Path) -> str:
    """Run a program of ``writers`` in a tmpfs of 200 kB of its own; needs no rights but those of a user."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let a user mount a small tmpfs")
    script = f'mount -t tmpfs -o size=200k tmpfs "$0" && exec "$1" -m tests.export.writers {command} "$0/ledger"'
    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", script, str(room), sys.executable],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_is_told_and_what_was_logged_stays(tmp_path: Path) -> None:
    logged, whole, message = in_small_room("until_full", tmp_path).splitlines()
    assert int(logged) >= 3
    assert whole == f"{logged} {logged} 0"
    assert "No space left on device" in message
    assert "Free some space" in message


def test_a_disk_that_fills_in_the_middle_of_a_line_leaves_none_behind(tmp_path: Path) -> None:
    logged, full, damaged, after, damaged_after = map(int, in_small_room("lines_until_full", tmp_path).split())
    assert logged > 50
    assert (full, damaged) == (logged, 0)
    assert (after, damaged_after) == (logged + 1, 0)


def test_half_a_line_that_the_disk_took_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.jsonl"
    add(path, 0)
    before = path.read_bytes()
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(ledger_lines.os, "write", half)
        with pytest.raises(StorageError, match="Nothing was changed"):
            add(path, 1)
    assert path.read_bytes() == before
    add(path, 2)
    assert numbers(path) == [0, 2]


def test_who_holds_the_file_for_ever_does_not_block_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.jsonl"
    add(path, 0)
    monkeypatch.setattr(ledger_lines, "LOCK_SECONDS", 0.05)
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="held by another process"):
            add(path, 1)
        with pytest.raises(StorageError, match="held by another process"):
            read_lines(path)
    add(path, 1)
    assert numbers(path) == [0, 1]


def test_what_the_event_objects_to_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"

    def refuse(lines: ledger_lines.Lines) -> dict[str, object]:
        raise InputError(f"{len(lines.events)} stand there.")

    add(path, 0)
    with pytest.raises(InputError, match="1 stand there"):
        append_line(path, refuse)
    assert numbers(path) == [0]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="SHELFPRICE_SUBMISSIONS"):
        add(tmp_path / "file" / "ledger.jsonl", 0)
