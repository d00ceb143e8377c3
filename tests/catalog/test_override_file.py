from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.catalog import (
    OVERRIDES_FILE,
    CatalogSource,
    drop_overrides,
    keep_overrides,
    load_catalog,
    overrides_path,
    read_catalog,
    with_overrides,
)
from core.errors import InputError, StorageError
from core.overrides import Override
from tests.catalog.files_for_tests import ONE_TEST, ONE_TRAIN, codes, put

HEAD = "what,split,sample_id,from,to\n"
PACK = Override("pack_count", "12", "train", "1")
MERGE = Override("merge", "quillmoor", of="quilmoor")


def source(folder: Path, train: str = ONE_TRAIN, *, drop: bool = False) -> CatalogSource:
    files = put(folder, "train.csv", train), put(folder, "test.csv", ONE_TEST)
    return CatalogSource(str(files[0]), str(files[1]), drop_bad_prices=drop)


def test_without_a_table_nothing_changes(tmp_path: Path) -> None:
    files = source(tmp_path)
    plain, loaded = read_catalog(Path(files.train), Path(files.test)), load_catalog(files)
    assert (loaded.key, loaded.read_key, loaded.notices) == (plain.key, plain.key, plain.notices)
    assert loaded.overrides.lines == () and loaded.overrides.key == ""
    put(tmp_path, OVERRIDES_FILE, HEAD)
    assert load_catalog(files).read_key == plain.key


def test_the_table_beside_the_train_file_is_read_and_told(tmp_path: Path) -> None:
    files = source(tmp_path)
    plain = load_catalog(files)
    keep_overrides(overrides_path(files), [PACK, MERGE])
    corrected = load_catalog(files)
    assert corrected.overrides.lines == (PACK, MERGE)
    assert corrected.key == plain.key and corrected.read_key != plain.key
    assert codes(corrected)[0] == "overrides"
    assert "overrides.csv: 1 correction of 1 row and 1 merged brand" in corrected.notices[0].message
    assert load_catalog(files, corrected=False).overrides.lines == ()


def test_the_key_follows_from_the_lines_and_not_from_their_order(tmp_path: Path) -> None:
    files = source(tmp_path)
    keys = []
    for lines in ([PACK, MERGE], [MERGE, PACK], [MERGE]):
        (tmp_path / OVERRIDES_FILE).unlink(missing_ok=True)
        keep_overrides(overrides_path(files), lines)
        keys.append(load_catalog(files).overrides.key)
    assert keys[0] == keys[1] != keys[2]


def test_an_unknown_product_is_refused(tmp_path: Path) -> None:
    files = source(tmp_path)
    put(tmp_path, OVERRIDES_FILE, HEAD + "brand,train,1,,Quillmoor\nbrand,test,1,,Quillmoor\n")
    with pytest.raises(InputError, match=r"line 3: no test row has the sample_id '1'.*delete the file") as refused:
        load_catalog(files)
    assert "overrides.csv" in str(refused.value)


def test_a_row_that_was_dropped_for_its_price_is_no_error(tmp_path: Path) -> None:
    files = source(tmp_path, ONE_TRAIN + "2,a jar,,0\n", drop=True)
    put(tmp_path, OVERRIDES_FILE, HEAD + "value,train,1,,2\nvalue,train,2,,3\n")
    catalog = load_catalog(files)
    assert [line.sample_id for line in catalog.overrides.lines] == ["1"]
    assert "overrides_unused" in codes(catalog)
    put(tmp_path, OVERRIDES_FILE, HEAD + "value,train,2,,3\n")
    assert load_catalog(files).read_key == catalog.key


def test_one_decision_is_replaced_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / OVERRIDES_FILE
    keep_overrides(path, [PACK])
    keep_overrides(path, [Override("pack_count", "6.0", "train", "1"), MERGE])
    assert path.read_text() == HEAD + "pack_count,train,1,,6\nmerge,,,quilmoor,quillmoor\n"
    drop_overrides(path, [PACK])
    assert path.read_text() == HEAD + "merge,,,quilmoor,quillmoor\n"
    drop_overrides(path, [MERGE])
    assert not path.exists()
    drop_overrides(path, [MERGE])
    assert list(tmp_path.iterdir()) == []


def test_two_windows_never_lose_each_others_lines(tmp_path: Path) -> None:
    path = tmp_path / OVERRIDES_FILE
    lines = [Override("value", str(at + 1), "train", str(at)) for at in range(16)]
    threads = [threading.Thread(target=keep_overrides, args=(path, [line])) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_text().splitlines()[1:]) == sorted(f"value,train,{at},,{at + 1}" for at in range(16))


def test_what_cannot_hold_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / OVERRIDES_FILE
    with pytest.raises(InputError, match="no whole number"):
        keep_overrides(path, [Override("pack_count", "0", "train", "1")])
    assert not path.exists()
    keep_overrides(path, [MERGE])
    with pytest.raises(InputError, match="closes a circle"):
        keep_overrides(path, [Override("merge", "quilmoor", of="quillmoor")])
    assert path.read_text() == HEAD + "merge,,,quilmoor,quillmoor\n"


def test_a_file_of_another_kind_is_never_overwritten(tmp_path: Path) -> None:
    path = put(tmp_path, OVERRIDES_FILE, "my,own,table\n1,2,3\n")
    with pytest.raises(InputError, match="the columns are"):
        keep_overrides(path, [PACK])
    assert path.read_text() == "my,own,table\n1,2,3\n"


def test_a_link_is_refused_for_reading_and_writing(tmp_path: Path) -> None:
    elsewhere = put(tmp_path, "elsewhere.csv", HEAD)
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / OVERRIDES_FILE
    path.symlink_to(elsewhere)
    with pytest.raises(InputError, match="is a link"):
        with_overrides(load_catalog(source(tmp_path)), path)
    with pytest.raises(InputError, match="is a link"):
        keep_overrides(path, [PACK])
    assert elsewhere.read_text() == HEAD


def test_the_table_stands_beside_a_linked_train_file_and_not_at_its_target(tmp_path: Path) -> None:
    files = source(tmp_path)
    (tmp_path / "data").mkdir()
    link = tmp_path / "data" / "train.csv"
    link.symlink_to(files.train)
    assert overrides_path(CatalogSource(str(link), files.test)) == tmp_path / "data" / OVERRIDES_FILE


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        keep_overrides(tmp_path / "gone" / OVERRIDES_FILE, [PACK])
