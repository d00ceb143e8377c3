"""The data dictionary beside the feature table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.features import dictionary_csv, feature_dictionary
from pages import _shell as shell


def download(work: shell.Workspace, names: Sequence[str]) -> None:
    """A button for what each column of the named blocks' table means; written when it is asked for."""
    st.download_button(
        "Download the data dictionary",
        lambda: dictionary_csv(feature_dictionary(work.catalog, names, store=work.store)),
        file_name="features_dictionary.csv",
        mime="text/csv",
        key="features.dictionary",
        icon=":material/menu_book:",
        on_click="ignore",
    )
    st.caption(
        "A line a column: block, meaning, unit, type, share of rows that have it, least, middle and largest value, and"
        " whether a price was seen. The Parquet file's columns carry meaning and unit too."
    )
