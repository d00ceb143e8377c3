"""What moved one prediction: a bar a block with its factor on the price, then the columns of one block."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.explain import OpenRun, RowReasons, photo_factor, value_text
from core.figures import explain as pictures
from core.metrics import to_price
from core.types import BlockInfo
from pages import _shell as shell

MOST_COLUMNS = 14
MOST_SAID = 3


def waterfalls(ready: OpenRun, reasons: RowReasons, infos: Mapping[str, BlockInfo]) -> None:
    """From the mean to the price block by block, then one block's columns."""

    def title(name: str) -> str:
        return infos[name].title if name in infos else name

    by_block = reasons.by_block()
    base, end = (shell.money(float(to_price(log))) for log in (reasons.base_log_price, reasons.log_price))
    st.markdown("**From the mean prediction to this price**")
    st.markdown(strongest(reasons, infos))
    labels = [title(str(block)) for block in by_block.index]
    start, said = reasons.base_log_price, f"mean {base}"
    figure = pictures.waterfall(labels, by_block.tolist(), start=start, start_label=said, end_label=f"predicted {end}")
    shell.chart(figure, key="train.waterfall", alt="waterfall by block")
    block = st.selectbox("Columns of", by_block.index.tolist(), format_func=title, key="train.waterfall_block")
    mine = reasons.of_block(str(block))
    top, rest = mine.head(MOST_COLUMNS), mine.iloc[MOST_COLUMNS:]
    names = [f"{column} = {said_value(ready, reasons, str(block), str(column))}" for column in top.index]
    shap = top.tolist()
    if len(rest):
        names.append(f"{len(rest)} more columns")
        shap.append(float(rest.sum()))
    figure = pictures.waterfall(names, shap, start=start, start_label=said, end_label="with this block alone")
    shell.chart(figure, key="train.waterfall_columns", alt=f"waterfall of {block}")
    st.caption(
        "Each bar multiplies the price by its factor (SHAP values, which add up in log price); blocks that say the"
        " same share the credit."
    )


def said_value(ready: OpenRun, reasons: RowReasons, block: str, column: str) -> str:
    """A column's value in words."""
    return value_text(float(reasons.values[column]), ready.reader.categories(block, column.removeprefix(f"{block}.")))


def strongest(reasons: RowReasons, infos: Mapping[str, BlockInfo]) -> str:
    """``× 1.34 for Brand price, × 0.81 for Size``: the blocks that move the price most, each as one factor."""
    factors = reasons.factors().head(MOST_SAID)
    titles = {name: infos[name].title if name in infos else name for name in factors.index}
    return ", ".join(f"**× {factor:.2f}** for {shell.escaped(titles[name])}" for name, factor in factors.items())


def photo_said(reasons: RowReasons) -> None:
    """Below the photo: what all that looks at it does to the price."""
    factor = photo_factor(reasons)
    if factor is not None:
        st.caption(f"× {factor:.2f} on the price for what the run sees of the photo, all its columns together.")
