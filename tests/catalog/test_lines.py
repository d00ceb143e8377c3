from __future__ import annotations

from pathlib import Path

from core.catalog.files import FileContent
from core.catalog.lines import open_quote, places, records

DATA = b'\nh1,h2\n1,"a\n\nb"\n\n2,c\n'


def content(data: bytes) -> FileContent:
    return FileContent(Path("a.csv"), "csv", data, "")


def test_records_start_at_their_true_lines() -> None:
    assert list(records(DATA)) == [(2, ["h1", "h2"]), (3, ["1", "a\n\nb"]), (7, ["2", "c"])]


def test_places_of_rows_in_any_order() -> None:
    assert places(content(DATA), [1, 0]) == ["line 7", "line 3"]
    assert places(content(DATA), []) == []


def test_open_quotes() -> None:
    assert open_quote(content(DATA)) is None
    assert open_quote(content(b'h\n6" pan\n')) is None
    error = open_quote(content(b'h,k\n1,"x\ny"\n2,"z\n'))
    assert error is not None
    assert error.what.startswith("a.csv, line 4:")
