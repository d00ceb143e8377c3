"""Who may be blended: runs of one fold plan and members from outside, loaded once and laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.blend import KeptMember, Member, OpenMember, Panel, open_member
from core.folds import FoldPlan, random_plan
from core.pipeline.run import N_FOLDS
from core.sentinel import Suspect, Verdict, examine_members
from core.train import Run, RunRecord, load_run, model_title, plan_of
from pages import _shell as shell

MOST_RUNS_AT_FIRST = 6


@dataclass(frozen=True)
class Roster:
    """The members that are chosen.

    Attributes:
        panel: All of them; a run is named by its id, a member from outside by its key.
        titles: What the page calls each.
        runs: The studio's own, by name.
        brought: Those from outside, by name.
    """

    panel: Panel
    titles: dict[str, str]
    runs: dict[str, Run]
    brought: dict[str, OpenMember]

    @property
    def plan(self) -> FoldPlan:
        return self.panel.plan

    @property
    def members(self) -> tuple[Member, ...]:
        return self.panel.members

    @property
    def others(self) -> list[Member]:
        """The studio's own runs."""
        return [member for member in self.members if member.name in self.runs]


class _Gone(Exception):
    """Predictions that are no longer there."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__()


def members_key(work: shell.Workspace) -> str:
    """Key of the widget that chooses the members."""
    return f"ensemble.members.{work.catalog.key}"


def run_title(record: RunRecord) -> str:
    """Name of a run on this page; short enough to stand beside a bar."""
    return f"{model_title(record.family, record.loss)} {record.run_id[:6]}"


def plan_for(work: shell.Workspace, records: Sequence[RunRecord]) -> FoldPlan:
    """The runs' fold plan; the studio's usual one where there is no run."""
    if not records:
        return random_plan(work.catalog, n_folds=N_FOLDS)
    return shell.kept(
        ("ensemble.plan", work.catalog.key, records[0].plan_key),
        lambda: plan_of(records[0], work.catalog, store=work.store),
    )


def choose_members(work: shell.Workspace, records: Sequence[RunRecord], brought: Sequence[KeptMember]) -> list[str]:
    """Names of the members to blend."""
    runs, kept = {record.run_id: record for record in records}, {record.key: record for record in brought}
    names = [*runs, *kept]
    shell.default_widget(members_key(work), [*list(runs)[:MOST_RUNS_AT_FIRST], *kept], among=names)

    def said(name: str) -> str:
        if name in kept:
            lacks = "" if kept[name].has_test else " · no test predictions"
            return f"{kept[name].name} · {shell.smape(kept[name].oof_smape_pct)} · brought{lacks}"
        run = runs[name]
        return f"{run_title(run)} · {shell.smape(run.oof_smape_pct)} · {shell.rows(len(run.blocks), 'block')}"

    return st.multiselect(
        "Members, all on the same folds",
        names,
        format_func=said,
        key=members_key(work),
        persist_state="session",
    )


def roster_of(
    work: shell.Workspace, names: Sequence[str], records: Sequence[RunRecord], brought: Sequence[KeptMember]
) -> Roster | None:
    """The chosen members, loaded once; whoever is gone is told and left out. None when nobody is left."""
    titles = {record.run_id: run_title(record) for record in records} | {one.key: one.name for one in brought}
    wanted = list(names)
    plan = plan_for(work, records)
    while wanted:
        key = ("ensemble.roster", str(work.store.root), work.catalog.key, plan.key, *wanted)
        try:
            return shell.kept(key, partial(_loaded, work, tuple(wanted), plan, titles, brought))
        except _Gone as gone:
            said = ", ".join(titles.get(name, name) for name in gone.names)
            st.warning(shell.escaped(f"No longer in the cache, left out: {said}. Train or bring them again."))
            wanted = [name for name in wanted if name not in gone.names]
    return None


def _loaded(
    work: shell.Workspace,
    names: Sequence[str],
    plan: FoldPlan,
    titles: Mapping[str, str],
    brought: Sequence[KeptMember],
) -> Roster:
    kept = {one.key: one for one in brought}
    runs = {name: load_run(name, store=work.store) for name in names if name not in kept}
    opened = {name: open_member(kept[name], work.catalog, store=work.store) for name in names if name in kept}
    gone = [name for name in names if (opened[name] if name in kept else runs[name]) is None]
    if gone:
        raise _Gone(gone)
    found_runs = {name: run for name, run in runs.items() if run is not None}
    found = {name: one for name, one in opened.items() if one is not None}
    members = [
        found[name].member
        if name in found
        else Member(name, found_runs[name].oof_log_price, found_runs[name].test_log_price)
        for name in names
    ]
    panel = Panel.of(members, work.catalog.price, plan)
    return Roster(panel, {name: titles[name] for name in names}, found_runs, found)


def examined(work: shell.Workspace, roster: Roster) -> dict[str, list[Verdict]]:
    """What the leak sentinel says of the members from outside, by name."""
    if not roster.brought:
        return {}
    suspects = [Suspect(one.member, one.fold) for one in roster.brought.values()]
    return shell.kept(
        ("ensemble.examined", work.catalog.key, roster.plan.key, *roster.panel.names),
        lambda: examine_members(suspects, roster.others, work.catalog.price, roster.plan),
    )


def warn_of(work: shell.Workspace, roster: Roster) -> None:
    """A line for each member from outside that is not to be believed."""
    for name, verdicts in examined(work, roster).items():
        for verdict in verdicts:
            if verdict.verdict == "fail":
                said = f"{roster.titles[name]}: {verdict.title}: no. {verdict.evidence} {verdict.remedy}"
                st.error(shell.escaped(said), icon=":material/gpp_bad:")
