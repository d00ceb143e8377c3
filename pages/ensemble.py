"""Ensemble & export: weigh the members, look at the honest score, take the file."""

from __future__ import annotations

import streamlit as st

from core.blend import Assessment, Blend, KeptMember, lacking_test, list_members
from core.figures import ensemble as figures
from core.train import RunRecord, list_runs
from pages import _shell as shell
from pages._ensemble.bring import bring_members
from pages._ensemble.decision import decided
from pages._ensemble.export import export
from pages._ensemble.methods import compared, intervals
from pages._ensemble.roster import Roster, choose_members, plan_for, roster_of, warn_of
from pages._ensemble.ways import Chosen, assessed, choose_way, chosen_blend, on_sliders, said_of, sliders
from pages._ensemble.where import where_it_wins
from pages._ensemble.why import what_moves_it
from pages._ensemble.worth import members_worth
from pages._train.plans import runs_of_one_plan

TABS = ("Weights", "Methods", "Members", "Bring members", "Where it wins", "Why", "Submission")


def show_scores(roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """The chosen blend's two scores beside the best member's and, where it is another, the suggested one's."""
    place = int(found.member_smape_pct.argmin())
    best = float(found.member_smape_pct[place])
    rows = f"{shell.rows(len(roster.panel.log_price), 'train row')}, out of fold"
    numbers = []
    if chosen.blend is not None:
        nested = chosen.blend.nested_smape_pct
        against = f"{shell.delta(nested - best)} against the best member alone"
        if chosen.score is None:
            honest = f"SMAPE of the blend as the sliders stand; {rows}. Tuning by watching it reads a little too good."
            numbers.append(shell.Headline("Your weights", shell.smape(nested), against, honest))
        else:
            honest = f"Each fold by weights that the other folds chose: the score to believe; {rows}."
            numbers.append(shell.Headline("This blend, nested", shell.smape(nested), against, honest))
            numbers.append(
                shell.Headline(
                    "In sample",
                    shell.smape(chosen.score.in_sample_smape_pct),
                    f"flatters by {chosen.score.optimism_pct:.3f}",
                    f"By weights that were chosen on the rows that they are scored on; {rows}.",
                )
            )
    numbers.append(
        shell.Headline("Best member alone", shell.smape(best), shell.escaped(roster.titles[found.names[place]]))
    )
    if chosen.score is not found.best:
        numbers.append(
            shell.Headline("Suggested, nested", shell.smape(found.best.nested_smape_pct), said_of(found.best))
        )
    shell.headlines(numbers)


def picture(roster: Roster, found: Assessment, chosen: Chosen) -> None:
    """The members' scores beside the blend's, and the weights."""
    if chosen.blend is None:
        return
    left, right = st.columns(2)
    titles = roster.titles
    with left:
        alone = {titles[name]: float(x) for name, x in zip(found.names, found.member_smape_pct, strict=True)}
        shell.chart(
            figures.member_scores(alone, chosen.blend.nested_smape_pct),
            key="ensemble.members_chart",
            alt="score of each member and of the blend",
        )
    with right:
        if chosen.score is not None:
            intervals(roster, chosen.score, key="ensemble.weights_intervals")
            return
        suggested = on_sliders(roster, found.best)
        shell.chart(
            figures.weight_bars(
                {titles[name]: weight for name, weight in chosen.blend.weights.items()},
                {titles[name]: weight for name, weight in suggested.items()},
            ),
            key="ensemble.weights_chart",
            alt="weights by hand beside the suggested ones",
        )


@shell.fragment()
def blended(work: shell.Workspace, roster: Roster, brought: list[KeptMember]) -> None:
    """Way, scores, picture and the open tab: all that a slider has to redraw, and nothing else."""
    found = assessed(work, roster)
    chosen = chosen_blend(roster, found, choose_way(found))
    if chosen.blend is None:
        shell.empty_state("All weights are zero. Raise at least one.")
    else:
        show_scores(roster, found, chosen)
        picture(roster, found, chosen)
    tabs = dict(zip(TABS, st.tabs(TABS, key="ensemble.tab", on_change="rerun"), strict=True))
    name = next((name for name, tab in tabs.items() if tab.open), TABS[0])
    with tabs[name], shell.guard():
        show_tab(name, work, roster, brought, found, chosen)


def show_tab(
    name: str,
    work: shell.Workspace,
    roster: Roster,
    brought: list[KeptMember],
    found: Assessment,
    chosen: Chosen,
) -> None:
    """The open tab."""
    if name == "Weights":
        sliders(roster, found, chosen)
    elif name == "Methods":
        compared(roster, found, chosen)
    elif name == "Members":
        members_worth(work, roster, found, chosen)
    elif name == "Bring members":
        bring_members(work, roster.plan, roster.others, brought, roster)
    elif chosen.blend is None:
        shell.empty_state("All weights are zero. Raise at least one under Weights.")
    elif name == "Where it wins":
        where_it_wins(work, roster, chosen.blend, found.member_smape_pct.tolist())
    elif name == "Why":
        what_moves_it(work, roster, chosen.blend)
    else:
        submission(work, roster, chosen.blend)


def submission(work: shell.Workspace, roster: Roster, mixed: Blend) -> None:
    """The chosen blend's file, or which members keep it from being one."""
    lacking = [roster.titles[name] for name in lacking_test(roster.members, mixed.weights)]
    if lacking:
        shell.empty_state(
            shell.escaped(
                f"This blend cannot be exported: {', '.join(lacking)} came without predictions of the test rows. Give"
                " them no weight, take them out above, or bring their test predictions."
            )
        )
        return
    export(work, roster, decided(work, mixed, roster.members, roster.plan))


def body(work: shell.Workspace, records: list[RunRecord], brought: list[KeptMember]) -> None:
    """The page once there are members."""
    chosen = choose_members(work, records, brought)
    roster = roster_of(work, chosen, records, brought) if chosen else None
    if roster is None:
        shell.empty_state("Choose at least one member above.")
        bringing(work, records, brought)
        return
    warn_of(work, roster)
    blended(work, roster, brought)


@shell.fragment()
def bringing(work: shell.Workspace, records: list[RunRecord], brought: list[KeptMember]) -> None:
    """The form for members from outside, where there is no blend to show it under."""
    bring_members(work, plan_for(work, records), [], brought, None)


with shell.page("Ensemble & export", "Which mix of models is best, and is the file ready to submit?"):
    work = shell.workspace()
    records = list_runs(work.catalog.key, store=work.store)
    brought = list_members(work.catalog.key, store=work.store)
    if records or brought:
        body(work, runs_of_one_plan(records, key="ensemble.plan"), brought)
    else:
        shell.empty_state(
            "No run on this data yet. Train one, start the whole run on the overview, or bring predictions below."
        )
        st.page_link("pages/train.py", label="Train & explain", icon=":material/model_training:")
        st.page_link("pages/overview.py", label="Overview", icon=":material/insights:")
        bringing(work, records, brought)
