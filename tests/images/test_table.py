from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.images import TABLE, count_links, journal_stamp, link_table
from core.images.journal import Journal, Record
from core.images.table import write_table

LINKS = [
    "https://a.example/1.jpg",
    "https://a.example/2.jpg",
    "",
    "HTTPS://A.example/1.jpg#x",
    "https://a.example/3.jpg",
]


def test_each_link_has_a_row_with_its_products(tmp_path: Path) -> None:
    assert journal_stamp(tmp_path) == ""
    assert link_table(LINKS, tmp_path)["status"].tolist() == ["pending"] * 3
    journal = Journal(tmp_path)
    (tmp_path / "1.jpg").write_bytes(b"abc")
    journal.append(Record(LINKS[0], "ok", http=200, attempts=2, bytes=3, width=4, height=5, file="1.jpg"))
    journal.append(Record(LINKS[1], "refused", detail="no"))
    journal.append(Record("https://a.example/other.jpg", "gone"))
    journal.close()
    assert journal_stamp(tmp_path) != ""
    table = link_table(LINKS, tmp_path)
    assert table["url"].tolist() == [LINKS[0], LINKS[1], LINKS[4]]
    assert table["status"].tolist() == ["ok", "refused", "pending"]
    assert table["products"].tolist() == [2, 1, 1]
    assert table["detail"].tolist() == ["", "no", ""]
    assert table["http"].tolist() == [200, pd.NA, pd.NA]
    assert table["meaning"].tolist()[2] == "not tried yet"
    counts = count_links(table)
    assert counts[["status", "links", "products"]].to_numpy().tolist() == [
        ["ok", 1, 2],
        ["refused", 1, 1],
        ["pending", 1, 1],
    ]
    (tmp_path / "1.jpg").write_bytes(b"abcd")
    assert link_table(LINKS, tmp_path)["status"].tolist()[0] == "pending"


def test_without_links_there_is_no_row(tmp_path: Path) -> None:
    assert link_table(["", " "], tmp_path).empty
    assert count_links(link_table([], tmp_path)).empty


def test_the_file_is_sorted_and_says_the_time_in_utc(tmp_path: Path) -> None:
    records = [Record("b", "gone", http=404, finished=0.4), Record("a,\n", "refused", detail='"no"')]
    write_table(tmp_path, records)
    assert (tmp_path / TABLE).read_text() == (
        "url,status,http,attempts,bytes,width,height,sha256,file,seconds,finished,detail\n"
        '"a,\n",refused,,0,0,,,,,0.0,1970-01-01T00:00:00+00:00,"""no"""\n'
        "b,gone,404,0,0,,,,,0.0,1970-01-01T00:00:00+00:00,\n"
    )
