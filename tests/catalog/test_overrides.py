from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.files import FileContent
from core.catalog.overrides import UNIT_NAMES, checked, parse_overrides, write_overrides
from core.errors import InputError
from core.features import UNITS
from core.overrides import Override, Overrides

HEAD = "what,split,sample_id,from,to\n"


def parse(text: str | bytes) -> list[tuple[int, Override]]:
    data = text if isinstance(text, bytes) else text.encode()
    return parse_overrides(FileContent(Path("overrides.csv"), "csv", data, "digest"))


def test_each_kind_of_line_with_its_number() -> None:
    table = HEAD + (
        "brand,train,7,,Quillmoor & Co\n\npack_count,test,9,read as 1,12.0\nunit_size,test,9,,1.50 Fluid  Ounce\n"
        "total_count,train,7,,24\nvalue,train,7,,1e2\nmerge,,,quilmoor,quillmoor\nbrand,test,9,,\n"
    )
    assert parse(table) == [
        (2, Override("brand", "Quillmoor & Co", "train", "7")),
        (4, Override("pack_count", "12", "test", "9")),
        (5, Override("unit_size", "1.5 fluid ounce", "test", "9")),
        (6, Override("total_count", "24", "train", "7")),
        (7, Override("value", "100", "train", "7")),
        (8, Override("merge", "quillmoor", of="quilmoor")),
        (9, Override("brand", "", "test", "9")),
    ]


def test_columns_in_any_order_and_a_table_without_lines() -> None:
    assert parse("to,what,from,sample_id,split\n3,pack_count,,7,train\n") == [
        (2, Override("pack_count", "3", "train", "7"))
    ]
    assert parse(HEAD) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pack_count,train,7,,-2", "line 2: the pack count '-2' is no whole number"),
        ("pack_count,train,7,,2.5", "no whole number"),
        ("pack_count,train,7,,1_0", "no whole number"),
        ("pack_count,train,7,,nan", "no whole number"),
        ("unit_size,train,7,,12 stone", "line 2: the size '12 stone' has no unit that is known"),
        ("unit_size,train,7,,12", "has no unit"),
        ("unit_size,train,7,,0 ounce", "no number above 0"),
        ("value,train,7,,inf", "no number above 0"),
        ("value,train,7,,", "no number above 0"),
        ("brand,train,7,,!!!", "has no letter"),
        ("colour,train,7,,red", "line 2: 'colour' cannot be overridden"),
        ("brand,valid,7,,Quillmoor", "name no product"),
        ("brand,train,,,Quillmoor", "name no product"),
        ("merge,train,7,one,two", "names no product"),
        ("merge,,,One,two", "is no brand key"),
        ("merge,,,one,", "is no brand key"),
        ("merge,,,one,one", "into itself"),
        ("brand,train,7,,A,B", "6 columns where the header has 5"),
    ],
)
def test_a_line_that_cannot_hold_is_refused(line: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(HEAD + line + "\n")
    assert said in str(refused.value) and refused.value.remedy


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="line 1: the columns are"):
        parse("sample_id,price\n7,1\n")
    with pytest.raises(InputError, match="never closed"):
        parse(HEAD + 'brand,train,7,,"Quillmoor\n')


def test_two_lines_on_one_thing_are_refused() -> None:
    with pytest.raises(InputError, match="line 3: says again what line 2 says"):
        parse(HEAD + "value,train,7,,1\nvalue,train,7,,2\n")
    with pytest.raises(InputError, match="line 3: says again"):
        parse(HEAD + "merge,,,one,two\nmerge,,,one,three\n")


def test_merges_in_a_circle_are_refused_and_in_a_chain_are_not() -> None:
    chain = "merge,,,one,two\nmerge,,,two,three\n"
    with pytest.raises(InputError, match="line 4: merging 'three' into 'one' closes a circle"):
        parse(HEAD + chain + "merge,,,three,one\n")
    lines = tuple(line for _, line in parse(HEAD + chain))
    assert Overrides(lines, "key").merges() == {"one": "three", "two": "three"}


def test_the_units_are_those_that_texts_are_read_with() -> None:
    assert tuple(UNITS) == UNIT_NAMES


IDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=8)
NAMES = st.text(st.sampled_from("abcdé&' ,\"."), max_size=12).map(lambda text: f"Q{text}")
NUMBERS = st.floats(0.001, 1e6)
UNITS_DRAWN = st.sampled_from(UNIT_NAMES)
ROWS = st.one_of(
    st.builds(lambda to, split, one: Override("brand", to, split, one), NAMES, st.sampled_from(["train", "test"]), IDS),
    st.builds(lambda n, one: Override("pack_count", str(n), "train", one), st.integers(1, 1000), IDS),
    st.builds(lambda n, unit, one: Override("unit_size", f"{n} {unit}", "test", one), NUMBERS, UNITS_DRAWN, IDS),
)


@given(st.lists(ROWS, max_size=6, unique_by=lambda line: line.place))
def test_what_is_written_is_read_again(lines: list[Override]) -> None:
    wanted = [checked(line) for line in lines]
    assert [line for _, line in parse(write_overrides(wanted))] == wanted


@given(st.one_of(st.binary(max_size=200), st.text(max_size=120).map(lambda text: (HEAD + text).encode())))
def test_anything_is_read_or_refused_in_words(data: bytes) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    try:
        parse(text)
    except InputError as error:
        assert "overrides.csv" in str(error)
