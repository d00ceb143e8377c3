"""Near spellings on the Brand shift page: merged, seen in the numbers, and parted again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.catalog import OVERRIDES_FILE
from tests.pages.conftest import Open, sound, texts

HEAD = "what,split,sample_id,from,to\n"


@pytest.fixture
def misspelt(data: Path) -> Path:
    """Test writes one of the brands with a letter left out."""
    path = data / "test.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Quillmoor", "Quilmoor"), encoding="utf-8")
    return data


def unseen(app: AppTest) -> float:
    return float(next(item.value for item in app.metric if item.label == "Unseen").split()[0])


def test_a_merge_moves_the_overlap_and_its_undoing_moves_it_back(open_page: Open, misspelt: Path) -> None:
    app = open_page("brand_shift")
    sound(app.text_input(key="brand.search").set_value("quillmoor").run())
    before = unseen(app)
    assert before > 0
    button = app.button(key="spellings.merge")
    assert button.label == "Merge “Quilmoor” into this brand"
    sound(button.click().run())
    assert (misspelt / OVERRIDES_FILE).read_text() == HEAD + "merge,,,quilmoor,quillmoor\n"
    assert unseen(app) == 0.0
    undo = app.button(key="spellings.undo.quilmoor")
    assert undo.label == "Undo merge of Quilmoor"
    sound(undo.click().run())
    assert not (misspelt / OVERRIDES_FILE).exists() and unseen(app) == before


def test_a_brand_without_near_spellings(open_page: Open, data: Path) -> None:
    app = open_page("brand_shift")
    sound(app.text_input(key="brand.search").set_value("tessarine").run())
    assert "No other brand is spelled like it" in texts(app)


def test_suggestions_of_the_whole_catalogue(open_page: Open, misspelt: Path) -> None:
    app = open_page("brand_shift")
    app.session_state["spellings.suggested"] = True
    said = texts(sound(app.run()))
    before = int(re.findall(r"(\d+) pairs spelled much alike", said)[0])
    button = app.button(key="spellings.merge_pair")
    assert re.fullmatch("Merge “.+” into “.+”", button.label)
    sound(button.click().run())
    assert (misspelt / OVERRIDES_FILE).read_text().startswith(HEAD + "merge,,,")
    app.session_state["spellings.suggested"] = True
    assert f"{before - 1} pairs spelled much alike" in texts(sound(app.run()))
