from __future__ import annotations

from pathlib import Path

from tests.catalog.files_for_tests import TEST, TRAIN, codes, read


def test_same_id_in_both_files(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN + "1,a,k,2\n2,b,l,3\n", TEST + "2,c,m\n3,d,n\n")
    (notice,) = catalog.notices
    assert (notice.code, notice.count, notice.sample_ids) == ("id_in_both", 1, ("2",))
    assert notice.message == "1 row with an id that train and test both hold. Check that test holds new products."


def test_blank_texts(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN + '1,,k,2\n2," \n ",l,3\n3,c,m,3\n')
    (notice,) = catalog.notices
    assert (notice.code, notice.count, notice.sample_ids) == ("blank_text", 2, ("1", "2"))


def test_shared_photos_count_rows_of_both_files(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN + "1,a,k,2\n2,b,k,3\n3,c,l,3\n", TEST + "8,d,l\n9,e,z\n")
    (notice,) = catalog.notices
    assert (notice.code, notice.count, notice.sample_ids) == ("shared_photo", 4, ("1", "2", "3", "8"))
    assert "(2 photos)" in notice.message


def test_blank_links_are_not_a_shared_photo(tmp_path: Path) -> None:
    assert codes(read(tmp_path, TRAIN + "1,a,,2\n2,b,,3\n")) == ["no_image_link"]


def test_extra_columns_are_ignored_and_told(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN.strip() + ",weight,\n1,a,k,2,5,6\n")
    assert catalog.items.columns == ["catalog_content", "image_link"]
    (notice,) = catalog.notices
    assert notice.message == (
        "train.csv: 2 other columns ignored: 'weight', ''. Bring them as a side table to use them."
    )


def test_a_notice_keeps_at_most_a_thousand_ids(tmp_path: Path) -> None:
    rows = "".join(f"{n},,link{n},2\n" for n in range(1200))
    (notice,) = read(tmp_path, TRAIN + rows, TEST + "x,a,l\n").notices
    assert (notice.count, len(notice.sample_ids)) == (1200, 1000)
