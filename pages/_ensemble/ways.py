"""The way to weigh: the suggested one, any method in either space, or by hand; what is chosen is what is exported."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.blend import BY_HAND, SPACES, Assessment, Blend, MethodScore, remembered_assessment
from pages import _shell as shell
from pages._ensemble.roster import Roster

SUGGESTED = "suggested"
WAY = "ensemble.way"


@dataclass(frozen=True)
class Chosen:
    """The blend that the page shows and exports.

    Attributes:
        way: One of the options: :data:`SUGGESTED`, ``"manual:log"``, or ``method:space``.
        score: What was assessed of it; None for weights by hand.
        blend: None when all weights by hand are zero.
    """

    way: str
    score: MethodScore | None
    blend: Blend | None

    @property
    def by_hand(self) -> bool:
        return self.score is None


def assessed(work: shell.Workspace, roster: Roster) -> Assessment:
    """All methods on these members, measured once and kept over restarts."""
    panel = roster.panel
    key = ("ensemble.assessed", str(work.store.root), roster.plan.key, *panel.names)
    with st.spinner("Every way to blend, nested …", show_time=True):
        return shell.kept(key, lambda: remembered_assessment(panel, work.catalog, store=work.store))


def way_of(score: MethodScore) -> str:
    """Name of a method in a space among the ways."""
    return f"{score.method.name}:{score.space}"


def said_of(score: MethodScore) -> str:
    """``greedy selection, log space``; a member alone is the same in both."""
    return score.method.title if score.method.name == "single" else f"{score.method.title}, {score.space} space"


def choose_way(found: Assessment) -> str:
    """A list of every way. Labels hold no score: the browser knows a choice by its label, which must not change when
    the members do."""
    scores = {way_of(score): score for score in found.scores}
    options = [SUGGESTED, *(f"{BY_HAND}:{space}" for space in SPACES), *scores]

    def said(way: str) -> str:
        if way == SUGGESTED:
            return "Suggested"
        if way in scores:
            text = said_of(scores[way])
            return f"{text[:1].upper()}{text[1:]}"
        return f"By hand, {way.split(':')[1]} space"

    way = st.selectbox(
        "Blend to export",
        options,
        format_func=said,
        key=WAY,
        persist_state="session",
        help="Moving a slider below weighs by hand; every way with its honest score stands under Methods.",
    )
    best = f"{said_of(found.best)}, {shell.smape(found.best.nested_smape_pct)} nested"
    st.caption(f"Suggested is {best}: the simplest way that the best one does not beat beyond noise.")
    return str(way)


def chosen_blend(roster: Roster, found: Assessment, way: str) -> Chosen:
    """The blend of the chosen way."""
    if way.startswith(f"{BY_HAND}:"):
        weights = hand_weights(roster, found)
        space = next(space for space in SPACES if way.endswith(f":{space}"))
        mixed = roster.panel.by_hand(weights, space=space) if any(weights.values()) else None
        return Chosen(way, None, mixed)
    score = next((one for one in found.scores if way_of(one) == way), found.best)
    key = ("ensemble.blend", roster.plan.key, way_of(score), *roster.panel.names)
    return Chosen(way, score, shell.kept(key, lambda: roster.panel.by_score(score)))


def hand_weights(roster: Roster, found: Assessment) -> dict[str, float]:
    """What the sliders stand at; the suggested weights before any was drawn."""
    first = on_sliders(roster, found.best)
    return {name: float(shell.widget_value(slider_key(name), first[name])) for name in roster.panel.names}


def on_sliders(roster: Roster, score: MethodScore) -> dict[str, float]:
    """A method's weights as sliders can show them; a stack's may lie outside."""
    names = roster.panel.names
    return {name: min(1.0, max(0.0, round(float(x), 2))) for name, x in zip(names, score.mix.weights, strict=True)}


def slider_key(name: str) -> str:
    """Key of a member's slider."""
    return f"ensemble.weight.{name}"


def sliders(roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """A slider a member; they follow the chosen way, and moving one weighs by hand from there on."""
    space = chosen.blend.space if chosen.blend is not None else "log"
    shown = hand_weights(roster, found) if chosen.score is None else on_sliders(roster, chosen.score)
    for name, weight in shown.items():
        if chosen.by_hand:
            shell.first_value(slider_key(name), weight)
        else:
            shell.set_widget(slider_key(name), weight)
    columns = st.columns(2 if len(shown) > 3 else 1, gap="medium")
    for place, name in enumerate(shown):
        columns[place % len(columns)].slider(
            roster.titles[name],
            0.0,
            1.0,
            step=0.01,
            key=slider_key(name),
            persist_state="session",
            on_change=take,
            args=(f"{BY_HAND}:{space}",),
        )
    if chosen.score is not None and chosen.score.method.name == "stack":
        st.caption(
            f"A stack's weights may be any number, and it adds {chosen.score.mix.intercept:+.3f}: the sliders show the"
            " nearest that they can."
        )
    st.button(
        "Take the suggested weights",
        key="ensemble.suggest",
        icon=":material/auto_fix_high:",
        on_click=take,
        args=(SUGGESTED,),
        disabled=chosen.way == SUGGESTED,
    )


def take(way: str) -> None:
    """Choose a way; called before the page is drawn again."""
    shell.set_widget(WAY, way)
