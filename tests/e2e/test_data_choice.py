"""Files that the visitor names in the sidebar: a bad one is told in a line, a good one is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.catalog import CatalogSource
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser


def name_files(visit: Visit, train: Path, test: Path) -> None:
    """Type two paths into the sidebar and press the button."""
    on_this_machine = visit.sidebar.get_by_text("On this machine", exact=True)
    # While the sidebar is drawn anew the old form stands beside the new one for a moment.
    visit.at_rest()
    expect(on_this_machine).to_have_count(1)
    if not on_this_machine.is_visible():
        visit.sidebar.get_by_text("Choose data").click()
    on_this_machine.click()
    visit.sidebar.get_by_label("Train file", exact=True).fill(str(train))
    visit.sidebar.get_by_label("Test file", exact=True).fill(str(test))
    visit.sidebar.get_by_role("button", name="Use these files").click()


def test_a_bad_file_is_told_in_one_line_and_a_good_one_is_taken(
    look: Callable[..., Visit], demo: CatalogSource, tmp_path: Path
) -> None:
    rows = pd.read_csv(demo.train, dtype="str").head(300)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    rows.to_csv(good, index=False)
    rows.rename(columns={"price": "prise"}).to_csv(bad, index=False)
    visit = look()
    visit.open()

    name_files(visit, bad, Path(demo.test))
    said = visit.sidebar.get_by_test_id("stAlertContentError")
    expect(said).to_contain_text("bad.csv")
    expect(said).to_contain_text("prise")
    assert len(said.get_by_test_id("stMarkdownContainer").inner_text().splitlines()) == 1
    assert "Traceback" not in visit.page.content()

    name_files(visit, good, Path(demo.test))
    expect(visit.sidebar.get_by_text("300")).to_be_visible()
    visit.at_rest()
    visit.assert_sound()


def test_a_path_that_is_no_file_is_told_and_the_demo_stays(look: Callable[..., Visit], tmp_path: Path) -> None:
    visit = look()
    visit.open()
    name_files(visit, tmp_path / "none.csv", tmp_path / "none.csv")
    expect(visit.sidebar.get_by_test_id("stAlertContentError")).to_contain_text("there is no train file")
    visit.page.reload()
    visit.settled("")
    expect(visit.sidebar.get_by_text("Invented products")).to_be_visible()
    visit.assert_sound()
