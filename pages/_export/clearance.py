"""Whether the leak sentinel clears the members of a blend, and the user's reason to go against it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.blend import Blend
from core.errors import InputError
from core.export import LEAST_REASON, MOST_REASON, Check, Clearance
from core.folds import FoldPlan
from core.sentinel import Verdict, is_examined, run_sentinel
from core.store import hash_bytes
from core.train import Run
from pages import _shell as shell

AT_ONCE_ROWS = 3_000
"""Up to so many train rows the sentinel takes seconds and looks by itself; above, it is a job that the user starts."""


def sentinel_verdicts(
    work: shell.Workspace, chosen: Blend, runs: Sequence[Run], plan: FoldPlan, *, key: str
) -> tuple[Verdict, ...] | None:
    """What the sentinel says of the members, made now where that is quick; None, with the button that lets it look,
    where it is not.

    Args:
        key: Beginning of the widgets' keys.
    """
    if not runs:
        return ()
    quick = work.catalog.n_train <= AT_ONCE_ROWS
    if not quick and not is_examined(work.catalog, plan, runs, store=work.store):
        _offer(work, runs, key)
        return None
    digest = hash_bytes(chosen.nested_log_price.to_numpy(dtype="float64").tobytes())
    weights = [name for name, weight in chosen.weights.items() if weight > 0]
    with st.spinner("The leak sentinel looks at these members …", show_time=True):
        return shell.kept(
            ("export.sentinel", work.catalog.read_key, plan.key, *(run.key for run in runs), *weights, digest),
            lambda: tuple(run_sentinel(work.catalog, plan, runs, chosen, store=work.store)),
        )


def _offer(work: shell.Workspace, runs: Sequence[Run], key: str) -> None:
    shell.empty_state(
        "The leak sentinel has not looked at these members yet: it changes prices and looks whether columns follow,"
        " which takes up to some minutes at this size."
    )
    shell.start_job_button(
        "Check now",
        "sentinel",
        {"source": work.source.to_json(), "runs": [run.run_id for run in runs]},
        title=f"Leak sentinel, {shell.rows(len(runs), 'member')}",
        key=f"{key}.sentinel",
        icon=":material/policy:",
    )


def reason_for(checks: Sequence[Check], *, key: str) -> str:
    """A field for why the file goes out against these checks; blank until the reason says something.

    Args:
        key: Beginning of the widgets' keys.
    """
    names = ", ".join(shell.plain(check.check) for check in checks)
    text = st.text_input(
        f"Export all the same (against: {names}), because …",
        key=f"{key}.reason",
        placeholder="the helper column is known before the price is",
        help=f"Goes into the bundle's manifest; {LEAST_REASON} to {MOST_REASON} characters.",
    )
    try:
        return Clearance((), text).reason
    except InputError as error:
        st.caption(f":red[{shell.escaped(str(error))}]")
        return ""
