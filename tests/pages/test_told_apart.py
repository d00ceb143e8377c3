from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.folds import random_plan
from core.shift import ToldApart, catalog_told
from core.store import ArtifactStore
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


@pytest.fixture
def told(catalog: Catalog, store: ArtifactStore) -> ToldApart:
    """Measured, as the diagnosis does."""
    return catalog_told(catalog, random_plan(catalog, seed=0), store=store)


def opened(open_page: Open, part: str | None = None) -> AppTest:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Train against test"
    if part is not None:
        app.session_state["told.part"] = part
    return sound(app.run())


def test_nothing_measured_offers_to_measure(open_page: Open, catalog: Catalog) -> None:
    app = opened(open_page)
    assert app.button(key="brand.measure_shift").label == "Measure"


def test_the_verdict_stands_on_top_with_its_numbers(open_page: Open, told: ToldApart) -> None:
    app = opened(open_page)
    said = texts(app)
    assert told.verdict.split(":")[0] in said
    assert f"Columns that alarm: {len(told.drift.alarms)} of {told.drift.n_columns}" in said
    assert "Test beyond train" in said
    assert f"{told.drift.n_columns} columns, {told.drift.n_tested} different comparisons" in said


def test_words_leave_brand_names_out_on_demand(open_page: Open, told: ToldApart) -> None:
    app = opened(open_page, "Words")
    shown = len(app.dataframe[-1].value)
    sound(app.toggle(key="told.no_brands").set_value(True).run())
    after = len(app.dataframe[-1].value)
    assert shown == len(told.words.table)
    assert after == int((~told.words.table["is_brand"]).sum()) < shown


@pytest.mark.parametrize(
    ("part", "said"), [("Rows", "Test rows least like train"), ("Classifier", "The columns that tell most")]
)
def test_every_part_opens(open_page: Open, told: ToldApart, part: str, said: str) -> None:
    assert said in texts(opened(open_page, part))


def test_text_directions_are_named_by_their_words(open_page: Open, told: ToldApart) -> None:
    app = opened(open_page, "Classifier")
    names = [str(name) for name in app.dataframe[-1].value["column"] if str(name).startswith("text.")]
    assert names
    assert all(": " in name for name in names)
