from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.encode import nearby_rows, neighbour_table
from core.jobs import list_jobs
from core.store import ArtifactStore
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


def html_of(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_it_opens_with_coverage_and_the_first_product(open_page: Open, catalog: Catalog) -> None:
    app = open_page("features")
    said = texts(app)
    assert "What does the studio read in each product" in said
    assert "Brand: " in said and "of train rows" in said
    assert "train row 1000" in said
    assert '<mark title="pack"' in html_of(app)


def test_search_and_next(open_page: Open, catalog: Catalog) -> None:
    app = open_page("features")
    sound(app.button(key="features.next").click().run())
    assert "train row 1001" in texts(app)
    sound(app.text_input(key="features.words").set_value("5003").run())
    assert "test row 5003" in texts(app) and "1 product found" in texts(app)
    sound(app.text_input(key="features.words").set_value("nowhere at all").run())
    assert "No product fits" in texts(app)


def test_filters_and_an_unfit_search(open_page: Open, catalog: Catalog) -> None:
    app = open_page("features")
    sound(app.button_group(key="features.filters").set_value(["contradiction"]).run())
    assert "No product fits" in texts(app)
    app.text_input(key="features.words").set_value("a b c d e f g h i").run()
    assert "more than 8 words" in "".join(error.value for error in app.error)


def test_text_from_a_file_is_shown_as_text(open_page: Open, data: Path) -> None:
    train = data / "train.csv"
    lines = train.read_text(encoding="utf-8")
    train.write_text(lines.replace("lot 1000", "<img src=x onerror=alert(1)>"), encoding="utf-8")
    shown = html_of(open_page("features"))
    assert "<img" not in shown and "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_blocks_and_download(open_page: Open, catalog: Catalog) -> None:
    app = open_page("features")
    for tab, said in (("Blocks", "Size and pack"), ("Download", "named `block.column`")):
        app.session_state["features.tabs"] = tab
        sound(app.run())
        assert said in texts(app)


def test_another_feature_is_drawn(open_page: Open, catalog: Catalog) -> None:
    app = open_page("features")
    sound(app.selectbox(key="features.column").set_value(("category", "category_top")).run())
    assert app.session_state["features.column"] == ("category", "category_top")


def test_the_row_browser_shows_neighbours_once_they_are_found(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    app = open_page("features")
    assert "was not looked up yet" in texts(app)
    sound(app.button(key="near.find").click().run())
    assert [job.kind for job in list_jobs()] == ["nearest"]
    nearby = nearby_rows(catalog, store=store)
    expected = neighbour_table(catalog, "train", "1000", nearby=nearby)
    sound(app.run())
    shown = next(frame.value for frame in app.dataframe if "similarity" in frame.value)
    assert shown["sample_id"].tolist() == expected["sample_id"].tolist()
    assert shown["price"].tolist() == expected["price"].tolist()
    assert "was not looked up yet" not in texts(app)
