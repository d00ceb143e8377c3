"""What train shows of test's values in three charts; picking in them filters the tables."""

from __future__ import annotations

import streamlit as st

from core.figures import brand_shift as figures
from core.figures import frequency
from core.shift import Overlap, most_surprising, plural
from pages import _shell as shell


def picture(overlap: Overlap, scope: str) -> None:
    """Levels, the coverage curve, and each value's frequency on both sides."""
    noun = overlap.column
    many = plural(noun)
    shares = {"test rows": overlap.rows_pct, f"test {many}": overlap.values_pct}
    left, right = st.columns([2, 3])
    with left:
        st.markdown(f"**What train shows of test's {many}**")
        bars = figures.level_bars(shares, overlap.rare_below, noun=noun)
        shell.choose(bars, key=f"{scope}.levels", identity=1, alt="test rows by level")
        st.markdown(f"**Test rows whose {noun} has at least so many train rows**")
        curve = figures.coverage_curve(overlap.coverage(), overlap.rare_below, noun=noun)
        shell.choose(curve, key=f"{scope}.curve", identity=1, modes=("points", "box"))
    with right:
        st.markdown(f"**Each {noun}'s rows in both files**")
        scatter = frequency.frequency_scatter(
            overlap.table,
            n_train=overlap.n_train,
            n_test=overlap.n_test,
            named=most_surprising(overlap),
            noun=many,
        )
        modes = ("points", "box", "lasso")
        alt = f"rows of each {noun} in train and in test"
        shell.choose(scatter, key=f"{scope}.scatter", identity=2, modes=modes, alt=alt)
        st.caption(
            f"{_surprise(overlap)} {many.capitalize()} with the same two counts share a point, larger the more there"
            " are."
        )
    st.caption("Pick in a chart to filter the tables: a bar, a point, a box drawn with the mouse, or a lasso.")


def _surprise(overlap: Overlap) -> str:
    count, noun = int(overlap.table["surprising"].sum()), overlap.column
    if not count:
        return f"No {noun} is more or less frequent in test than chance allows (5 % false discovery)."
    return (
        f"{count:,} {noun if count == 1 else plural(noun)} more or less frequent in test than chance allows (5 % false"
        " discovery); the surest are named, with the cautious end of the 90 % interval of test share over train share."
    )
