"""Tab "The gap": the waterfall from the flattering score to the honest one, and the user's own two scores beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.figures import gap as figures
from core.pipeline import latest_report
from core.shift import (
    GapExplanation,
    GapStep,
    OwnScores,
    Reference,
    explain_gap,
    find_gap,
    find_own_scores,
    keep_own_scores,
    step_distances,
)
from core.types import JsonDict
from pages import _shell as shell

FITS = ":green-badge[in reach]"
NO_FIT = ":gray-badge[out of reach]"
TABLE = {
    "setting": "step",
    "smape_pct": "SMAPE",
    "low_pct": "at least",
    "high_pct": "at most",
    "change_pct": "change",
    "change_low_pct": "change from",
    "change_high_pct": "change to",
    "verdict": "verdict",
    "ratio": "ratio",
    "against": "compared with",
    "times_gap": "change / your gap",
    "validation_from_pct": "your validation from it",
    "leaderboard_from_pct": "your leaderboard from it",
    "title": "what the model is shown",
    "note": "note",
}
COLUMNS = {
    **{name: st.column_config.NumberColumn(format="%.2f %%") for name in ("SMAPE", "at least", "at most")},
    **{
        name: st.column_config.NumberColumn(format="%+.2f")
        for name in ("change", "change from", "change to", "your validation from it", "your leaderboard from it")
    },
    **{name: st.column_config.NumberColumn(format="%.2f") for name in ("ratio", "change / your gap")},
    "verdict": st.column_config.TextColumn(help="Real when the 90 % interval of the change leaves zero out."),
}


@shell.fragment()
def draw(*, seed: int, measure: Callable[[], None]) -> None:
    """The whole tab; ``measure`` draws the empty state with the button that starts the work."""
    work = shell.workspace()
    steps = find_gap(work.catalog, store=work.store, seed=seed)
    if steps is None:
        measure()
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**From the flattering score to the honest one**")
        shell.chart(figures.gap_waterfall([step.to_json() for step in steps]), key="brand.gap", alt="gap by step")
        st.caption(
            "One small LightGBM for all steps, out of fold, so that they differ only in what they are shown; bars carry"
            " their 90 % interval, a grey change may be chance."
        )
        beside_the_path(steps)
    with right:
        scores = typed_scores(work)
        found = None if scores is None else explained(work, steps, scores)
        if found is not None:
            answer(found)
    if found is not None:
        causes(found)
    earned(steps)
    every_step(steps, scores)


def beside_the_path(steps: Sequence[GapStep]) -> None:
    """What the steps in the picture rest on, and the duplicates where they are not among its bars."""
    by_name = {step.setting: step for step in steps}
    like, twins = by_name.get("test_like"), by_name["twins_together"]
    if like is not None:
        st.caption(f"Folds like test: {shell.escaped(like.note)}.")
    if like is None or like.against != twins.setting:
        ends = f"{shell.delta(twins.change_low_pct)} to {shell.delta(twins.change_high_pct)}"
        st.caption(
            f"Duplicates kept in one fold change the score of random folds by {shell.delta(twins.change_pct)} ({ends},"
            f" {twins.verdict}). {shell.escaped(twins.note)}, so they are no step towards test."
        )
    if first := steps[0].note:
        st.caption(f"{shell.escaped(first)}.")


def typed_scores(work: shell.Workspace) -> OwnScores | None:
    """Both scores as typed now or before, or None while one is missing or is no score."""
    st.markdown("**Your own scores**")
    kept = find_own_scores(work.catalog.key, store=work.store)
    key = f"brand.own.{work.catalog.key[:12]}"
    for name in OwnScores.__dataclass_fields__:
        shell.first_value(f"{key}.{name}", kept.get(name))
    left, middle, right = st.columns(3)
    typed: JsonDict = {
        "validation_pct": _score(left, "Validation, %", f"{key}.validation_pct", "45.76"),
        "leaderboard_pct": _score(middle, "Leaderboard, %", f"{key}.leaderboard_pct", "51.50"),
        "n_scored": right.number_input(
            "Rows scored",
            min_value=1,
            value=None,
            step=1,
            key=f"{key}.n_scored",
            placeholder=f"{work.catalog.n_test:,}",
            help="Rows behind the leaderboard's score, where it is not the whole test file: fewer rows, more chance.",
        ),
    }
    if typed != {name: kept.get(name) for name in typed}:
        keep_own_scores(typed, work.catalog.key, store=work.store)
    validation, leaderboard, rows = typed.values()
    if not isinstance(validation, float) or not isinstance(leaderboard, float):
        st.caption("Type both to read which of the measured settings could make your gap. They stay on this machine.")
        return None
    with shell.guard():
        return OwnScores(validation, leaderboard, rows if isinstance(rows, int) else None)
    return None


def _score(place: st.delta_generator.DeltaGenerator, label: str, key: str, example: str) -> float | None:
    return place.number_input(
        label, min_value=0.0, max_value=200.0, value=None, step=0.1, format="%.2f", key=key, placeholder=example
    )


def explained(work: shell.Workspace, steps: Sequence[GapStep], scores: OwnScores) -> GapExplanation:
    """The user's gap held against the ladder, and against the studio's own model where it was run."""
    reports = (latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose"))
    reference = next((one for report in reports if (one := Reference.from_report(report)) is not None), None)
    return explain_gap(
        scores, steps, n_validation=work.catalog.n_train, n_test=work.catalog.n_test, reference=reference
    )


def answer(found: GapExplanation) -> None:
    """The verdict in plain sentences."""
    with st.container(border=True):
        for sentence in found.said:
            st.markdown(shell.escaped(sentence))
        st.caption(
            "Your model is not the ladder's, so differences are compared and not levels. That a cause is in reach is no"
            " proof of it."
        )


def causes(found: GapExplanation) -> None:
    """Each cause's reach against the user's gap, with its evidence."""
    st.markdown("**What could make your gap**")
    lines = [
        {"title": cause.title, "low_pct": cause.low_pct, "high_pct": cause.high_pct, "fits": cause.fits}
        for cause in found.causes
    ]
    figure = figures.cause_reaches(pd.DataFrame(lines), gap_pct=found.gap_pct, noise_pct=found.noise_pct)
    shell.chart(figure, key="brand.causes", alt="gap that each cause makes")
    for cause in found.causes:
        mark = FITS if cause.fits else NO_FIT
        st.markdown(f"{mark} **{shell.escaped(cause.title)}.** {shell.escaped(cause.evidence)}")


def earned(steps: Sequence[GapStep]) -> None:
    """Whether all text blocks beat five simple columns by more than chance."""
    by_name = {step.setting: step for step in steps}
    whole, simple = by_name["all_text"], by_name["five_simple"]
    st.markdown("**Does complexity earn its place?**")
    ends = f"{shell.delta(whole.change_low_pct)} to {shell.delta(whole.change_high_pct)} at {100 * whole.level:.0f} %"
    if whole.verdict != "real":
        said = "the difference may be noise: the simple model does as well"
    elif whole.change_pct < 0:
        said = "the difference is real: it does"
    else:
        said = "the difference is real, and for the worse: it does not"
    st.markdown(
        f"All text blocks score {shell.smape(whole.oof_smape_pct)}, five simple columns"
        f" {shell.smape(simple.oof_smape_pct)}; on the same rows and one draw of folds: {shell.delta(whole.change_pct)}"
        f" ({ends}); {said}."
    )
    if whole.note:
        st.caption(f"{shell.escaped(whole.note)}.")


def every_step(steps: Sequence[GapStep], scores: OwnScores | None) -> None:
    """All steps in a table: levels, changes, and how the user's numbers stand to them."""
    with st.expander("Every step in numbers"):
        table = step_distances(steps, scores)
        table = table.assign(**{name: table[name].map(shell.plain) for name in ("setting", "against")})
        shell.table(table[[name for name in TABLE if name in table]].rename(columns=TABLE), columns=COLUMNS)
        if scores is not None and scores.validation_pct > 0:
            ratio = scores.leaderboard_pct / scores.validation_pct
            st.caption(f"Leaderboard over validation, yours: {ratio:.2f}; compare the column “ratio”.")
