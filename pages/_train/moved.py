"""What moved the price over many rows: bars, swarm, one column's dependence."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.explain import (
    TREE_FAMILIES,
    Explanation,
    OpenRun,
    block_importance,
    column_importance,
    dependence_table,
    explain_run,
    interactions,
    strongest_partner,
    swarm_table,
    value_text,
)
from core.figures import explain as pictures
from core.figures import train as figures
from core.train import RowReader, Run
from core.types import BlockInfo
from pages import _shell as shell
from pages._train.opened import look_at, opened, plan_for

# The page shows the small sample without being asked; blocks keep their order in it.
EXPLAINED_ROWS = [500, 2000]


@shell.fragment()
def draw(work: shell.Workspace, run: Run, infos: Mapping[str, BlockInfo]) -> None:
    """SHAP values of a run, folded by block and by column, and row by row."""
    count = st.segmented_control(
        "Rows to explain", EXPLAINED_ROWS, default=EXPLAINED_ROWS[0], required=True, key="train.explained"
    )
    with st.spinner("SHAP values …", show_time=True):
        explanation = explain_run(run, work.catalog, plan_for(work, run), store=work.store, max_rows=int(count))
    shell.badge(explanation, what="SHAP values")
    bars(explanation, infos)
    ready = opened(work, run)
    swarm(explanation, ready.reader)
    dependence(work, explanation, ready, infos)


def bars(explanation: Explanation, infos: Mapping[str, BlockInfo]) -> None:
    """How far each block and each column moves the price on average."""
    titles = {name: info.title for name, info in infos.items()}
    left, right = st.columns(2)
    with left:
        st.markdown("**By block**")
        shell.chart(figures.block_bars(block_importance(explanation), titles), key="train.shap_blocks")
    with right:
        st.markdown("**By column**")
        meanings = {column: said for info in infos.values() for column, said in info.columns.items()}
        shell.chart(figures.column_bars(column_importance(explanation), meanings), key="train.shap_columns")
    st.caption(
        f"Mean size over {shell.rows(len(explanation.sample_ids), 'train row')}, each explained by the fold model that"
        " did not see it; 0.1 moves the price by some 10 %. Hover a column for its meaning; colours are the blocks."
    )


def names_of(explanation: Explanation, reader: RowReader, column: str) -> dict[float, str]:
    """What a categorical column's codes stand for; empty for numbers."""
    place = list(explanation.shap.columns).index(column)
    block = explanation.column_blocks[place]
    return reader.categories(block, column.removeprefix(f"{block}."))


def swarm(explanation: Explanation, reader: RowReader) -> None:
    """Every row's SHAP values of the strongest columns."""
    st.markdown("**Row by row**")
    table = swarm_table(explanation)
    names = {column: names_of(explanation, reader, column) for column in table["column"].unique()}
    pairs = zip(table["column"], table["value"], strict=True)
    shell.chart(pictures.swarm(table, [value_text(value, names[column]) for column, value in pairs]), key="train.swarm")
    st.caption(
        f"A point a row, {shell.rows(table['sample_id'].nunique())} of those explained, drawn at random; red where the"
        " row's value of the column is high, grey where it is missing."
    )


def dependence(work: shell.Workspace, explanation: Explanation, ready: OpenRun, infos: Mapping[str, BlockInfo]) -> None:
    """One column's values against what they do to the price, coloured by another; a click opens the product."""
    st.markdown("**One column**")
    columns = column_importance(explanation)["column"].tolist()
    left, right = st.columns(2)
    column = left.selectbox("Column", columns, key="train.dependence", persist_state="session")
    key = ("train.partner", explanation.key, str(column))
    partner = shell.kept(key, lambda: strongest_partner(explanation, str(column)))
    others = [partner, *(name for name in columns if name not in (partner, column))]
    by = right.selectbox(
        "Coloured by", others, key=f"train.dependence_by.{column}", help="First the one that parts the rows most."
    )
    both = ready.run.spec.family in TREE_FAMILIES and st.toggle(
        "Only what the two do together",
        key="train.pair",
        help="The interaction of the two columns: the part of the prediction that neither has alone. It is exact for"
        " the trees, in which the plain SHAP value of either column holds a half of it.",
    )
    names, by_names = (names_of(explanation, ready.reader, str(name)) for name in (column, by))
    table = dependence_table(explanation, str(column), str(by))
    effect = "SHAP value in log price"
    if both:
        with st.spinner("Interaction of the pair …", show_time=True):
            found = interactions(explanation, ready, str(column), str(by), store=work.store)
        shell.badge(found, what="Interaction")
        table["shap"], effect = found.value["interaction"].to_numpy(), "interaction in log price"
    figure = pictures.dependence(table, str(column), str(by), names=names, by_names=by_names, effect=effect)
    picked = shell.choose(figure, key="train.dependence_rows", identity=1)
    meanings = {name: said for info in infos.values() for name, said in info.columns.items()}
    st.caption(
        f"{shell.escaped(str(column))}: {shell.escaped(meanings.get(str(column), 'no unit'))}."
        f" All {shell.rows(len(table), 'explained row')}; click a point to look at its product."
    )
    if picked:
        sample_id = str(picked.points[0][0])
        st.button(
            f"Look at product {sample_id}",
            key="train.look",
            icon=":material/search:",
            on_click=_look,
            args=(sample_id,),
        )


def _look(sample_id: str) -> None:
    look_at("train", sample_id)
