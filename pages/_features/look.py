"""One block from near: its columns, and how train and test spread over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from core.encode import encode_block, is_encoded
from core.features import column_table, distribution_table
from core.figures import features as figures
from core.folds import FoldPlan
from core.types import BlockInfo, FeatureBlock
from pages import _shell as shell

LOG_OF: Final = "natural log of "


def look_into(
    work: shell.Workspace,
    plan: FoldPlan,
    blocks: Mapping[str, FeatureBlock],
    infos: Mapping[str, BlockInfo],
    keys: Mapping[str, str],
) -> None:
    """Columns of one block, and how train and test spread over one of them."""
    supervised = [name for name, info in infos.items() if info.uses_target]
    aware = [name for name in supervised if is_encoded(work.catalog, plan, name, store=work.store)]
    name = st.selectbox(
        "Look into a block",
        [*blocks, *aware],
        format_func=lambda name: infos[name].title if name in infos else name,
        key="features.block",
        width=420,
    )
    block = blocks[name] if name in blocks else as_first_fold_sees(work, plan, name, keys[name])
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{shell.escaped(block.info.title)}**: {shell.escaped(block.info.meaning)}")
        shell.badge(block, what=block.info.title)
        columns = column_table(block)
        picked = shell.pick_row(
            columns.to_dict("records"),
            key=f"features.columns.{name}",
            columns={
                "train_pct": st.column_config.NumberColumn("in train", format="%.1f %%"),
                "test_pct": st.column_config.NumberColumn("in test", format="%.1f %%"),
            },
        )
    with right:
        spread_of(block, str(columns["column"].iloc[picked]))
        if name in aware:
            st.caption("This block sees prices and is made for each fold anew; shown as the first fold sees it.")


def as_first_fold_sees(work: shell.Workspace, plan: FoldPlan, name: str, key: str) -> FeatureBlock:
    """A fold-aware block's columns for the first fold."""

    def read() -> FeatureBlock:
        made = encode_block(work.catalog, plan, name, store=work.store)
        return FeatureBlock(made.info, made.folds[0], made.key, made.seconds, made.cached)

    return shell.kept(("features.first_fold", key, str(work.store.root)), read)


def spread_of(block: FeatureBlock, column: str) -> None:
    """Train beside test over one column of a block."""
    meaning = block.info.columns.get(column, column)
    is_log = meaning.startswith(LOG_OF)
    spread = shell.kept(
        ("features.spread", block.key, column), lambda: distribution_table(block.frame, column, is_log=is_log)
    )
    st.markdown(f"**How train and test spread over {shell.escaped(column)}**")
    title = f"{meaning.removeprefix(LOG_OF)}, logarithmic axis" if is_log else meaning
    shell.chart(figures.distribution_bars(spread, title), key="features.spread_of", alt=f"spread of {column}")
