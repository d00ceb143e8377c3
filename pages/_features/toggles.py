"""A line a block: its toggle, then what it costs, covers and gains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from core.types import BlockInfo
from pages import _shell as shell

WIDTHS: Final = (2.6, 1.5, 1.6, 1.1, 0.9, 1.0, 2.6)
HEADS: Final = ("in use", "taken away", "added alone", "cost", "a second", "train, test", "verdict")
VERDICTS: Final = {
    "gain": (":material/trending_up:", "green"),
    "no gain": (":material/trending_flat:", "gray"),
    "hurts": (":material/trending_down:", "red"),
}


def toggles(work: shell.Workspace, table: pd.DataFrame, default: Sequence[str], infos: Mapping[str, BlockInfo]) -> None:
    """A line a block: its toggle, then its numbers."""
    for column, head in zip(st.columns(WIDTHS), HEADS, strict=True):
        column.caption(head)
    for line in table.to_dict("records"):
        cells = st.columns(WIDTHS, vertical_alignment="center")
        with cells[0]:
            shell.block_toggle(
                line["block"],
                work.catalog.key,
                default,
                among=infos,
                key=f"features.use.{work.catalog.key}.{line['block']}",
            )
        cells[1].markdown(gain_text(line, "away"))
        cells[2].markdown(gain_text(line, "alone"))
        cells[3].markdown(cost_text(line))
        cells[4].markdown(shell.delta(line["gain_a_second"]))
        cells[5].markdown(f"{shell.percent(line['train_pct'], 0)}  \n{shell.percent(line['test_pct'], 0)}")
        with cells[6]:
            verdict(line)


def gain_text(line: Mapping[str, object], name: str) -> str:
    """``**+0.45**`` over ``0.20 to 0.70``."""
    middle, low, high = (float(str(line[f"{name}_{end}"])) for end in ("pct", "low_pct", "high_pct"))
    if middle != middle:
        return shell.delta(middle)
    return f"**{shell.delta(middle)}**  \n:small[{shell.delta(low)} to {shell.delta(high)}]"


def cost_text(line: Mapping[str, object]) -> str:
    """Seconds of making the block and, below, of fitting with it."""
    made, fitted = float(str(line["block_seconds"])), float(str(line["fit_seconds"]))
    if made != made:
        return shell.delta(made)
    return shell.seconds(made) if fitted != fitted else f"{shell.seconds(made)}  \n:small[fit +{shell.seconds(fitted)}]"


def verdict(line: Mapping[str, object]) -> None:
    """The badge with its reason on hover; for a block that is off by default also why."""
    said = str(line["verdict"])
    if said:
        icon, color = VERDICTS[said]
        st.badge(said, icon=icon, color=color, help=shell.escaped(str(line["reason"])))
    if said == "no gain":
        st.caption("needed with others" if line["suggested"] else "not needed")
    if line["why_off"]:
        st.caption(f"Off by default: {shell.escaped(str(line['why_off']))}")
