"""Every way to blend beside each other: what each really scores, its weights with intervals, the greedy's path."""

from __future__ import annotations

import streamlit as st

from core.blend import Assessment, MethodScore, greedy_picks
from core.figures import blend as pictures
from core.figures import ensemble as figures
from pages import _shell as shell
from pages._ensemble.roster import Roster
from pages._ensemble.ways import Chosen, said_of, take, way_of


def compared(roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """The methods' scores, and the weights of the one that is picked."""
    at_first = next((place for place, score in enumerate(found.scores) if score is chosen.score), found.chosen)
    lines = [line_of(score, place == found.chosen) for place, score in enumerate(found.scores)]
    picked = shell.pick_row(
        lines,
        key="ensemble.methods",
        otherwise=at_first,
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
        " The suggested way is the simplest that the best one does not beat beyond noise. Pick a line to see its"
        " weights."
    )
    score = found.scores[picked]
    st.button(
        f"Blend by {said_of(score)}",
        key="ensemble.take",
        icon=":material/tune:",
        on_click=take,
        args=(way_of(score),),
        disabled=chosen.way == way_of(score),
    )
    intervals(roster, score, key="ensemble.intervals")
    greedy_way(roster, score)


def intervals(roster: Roster, score: MethodScore, *, key: str) -> None:
    """Weights by all rows, their intervals and the folds' own."""
    names = [roster.titles[name] for name in roster.panel.names]
    shell.chart(
        figures.weight_intervals(names, score.mix.weights, score.weight_low, score.weight_high, score.fold_weights),
        key=key,
        alt="weight of each member with its bootstrap interval",
    )
    text = said_of(score)
    st.caption(
        f"{text[:1].upper()}{text[1:]}: weights by all rows with 90 % bootstrap intervals; small dots are the folds'"
        " own weights. An interval that reaches 0 says that the blend can do without the member."
    )


def greedy_way(roster: Roster, score: MethodScore) -> None:
    """The score after each pick, in the space of the picked line."""
    rows = roster.panel.rows[score.space]
    key = ("ensemble.greedy", roster.plan.key, score.space, *roster.panel.names)
    picks = shell.kept(key, lambda: greedy_picks(rows))
    taken = [pick for pick in picks if pick.better][-1]
    names = [roster.titles[name] for name in roster.panel.names]
    shell.chart(
        pictures.greedy_path([names[pick.member] for pick in picks], [200.0 * pick.loss for pick in picks], taken.step),
        key="ensemble.greedy_path",
        alt="score of the greedy selection after each pick",
    )
    st.caption(
        f"Path of the greedy in {score.space} space: at each pick the member that helps most, again if need be;"
        f" {shell.rows(taken.step, 'pick')} of {len(picks)} are taken, because no longer path reads better."
    )


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
        "verdict": "suggested" if is_default else "worse" if score.is_worse else "as good",
    }
