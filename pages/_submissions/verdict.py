"""Whether the next file is worth one of the submissions left: one sentence, on two pages."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.export import Candidate, worth
from pages import _shell as shell
from pages._submissions.reading import Reading

ICONS: Mapping[str, str] = {
    "send": ":material/send:",
    "learn": ":material/school:",
    "keep": ":material/pause_circle:",
}
HOW = (
    "From the forecast, corrected by what the scored files say of its error as far as they are alike; the two scores"
    " can differ by no more than the files themselves do. Better with: the probability of a lower score. Expected"
    " improvement: by how much the best score falls on average, where a worse one counts as none."
)


def show_verdict(candidate: Candidate, reading: Reading) -> None:
    """Send, send to learn, or keep, with the numbers."""
    found = worth(candidate, reading.earlier, reading.track, reading.budget, n_scored=len(reading.scored))
    said = shell.escaped(found.sentence)
    box = st.success if found.answer == "send" else st.info
    box(f"**{said}**", icon=ICONS[found.answer])
    if found.outlook is not None:
        st.caption(HOW)
