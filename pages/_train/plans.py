"""Fold plans on the page: which one is asked for, what its score answers, and runs of different plans kept apart."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.folds import PLANS, FoldPlan, PlanName, on_folds, plan_answers, plan_place, plan_title, random_plan
from core.pipeline.run import N_FOLDS
from core.plans import can_draw, draw_plan, matched_note, matched_smape_pct, plan_name
from core.train import DRAWS_NOTHING, MOST_SEEDS, Run, RunRecord, family_title
from core.types import JsonDict
from pages import _shell as shell

NOT_YET = "These folds look at brands, which are not read yet for these rows"


def plan_choice() -> PlanName:
    """The plan that the next run is scored on, and what it answers."""
    chosen = st.segmented_control(
        "Fold plan",
        list(PLANS),
        default="random",
        required=True,
        format_func=lambda name: PLANS[name].title,
        key="train.plan",
        persist_state="session",
        help="Which rows are held out together. Scores of different plans answer different questions and do not"
        " compare; runs are blended with runs of the same plan.",
    )
    name = plan_name(chosen)
    st.caption(PLANS[name].answers)
    return name


def drawn(work: shell.Workspace, name: PlanName) -> FoldPlan | None:
    """The folds that every run of that plan from the page shares; None as long as the brands would have to be read."""
    if name == "random":
        return shell.kept(("gains.plan", work.catalog.key), lambda: random_plan(work.catalog, n_folds=N_FOLDS))
    if not can_draw(work.catalog, name, store=work.store):
        return None
    key = ("train.plan", name, work.catalog.read_key, str(work.store.root))
    return shell.kept(key, lambda: draw_plan(work.catalog, name, store=work.store, n_folds=N_FOLDS))


def plan_param(name: PlanName) -> JsonDict:
    """The plan among a job's parameters; random goes unsaid, as it did when there was no choice."""
    return {} if name == "random" else {"plan": name}


def seeds_averaged(family: str) -> dict[str, int]:
    """The setting, where it differs from one model a fold."""
    still = family in DRAWS_NOTHING
    chosen = st.number_input(
        "Seeds averaged",
        min_value=1,
        max_value=MOST_SEEDS,
        value=1,
        step=1,
        key=f"train.seeds_bagged.{'still' if still else 'drawn'}",
        persist_state="session",
        disabled=still,
        help="Every fold fits so many models with different seeds and predicts with their mean; it takes as many times"
        " as long. The linear baseline draws nothing at random, so that its seeds are all alike.",
    )
    return {"seeds_bagged": int(chosen)} if chosen > 1 and not still else {}


def by_plan(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """The runs with those of one plan together, in the order in which they come."""
    return sorted(runs, key=lambda run: (plan_place(run.plan_kind), run.plan_kind))


def best_of_each_plan(runs: Sequence[RunRecord], n_rows: int) -> list[shell.Headline]:
    """A headline a plan: a score is the best of its own plan only; with its folds where there is but one plan.

    Args:
        runs: Of the catalogue, best first.
    """
    best: dict[str, RunRecord] = {}
    for run in by_plan(runs):
        best.setdefault(run.plan_kind, run)
    alone = len(best) == 1
    found = [
        shell.Headline(
            "Best run" if alone else f"Best run, {plan_title(kind).lower()}",
            shell.smape(run.oof_smape_pct),
            f"out of fold, {shell.rows(n_rows, 'train row')}, {plan_title(kind).lower()} folds",
            "SMAPE of each train row by the fold model that did not see it; 0 to 200 %, lower is better. "
            + plan_answers(kind),
        )
        for kind, run in best.items()
    ]
    if alone:
        scores = next(iter(best.values())).fold_smape_pct
        found.append(shell.Headline("Its folds", f"{min(scores):.2f} to {max(scores):.2f} %"))
    return found


def leads(runs: Sequence[RunRecord]) -> str:
    """Which family is best, where all runs are of one plan."""
    kinds = {run.plan_kind for run in runs}
    return f"{family_title(runs[0].family)} leads" if len(kinds) == 1 else f"on {len(kinds)} fold plans"


def several_plans(runs: Sequence[RunRecord]) -> None:
    """Where the runs are of several plans: what each answers, because their scores do not compare."""
    kinds = list(dict.fromkeys(run.plan_kind for run in by_plan(runs)))
    if len(kinds) > 1:
        said = " ".join(f"**{plan_title(kind)}**: {plan_answers(kind)}" for kind in kinds)
        st.caption(f"Ranked plan by plan: scores of different plans answer different questions. {said}")


def different_plans(one: RunRecord, other: RunRecord) -> None:
    """A warning where two runs that are set side by side were scored on folds of different kinds."""
    if one.plan_kind != other.plan_kind:
        said = "; ".join(f"{word}: {plan_answers(run.plan_kind)}" for word, run in (("first", one), ("second", other)))
        st.warning(
            f"Different plans, so that the difference is the folds' as much as the models'. {said}",
            icon=":material/call_split:",
        )


def scored_on(work: shell.Workspace, run: Run) -> None:
    """What the run's score is of; for test-like folds also how near they come to the test's mix."""
    said = f"{plan_title(run.plan_kind)} folds. {plan_answers(run.plan_kind)}"
    matched = matched_smape_pct(run.plan_key, run.oof_log_price, work.catalog.price, store=work.store)
    if matched is not None:
        note = matched_note(run.plan_key, store=work.store)
        said += f" With its rows weighted to the test's mix: **{shell.smape(matched)}**. {shell.escaped(note)}."
    st.caption(said)


def runs_of_one_plan(records: Sequence[RunRecord], *, key: str) -> list[RunRecord]:
    """Runs that can be blended, because they share their folds: the user chooses whose where there are several.

    Args:
        records: Of one catalogue, best first.
        key: Of the choice, where there is one.
    """
    by_key: dict[str, list[RunRecord]] = {}
    for record in by_plan(records):
        by_key.setdefault(record.plan_key, []).append(record)
    if not by_key:
        return []
    chosen = next(iter(by_key))
    if len(by_key) > 1:
        picked = st.selectbox(
            "Fold plan",
            list(by_key),
            format_func=lambda plan_key: _plan_line(by_key[plan_key]),
            key=key,
            persist_state="session",
            help="Only runs on the same folds can be blended: their predictions of a row must both be out of fold.",
        )
        chosen = picked if picked in by_key else chosen
    st.caption(f"{plan_title(by_key[chosen][0].plan_kind)} folds. {plan_answers(by_key[chosen][0].plan_kind)}")
    return by_key[chosen]


def _plan_line(runs: Sequence[RunRecord]) -> str:
    first = runs[0]
    folds = f"{plan_title(first.plan_kind)}, {first.n_folds} folds, seed {first.plan_seed}"
    return f"{folds} · {shell.rows(len(runs), 'run')}, the best {shell.smape(first.oof_smape_pct)}"


def titled(title: str, name: PlanName) -> str:
    """A job's title with its plan, where that is not random."""
    return f"{title}{on_folds(PLANS[name].kind)}"
