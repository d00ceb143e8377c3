"""What moves the blend's price: SHAP values of its members, folded into one by block."""

from __future__ import annotations

import streamlit as st

from core.blend import Blend, BlendReasons, blend_reasons
from core.errors import InputError
from core.explain import Explanation, explain_run
from core.figures import blend as pictures
from core.train import known_blocks
from pages import _shell as shell
from pages._ensemble.roster import Roster

EXPLAINED_ROWS = 500
"""As Train shows them without being asked: what is explained there is read here."""


def what_moves_it(work: shell.Workspace, roster: Roster, mixed: Blend) -> None:
    """Bars a block, and one for each member whose model is not here."""
    explained = explanations(work, roster, mixed)
    reasons = blend_reasons(mixed, roster.members, explained)
    titles = {name: info.title for name, info in known_blocks(work.catalog).items()} | roster.titles
    shell.chart(
        pictures.reasons(reasons.importance(), titles),
        key="ensemble.reasons",
        alt="how far each block moves the blend's price on average",
    )
    st.caption(said_of(reasons, mixed))


def said_of(reasons: BlendReasons, mixed: Blend) -> str:
    """What the bars are and that they add up."""
    rows = shell.rows(len(reasons.log_price), "train row")
    text = (
        f"Mean size over {rows}, each explained by the fold models that did not see it. A row's base value and bars add"
        f" up to the blend's log price within {max(reasons.gap, 1e-9):.0e}"
    )
    how = (
        ": they are its members' SHAP values times their weights."
        if mixed.space == "log"
        else ". Mixed in price, a member counts for as much as it makes of the price: its SHAP values are weighed by"
        " that, on average over the way from the base values to the predictions, which adds up as exactly."
    )
    whole = " A member from outside is one bar: its model is not here." if reasons.whole.shape[1] else ""
    return f"{text}{how}{whole} Before the decision."


def explanations(work: shell.Workspace, roster: Roster, mixed: Blend) -> dict[str, Explanation]:
    """Of the weighed runs whose models are there; the others are told and stay whole."""
    found: dict[str, Explanation] = {}
    for name, run in roster.runs.items():
        if mixed.weights[name] == 0:
            continue
        try:
            with st.spinner(f"SHAP values of {roster.titles[name]} …", show_time=True):
                found[name] = explain_run(run, work.catalog, roster.plan, store=work.store, max_rows=EXPLAINED_ROWS)
        except InputError as error:
            st.warning(shell.escaped(f"{roster.titles[name]} stays one bar: {error}"))
    return found
