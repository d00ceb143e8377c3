"""What each member is worth: alone, when it is left out, and by how differently it errs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.blend import Assessment, MethodScore, diversity, leaving_out_costs
from core.figures import blend as pictures
from core.figures import ensemble as figures
from core.types import FloatArray
from pages import _shell as shell
from pages._ensemble.roster import Roster
from pages._ensemble.ways import Chosen, said_of, way_of


def members_worth(work: shell.Workspace, roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """A table, the costs of leaving out, and the correlation of errors."""
    names = [roster.titles[name] for name in roster.panel.names]
    score = chosen.score or found.best
    cost = costs(work, roster, score)
    lines = [
        {
            "member": name,
            "alone": float(alone),
            "leaving it out costs": None if np.isnan(lost) else float(lost),
            "from": "outside" if key in roster.brought else "this studio",
            "test predictions": "yes" if member.has_test else "none: cannot be exported",
        }
        for name, key, alone, lost, member in zip(
            names, roster.panel.names, found.member_smape_pct, cost, roster.members, strict=True
        )
    ]
    st.dataframe(
        lines,
        key="ensemble.worth",
        hide_index=True,
        column_config={
            "alone": st.column_config.NumberColumn(format="%.2f %%"),
            "leaving it out costs": st.column_config.NumberColumn(format="%+.3f"),
        },
    )
    if len(names) == 1:
        return
    left, right = st.columns(2)
    with left:
        shell.chart(
            pictures.leaving_out(names, cost),
            key="ensemble.leaving_out",
            alt="points of nested SMAPE that the blend loses without each member",
        )
        st.caption(
            f"Points of nested SMAPE that {said_of(score)} loses without the member, its weights chosen again; below 0"
            " it does better without."
        )
    with right:
        alike(roster, found, chosen)


def alike(roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """How alike the members err, and what the blend gains by that."""
    names = [roster.titles[name] for name in roster.panel.names]
    weights = {name: float(x) for name, x in zip(roster.panel.names, found.best.mix.weights, strict=True)}
    nested = found.best.nested_smape_pct
    if chosen.blend is not None:
        weights, nested = dict(chosen.blend.weights), chosen.blend.nested_smape_pct
    spread = diversity(roster.panel, weights, nested)
    shell.chart(
        figures.error_correlation(names, spread.correlation, spread.apart),
        key="ensemble.correlation",
        alt="correlation of the members' errors",
    )
    st.caption(
        "Correlation of log errors: the less alike two members err, the more their mix gains. Weighed as in the blend"
        f" the members alone read {shell.smape(spread.members_smape_pct)}, the blend"
        f" {shell.smape(spread.blend_smape_pct)}: {shell.delta(-spread.gain_pct)} by their differing."
    )


def costs(work: shell.Workspace, roster: Roster, score: MethodScore) -> FloatArray:
    """What leaving each member out costs a method, measured when it is first looked at."""
    key = ("ensemble.costs", roster.plan.key, way_of(score), *roster.panel.names)
    with st.spinner("The blend without each member …", show_time=True):
        return shell.kept(
            key,
            lambda: leaving_out_costs(
                roster.members, work.catalog.price, roster.plan, method=score.method.name, space=score.space
            ),
        )
