from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.text import clean_text, fold, has_markup


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Caf\u00c3\u00a9 Zebulon", "Café Zebulon"),
        ("Quill\u200b\u200dmoor\ufeff Tea", "Quillmoor Tea"),
        ("Oats &amp; Honey &#38; Salt", "Oats & Honey & Salt"),
        ("<b>Bold</b><br/>next <p class='x'>para", "Bold next para"),
        ("5 < 7 and 9 > 8", "5 < 7 and 9 > 8"),
        ("  a\u00a0b\t\nc  ", "a b c"),
        ("bell\x07 lone\ud800", "bell lone"),
        ("日本 茶", "日本 茶"),
    ],
)
def test_clean_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(alphabet=st.characters(), max_size=300))
def test_cleaned_text_is_one_line_and_writable(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert cleaned == " ".join(cleaned.split())
    assert not set(cleaned) & set("\u200b\u200d\ufeff\n\r\x00")


@pytest.mark.parametrize(
    ("one", "other"),
    [("V.elmont's", "Velmont"), ("VELMONT’S", "velmont"), ("Crème Olin", "creme olin"), ("Vеlmоnt", "Velmont")],
)
def test_fold_joins_spellings(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_words_apart_that_differ() -> None:
    assert fold("A & B") == "aandb"
    assert fold("--") == ""


def test_has_markup() -> None:
    assert has_markup("a<br>b") and has_markup("a &nbsp; b")
    assert not has_markup("a < b & c;")
