"""What became of each photo or text, and those that failed."""

from __future__ import annotations

import streamlit as st

from core.embed import count_statuses, failed_rows
from core.figures import embeddings as figures
from core.types import SplitFrame
from pages import _shell as shell

FAILURES_SHOWN = 2_000


def draw(table: SplitFrame | None) -> None:
    """How many products have which status, and those that failed."""
    if table is None:
        shell.empty_state("No photo folder is chosen.")
        return
    counts = count_statuses(table)
    shell.chart(figures.coverage_bars(counts), key="embed.coverage", alt="Statuses by split")
    shell.table(counts.reset_index(), key="embed.counts")
    shown, failed = failed_rows(table, FAILURES_SHOWN)
    if not failed:
        st.caption("Nothing failed.")
        return
    st.markdown(f"**Failed** ({len(shown):,} of {failed:,} shown)")
    shell.table(shown, key="embed.failures")
    st.caption("Replace a file by a sound one and encode again: only what changed is read.")
