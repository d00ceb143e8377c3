"""Correcting a product in the row browser, trying a text, and taking corrections back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core.catalog import OVERRIDES_FILE, keep_overrides
from core.overrides import Override
from core.pipeline import keep_report
from core.store import ArtifactStore
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts
from tests.pages.test_features import html_of

HEAD = "what,split,sample_id,from,to\n"


def labelled(widgets: Any, label: str) -> Any:
    return next(widget for widget in widgets if widget.label == label)


def in_mode(app: AppTest, mode: str) -> AppTest:
    return sound(app.button_group(key="features.mode").set_value(mode).run())


def save(app: AppTest) -> AppTest:
    return labelled(app.button, "Save").click().run()


def test_a_correction_is_saved_shown_and_undone(open_page: Open, data: Path) -> None:
    app = in_mode(open_page("features"), "Wrong? Correct it")
    labelled(app.text_input, "Brand").set_value("Newmoor")
    labelled(app.number_input, "Packages").set_value(7.0)
    sound(save(app))
    assert (data / OVERRIDES_FILE).read_text() == HEAD + "brand,train,1000,,Newmoor\npack_count,train,1000,,7\n"
    assert html_of(app).count("corrected by you") == 2 and "Newmoor" in html_of(app)
    assert labelled(app.number_input, "Packages").value == 7.0
    sound(app.button(key="features.undo.brand").click().run())
    assert (data / OVERRIDES_FILE).read_text() == HEAD + "pack_count,train,1000,,7\n"
    sound(app.button(key="features.undo.pack_count").click().run())
    assert not (data / OVERRIDES_FILE).exists()
    assert "corrected by you" not in html_of(app)


def test_a_size_is_saved_with_its_unit(open_page: Open, data: Path) -> None:
    app = in_mode(open_page("features"), "Wrong? Correct it")
    labelled(app.number_input, "One package").set_value(2.5)
    labelled(app.selectbox, "Unit").set_value("pound")
    sound(save(app))
    assert (data / OVERRIDES_FILE).read_text() == HEAD + "unit_size,train,1000,,2.5 pound\n"
    assert labelled(app.selectbox, "Unit").value == "pound"
    assert labelled(app.number_input, "One package").value == 2.5


def test_saving_nothing_writes_nothing_and_nonsense_is_refused(open_page: Open, data: Path) -> None:
    app = in_mode(open_page("features"), "Wrong? Correct it")
    assert "Nothing differs" in texts(sound(save(app)))
    labelled(app.number_input, "Packages").set_value(2.5)
    assert "no whole number" in "".join(error.value for error in save(app).error)
    assert not (data / OVERRIDES_FILE).exists()


def test_only_the_corrected_products(open_page: Open, catalog: Catalog, data: Path) -> None:
    keep_overrides(data / OVERRIDES_FILE, [Override("value", "9", "test", "5003")])
    app = open_page("features")
    sound(app.button_group(key="features.filters").set_value(["corrected"]).run())
    assert "test row 5003" in texts(app) and "1 product found" in texts(app)
    assert any("1 correction of 1 row" in item.value for item in app.caption)


def test_the_list_of_corrections_and_the_way_back(open_page: Open, catalog: Catalog, data: Path) -> None:
    app = open_page("features")
    app.session_state["features.tabs"] = "Corrections"
    assert "Nothing is corrected" in texts(sound(app.run()))
    lines = [Override("brand", "", "test", "5003"), Override("merge", "quillmoor", of="tessarine")]
    keep_overrides(data / OVERRIDES_FILE, lines)
    sound(app.run())
    assert "2 lines of overrides.csv" in texts(app)
    assert app.button(key="features.undo_picked").label.replace("\\", "") == "Undo Brand 5003: no brand"
    sound(app.button(key="features.undo_picked").click().run())
    assert (data / OVERRIDES_FILE).read_text() == HEAD + "merge,,,tessarine,quillmoor\n"
    keep_overrides(data / OVERRIDES_FILE, lines)
    sound(app.run())
    sound(app.button(key="features.undo_all").click().run())
    assert not (data / OVERRIDES_FILE).exists()


def test_a_faulty_table_is_told_on_the_page(open_page: Open, data: Path) -> None:
    app = open_page("features")
    (data / OVERRIDES_FILE).write_text(HEAD + "brand,train,none such,,Newmoor\n")
    said = "".join(error.value for error in app.run().error).replace("\\", "")
    assert "overrides.csv, line 2: no train row has the sample_id 'none such'" in said
    assert not app.exception


def test_an_edited_text_is_read_at_once(open_page: Open, catalog: Catalog) -> None:
    app = in_mode(open_page("features"), "Edit and see")
    area = labelled(app.text_area, "Catalogue text")
    assert area.value == catalog.items.train["catalog_content"].iloc[0]
    sound(area.set_value("Item Name: Amberfold Green Tea, 3 Pound (Pack of 5)\nBullet Point: kosher").run())
    shown = html_of(app)
    assert "Amberfold" in shown and ">kosher<" in shown and "1,360.78 g" in shown and "beverages › tea" in shown
    sound(app.button_group(key="features.start").set_value("an empty text").run())
    assert labelled(app.text_area, "Catalogue text").value == ""
    assert "one product more" in texts(app)


def test_a_report_from_before_the_corrections_says_so(
    open_page: Open, catalog: Catalog, data: Path, store: ArtifactStore
) -> None:
    keep_report({"command": "run", "data": {}}, catalog.key, store=store)
    assert "before your corrections changed" not in texts(open_page())
    keep_overrides(data / OVERRIDES_FILE, [Override("value", "9", "test", "5003")])
    assert "before your corrections changed" in texts(open_page())
