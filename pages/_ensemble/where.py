"""Where the blend beats its best member: by price and by whether the brand was seen, paired by rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.blend import Blend, Member, wins
from core.explain import SLICES, row_slices
from core.figures import blend as pictures
from core.gains import brand_clusters
from core.types import IntArray
from pages import _shell as shell
from pages._ensemble.roster import Roster


def where_it_wins(work: shell.Workspace, roster: Roster, mixed: Blend, alone: Sequence[float]) -> None:
    """The gain over the best member, over all rows and in each slice."""
    best = roster.members[min(range(len(alone)), key=lambda place: alone[place])]
    table = measured(work, roster, mixed, best)
    whole = table.iloc[0]
    real = "beyond noise" if whole["low_pct"] > 0 or whole["high_pct"] < 0 else "within noise"
    st.markdown(
        shell.escaped(
            f"Over all rows the blend gains {shell.delta(whole['gain_pct'])} points over {roster.titles[best.name]}"
            f" ({shell.delta(whole['low_pct'])} to {shell.delta(whole['high_pct'])}): {real}."
        )
    )
    for place, name in enumerate(dict.fromkeys(table["slice"].iloc[1:])):
        st.markdown(f"**{SLICES[name]}**")
        part = pd.concat([table.iloc[:1], table[table["slice"] == name]])
        shell.chart(pictures.gains(part), key=f"ensemble.wins.{place}", alt=f"gain of the blend by {SLICES[name]}")
    st.caption(
        "Each row's SMAPE by the best member less that by the blend, weights nested; 95 % intervals over brands, of"
        " which rows err alike. Green: better beyond noise, red: worse. The best member was picked on these rows, so"
        " that the blend's gain is rather too small than too large."
    )


def measured(work: shell.Workspace, roster: Roster, mixed: Blend, best: Member) -> pd.DataFrame:
    """Measured once for these members and weights."""
    marks = [f"{name}={weight:.4f}" for name, weight in mixed.weights.items()]
    slices, clusters = sliced(work, roster)
    return shell.kept(
        ("ensemble.wins", work.catalog.key, roster.plan.key, mixed.method, mixed.space, best.name, *marks),
        lambda: wins(mixed, best, work.catalog.price, slices, clusters),
    )


def sliced(work: shell.Workspace, roster: Roster) -> tuple[pd.DataFrame, IntArray]:
    """Slices and brands of the train rows."""
    return shell.kept(
        ("ensemble.slices", work.catalog.read_key, roster.plan.key),
        lambda: (
            row_slices(work.catalog, roster.plan, store=work.store),
            brand_clusters(work.catalog, store=work.store),
        ),
    )
