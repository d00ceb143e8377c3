from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.store import RecordStore


def test_records_come_back_in_name_order(tmp_path: Path) -> None:
    store = RecordStore("runs", tmp_path)
    assert store.all() == []
    store.put("b", {"n": 2})
    store.put("a", {"n": 1})
    assert store.get("a") == {"n": 1}
    assert store.all() == [("a", {"n": 1}), ("b", {"n": 2})]
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_record_is_left_out(tmp_path: Path, content: bytes) -> None:
    store = RecordStore("runs", tmp_path)
    store.put("good", {"n": 1})
    (tmp_path / "runs" / "bad.json").write_bytes(content)
    assert store.get("bad") is None
    assert store.all() == [("good", {"n": 1})]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.b", "x" * 81, "a\n"])
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="is no record name"):
        RecordStore("runs", tmp_path).put(name, {})


def test_the_configured_folder_is_the_default(own_cache: Path) -> None:
    RecordStore("runs").put("a", {})
    assert (own_cache / "runs" / "a.json").is_file()
