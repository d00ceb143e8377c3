"""Category, unit and pack, seen as the brands are."""

from __future__ import annotations

import streamlit as st

from core.shift import COMPARED
from pages import _shell as shell
from pages._brand_shift.browser import browser
from pages._brand_shift.compared import BRAND, chips, choices, overlap_at
from pages._brand_shift.picture import picture


@shell.fragment()
def other_columns(rare_below: int) -> None:
    """The same charts and tables for another column."""
    work = shell.workspace()
    column = str(
        st.segmented_control(
            "Compare", COMPARED[1:], default=COMPARED[1], required=True, key="brand.other", persist_state="session"
        )
    )
    scope = f"{BRAND}.other.{column}"
    overlap = overlap_at(work, column, rare_below)
    picture(overlap, scope)
    found = choices(work, overlap, scope)
    chips(found)
    browser(column, scope, rare_below, found)
