"""Every way to blend beside each other: what each really scores, its weights with intervals, what members are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from core.blend import Assessment, Member, MethodScore, assess
from core.figures import ensemble as figures
from core.folds import FoldPlan
from pages import _shell as shell


def ways_to_blend(work: shell.Workspace, members: Sequence[Member], plan: FoldPlan, titles: Mapping[str, str]) -> None:
    """Two folds of the page that measure when they are opened."""
    methods = st.expander("Every way to blend", key="ensemble.methods_open", on_change="rerun")
    if methods.open:
        with methods, shell.guard():
            compared(tried(work, members, plan), titles)
    worth = st.expander("What each member is worth", key="ensemble.worth_open", on_change="rerun")
    if worth.open:
        with worth, shell.guard():
            members_worth(tried(work, members, plan), titles)


def tried(work: shell.Workspace, members: Sequence[Member], plan: FoldPlan) -> Assessment:
    """All methods on these members, measured once a session."""
    key = ("ensemble.assessed", work.catalog.key, plan.key, *(member.name for member in members))
    with st.spinner("Every method, nested …", show_time=True):
        return shell.kept(key, lambda: assess(members, work.catalog.price, plan))


def compared(found: Assessment, titles: Mapping[str, str]) -> None:
    """The methods' scores, and the weights of the one that is picked."""
    lines = [line_of(score, place == found.chosen) for place, score in enumerate(found.scores)]
    picked = shell.pick_row(
        lines,
        key="ensemble.methods",
        columns={
            "nested": st.column_config.NumberColumn(format="%.2f %%"),
            "in sample": st.column_config.NumberColumn(format="%.2f %%"),
            "optimism": st.column_config.NumberColumn(format="%+.3f"),
            "worse than the best": st.column_config.NumberColumn(format="%+.3f"),
            "± 90 %": st.column_config.NumberColumn(format="%.3f"),
        },
    )
    st.caption(
        "Nested: each fold by weights that the other folds chose. Optimism: what the in-sample score flatters by."
        " The default is the simplest way that the best one does not beat beyond noise."
    )
    score = found.scores[picked]
    names = [titles.get(name, name) for name in found.names]
    shell.chart(
        figures.weight_intervals(names, score.mix.weights, score.weight_low, score.weight_high, score.fold_weights),
        key="ensemble.intervals",
        alt="weight of each member with its bootstrap interval",
    )
    st.caption(
        f"{score.method.title}, {score.space} space: weights by all rows with 90 % bootstrap intervals; small dots are"
        " the folds' own weights. An interval that reaches 0 says that the blend can do without the member."
    )
    if score.space == "log" and score.method.name != "stack":
        st.button(
            "Set the sliders to these weights",
            key="ensemble.take",
            icon=":material/tune:",
            on_click=set_sliders,
            args=(found.names, score.mix.weights.tolist()),
        )


def set_sliders(names: Sequence[str], weights: Sequence[float]) -> None:
    """Called before the page is drawn again, as a slider's value has to be set."""
    for name, weight in zip(names, weights, strict=True):
        shell.set_widget(f"ensemble.weight.{name}", round(weight, 2))


def line_of(score: MethodScore, is_default: bool) -> dict[str, object]:
    """A line of the table."""
    return {
        "method": score.method.title,
        "space": score.space,
        "nested": score.nested_smape_pct,
        "in sample": score.in_sample_smape_pct,
        "optimism": score.optimism_pct,
        "worse than the best": score.worse_pct,
        "± 90 %": score.noise_pct,
        "verdict": "default" if is_default else "worse" if score.is_worse else "as good",
    }


def members_worth(found: Assessment, titles: Mapping[str, str]) -> None:
    """What each member says alone, what leaving it out costs, and how alike their errors are."""
    names = [titles.get(name, name) for name in found.names]
    lines = [
        {"member": name, "alone": float(score), "leaving it out costs": None if np.isnan(cost) else float(cost)}
        for name, score, cost in zip(names, found.member_smape_pct, found.without_pct, strict=True)
    ]
    st.dataframe(
        lines,
        key="ensemble.worth",
        column_config={
            "alone": st.column_config.NumberColumn(format="%.2f %%"),
            "leaving it out costs": st.column_config.NumberColumn(format="%+.3f"),
        },
    )
    st.caption(
        f"Points of nested SMAPE that {found.best.method.title} loses without the member; below 0 it does better"
        " without."
    )
    if len(names) > 1:
        shell.chart(
            figures.error_correlation(names, found.error_correlation),
            key="ensemble.correlation",
            alt="correlation of the members' errors",
        )
        st.caption("Correlation of log errors: the less alike two members err, the more their mix gains.")
