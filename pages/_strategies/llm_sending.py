"""The line that says what would be sent, and the button that sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

from core.jobs import list_jobs
from core.llm import FAILURES, AskSpec, SendPlan
from core.types import JsonDict
from pages import _shell as shell
from pages._strategies.llm_endpoint import Asked


def what_is_sent(plan: SendPlan) -> None:
    """Fields, amount, place, time and cost."""
    with st.container(border=True):
        st.markdown("**What the button sends**\n" + "\n".join(f"- {shell.escaped(line)}" for line in plan.lines()))


def send_button(
    label: str, kind: str, params: JsonDict, plan: SendPlan, *, title: str, key: str, primary: bool = True
) -> None:
    """A button whose words name how much goes where; off while a job of this kind runs."""
    busy = any(job.active and job.kind == kind for job in list_jobs())
    photos = f" and {plan.photos:,} photos" if plan.photos else ""
    sends = f"{label}: send {shell.rows(plan.to_ask, 'text')}{photos} to {plan.endpoint.where}"
    shell.start_job_button(
        sends if plan.to_ask else "All texts are answered",
        kind,
        params,
        title=title,
        key=key,
        disabled=busy or not plan.to_ask,
        primary=primary,
        icon=":material/send:",
        help=" ".join(plan.lines()),
    )


def failure_table(counts: dict[str, int], *, key: str) -> None:
    """Failures by kind, with their meaning."""
    rows = [
        {"failure": shell.plain(name), "rows": counts[name], "meaning": meaning}
        for name, meaning in FAILURES.items()
        if counts.get(name)
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch", key=key)


def ask_again(failed: Iterable[str], plan: Callable[[AskSpec], SendPlan], asked: Asked, *, key: str) -> AskSpec | None:
    """Kinds of failure to ask again: shows what that sends, and returns how it is asked; None when none is picked."""
    names = sorted(failed)
    if not names:
        return None
    shell.default_widget(key, [], among=names)
    picked = st.pills("Ask again", names, selection_mode="multi", format_func=shell.plain, key=key)
    if not picked:
        return None
    spec = replace(asked.spec, retry=tuple(sorted(picked)))
    what_is_sent(plan(spec))
    return spec
