"""Ensemble & export: weigh the runs, look at the honest score, take the file."""

from __future__ import annotations

import streamlit as st

from core.blend import Blend, Member, blend, fixed_blend
from core.figures import ensemble as figures
from core.folds import FoldPlan
from core.train import Run, RunRecord, list_runs, load_run, model_title, plan_of
from pages import _shell as shell
from pages._ensemble.decision import decided
from pages._ensemble.export import export
from pages._ensemble.methods import ways_to_blend
from pages._train.plans import runs_of_one_plan

MOST_MEMBERS_AT_FIRST = 4


def run_title(record: RunRecord) -> str:
    """Name of a run on this page; short enough to stand beside a bar."""
    return f"{model_title(record.family, record.loss)} {record.run_id[:6]}"


def run_choice(record: RunRecord) -> str:
    """A run among those to choose from."""
    score = shell.smape(record.oof_smape_pct)
    return f"{run_title(record)} · {score} · {shell.rows(len(record.blocks), 'block')}"


def choose_members(work: shell.Workspace, records: list[RunRecord]) -> list[Run]:
    """The runs to blend; one whose predictions are gone is told and left out."""
    by_id = {record.run_id: record for record in records}
    members_key = f"ensemble.members.{work.catalog.key}"
    shell.default_widget(members_key, list(by_id)[:MOST_MEMBERS_AT_FIRST], among=by_id)
    chosen = st.multiselect(
        "Members, all on the same folds",
        list(by_id),
        format_func=lambda run_id: run_choice(by_id[run_id]),
        key=members_key,
        persist_state="session",
    )
    found = [(run_id, load_run(run_id, store=work.store)) for run_id in chosen]
    gone = [run_id for run_id, run in found if run is None]
    if gone:
        st.warning(f"No longer in the cache, left out: {', '.join(gone)}. Train them again.")
    return [run for _, run in found if run is not None]


def weights_by_hand(members: list[Member], titles: dict[str, str], suggested: Blend) -> dict[str, float]:
    """A slider a member, set to the suggested weights at first and by the button."""
    keys = {member.name: f"ensemble.weight.{member.name}" for member in members}
    if st.button("Take the suggested weights", key="ensemble.suggest", icon=":material/auto_fix_high:"):
        for name, key in keys.items():
            shell.set_widget(key, round(suggested.weights[name], 2))
    for name, key in keys.items():
        shell.first_value(key, round(suggested.weights[name], 2))
    return {
        name: float(st.slider(titles[name], 0.0, 1.0, step=0.01, key=key, persist_state="session"))
        for name, key in keys.items()
    }


def show_scores(manual: Blend, suggested: Blend, best_alone: float, n_rows: int) -> None:
    """The live score beside the suggested blend's two scores and the best member's."""
    rows = f"{shell.rows(n_rows, 'train row')}, out of fold"
    shell.headlines(
        [
            shell.Headline(
                "Your weights",
                shell.smape(manual.in_sample_smape_pct),
                f"{shell.delta(manual.in_sample_smape_pct - best_alone)} against the best run alone",
                f"SMAPE of the blend as the sliders stand; {rows}. Tuning by watching it reads a little too good.",
            ),
            shell.Headline(
                "Suggested, nested",
                shell.smape(suggested.nested_smape_pct),
                "each fold by weights that the other folds chose",
                f"The honest score of the suggested weights; {rows}.",
            ),
            shell.Headline(
                "Suggested, in sample",
                shell.smape(suggested.in_sample_smape_pct),
                "by weights that saw these rows",
                f"A little too good: the weights were fitted to the rows that they are scored on; {rows}.",
            ),
            shell.Headline("Best run alone", shell.smape(best_alone), "out of fold"),
        ]
    )


def body(work: shell.Workspace, records: list[RunRecord]) -> None:
    """The page once there are runs."""
    runs = choose_members(work, records)
    if not runs:
        shell.empty_state("Choose at least one run above.")
        return
    plan = plan_of(runs[0], work.catalog, store=work.store)
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs]
    titles = {record.run_id: run_title(record) for record in records}
    suggested = fitted(work, members, plan)
    scores, sliders = st.container(), st.container()
    with sliders:
        left, right = st.columns(2)
        with left:
            weights = weights_by_hand(members, titles, suggested)
    if not any(weights.values()):
        shell.empty_state("All weights are zero. Raise at least one.")
        return
    manual = fixed_blend(members, work.catalog.price, plan, weights)
    alone = {run.run_id: run.oof_smape_pct for run in runs}
    with scores:
        show_scores(manual, suggested, min(alone.values()), work.catalog.n_train)
    with right:
        shell.chart(
            figures.member_scores({titles[name]: score for name, score in alone.items()}, manual.in_sample_smape_pct),
            key="ensemble.members_chart",
        )
        shell.chart(
            figures.weight_bars(
                {titles[name]: weight for name, weight in weights.items()},
                {titles[name]: weight for name, weight in suggested.weights.items()},
            ),
            key="ensemble.weights_chart",
        )
    ways_to_blend(work, members, plan, titles)
    export(work, decided(work, manual, members, plan))


def fitted(work: shell.Workspace, members: list[Member], plan: FoldPlan) -> Blend:
    """The suggested weights, fitted once for these members and kept for the session's reruns."""
    return shell.kept(
        ("ensemble.fitted", work.catalog.key, plan.key, *(member.name for member in members)),
        lambda: blend(members, work.catalog.price, plan),
    )


with shell.page("Ensemble & export", "Which mix of runs is best, and is the file ready to submit?"):
    work = shell.workspace()
    records = list_runs(work.catalog.key, store=work.store)
    if records:
        body(work, runs_of_one_plan(records, key=f"ensemble.plan.{work.catalog.key}"))
    else:
        shell.empty_state("No run on this data yet. Train one, or start the whole run on the overview.")
        st.page_link("pages/train.py", label="Train & explain", icon=":material/model_training:")
        st.page_link("pages/overview.py", label="Overview", icon=":material/insights:")
