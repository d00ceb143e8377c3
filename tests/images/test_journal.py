from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from core.errors import InputError, StorageError
from core.images.journal import JOURNAL, Journal, Record, read_journal, settled_urls, still_there

OK = Record("https://a.example/1.jpg", "ok", http=200, bytes=3, file="1.jpg")
GONE = Record("https://a.example/2.jpg", "gone", http=404)


def opened(folder: Path) -> Journal:
    return Journal(folder)


def kept(folder: Path, *records: Record) -> None:
    journal = opened(folder)
    for record in records:
        journal.append(record)
    journal.close()


def test_the_last_record_of_a_link_stands(tmp_path: Path) -> None:
    kept(tmp_path / "new", GONE, OK)
    again = Record(GONE.url, "ok", bytes=9, file="2.jpg")
    kept(tmp_path / "new", again)
    assert read_journal(tmp_path / "new") == {GONE.url: again, OK.url: OK}
    assert read_journal(tmp_path / "never") == {}


@pytest.mark.parametrize("torn", [b'{"url":"https://a.exam', b"\xff\x00", b"[]", b'{"url":1}', b'{"url":"x","no":1}'])
def test_a_torn_line_costs_itself_alone_and_the_next_is_not_glued_to_it(tmp_path: Path, torn: bytes) -> None:
    kept(tmp_path, OK)
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(torn)
    kept(tmp_path, GONE)
    assert list(read_journal(tmp_path).values()) == [OK, GONE]


@pytest.mark.parametrize("name", ["../1.jpg", "/etc/passwd", "..", "a/b"])
def test_a_record_never_names_a_file_outside(tmp_path: Path, name: str) -> None:
    kept(tmp_path, Record("https://a.example/3.jpg", "ok", file=name))
    assert read_journal(tmp_path) == {}


def test_a_long_journal_is_rewritten_when_it_is_opened(tmp_path: Path) -> None:
    kept(tmp_path, *[OK, GONE] * 600)
    kept(tmp_path)
    assert len((tmp_path / JOURNAL).read_bytes().splitlines()) == 2
    assert list(read_journal(tmp_path).values()) == [OK, GONE]


def test_what_a_killed_run_had_under_way_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".part-1.jpg").write_bytes(b"half")
    kept(tmp_path)
    assert not list(tmp_path.glob(".part-*"))


def test_one_at_a_time(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(InputError, match="Another download runs into"):
        opened(tmp_path)
    first.close()
    opened(tmp_path).close()


def test_a_disk_that_takes_half_a_line_is_said_and_costs_that_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path)
    journal.append(OK)
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr("core.images.journal.os.write", lambda handle, data: write(handle, data[:20]))
        with pytest.raises(StorageError, match=os.strerror(errno.ENOSPC)):
            journal.append(GONE)
    journal.close()
    assert list(read_journal(tmp_path).values()) == [OK]
    kept(tmp_path, GONE)
    assert list(read_journal(tmp_path).values()) == [OK, GONE]


def test_settled_is_final_and_not_to_be_tried_again_and_still_there(tmp_path: Path) -> None:
    late = Record("https://a.example/3.jpg", "timed_out")
    records = {record.url: record for record in (OK, GONE, late)}
    assert settled_urls(records, tmp_path, ()) == {GONE.url}
    (tmp_path / "1.jpg").write_bytes(b"abc")
    assert still_there(OK, tmp_path)
    assert settled_urls(records, tmp_path, ()) == {OK.url, GONE.url}
    assert settled_urls(records, tmp_path, ("gone",)) == {OK.url}
    (tmp_path / "1.jpg").write_bytes(b"abcd")
    assert settled_urls(records, tmp_path, ()) == {GONE.url}


def test_a_photo_of_the_last_minute_that_a_power_cut_harmed_is_fetched_again(tmp_path: Path) -> None:
    sound, early = sha256(b"abc").hexdigest(), 1_000.0
    records = {
        name: Record(name, "ok", bytes=3, sha256=sound, file=name, finished=finished)
        for name, finished in (("old", early), ("whole", early + 100), ("holes", early + 130), ("gone", early + 140))
    }
    for name, content in (("old", b"\0\0\0"), ("whole", b"abc"), ("holes", b"\0\0\0")):
        (tmp_path / name).write_bytes(content)
    assert settled_urls(records, tmp_path, ()) == {"old", "whole"}
