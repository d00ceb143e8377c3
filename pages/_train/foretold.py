"""What a run will take here, said before it is started."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.config import settings
from core.features import BLOCKS, artifact_key
from core.folds import FoldPlan, PlanName
from core.runs import RunForetold, RunSize, foretell_run, run_size
from core.spans import span
from core.store import canonical_json
from core.train import TrainSpec, all_runs, block_keys, known_blocks
from pages import _shell as shell
from pages._train.plans import NOT_YET, drawn


def foretold_caption(work: shell.Workspace, spec: TrainSpec, name: PlanName) -> None:
    """One line: seconds, memory, and what they rest on."""
    plan = drawn(work, name)
    if plan is None:
        st.caption(f"{NOT_YET}: the run does that first, and what it takes can be foretold from then on.")
        return
    found = foretold(work, spec, plan)
    unknown = [known_blocks(work.catalog)[name].title for name in found.unknown]
    more = f" Still to be made, which comes on top: {shell.escaped(', '.join(unknown))}." if unknown else ""
    st.caption(f"Will take {said(found)}, by {_BASIS[found.basis]}.{more}")


_BASIS = {"past runs": "what runs took here before", "timed sample": "a timed sample on this machine"}


def said(found: RunForetold) -> str:
    """``about 12 s, 0.4 GiB``; no more digits than it is good for."""
    return f"about {span(found.seconds)}, {found.gib:.1f} GiB"


def foretold(work: shell.Workspace, spec: TrainSpec, plan: FoldPlan) -> RunForetold:
    """What the run would cost now; the timed sample is taken once."""
    runs = all_runs(store=work.store)
    size = size_of(work, spec.blocks, plan)
    marks = (str(size), str(len(runs)), str(settings().threads), canonical_json({**spec.to_json(), "seed": 0}))
    return shell.kept(("runs.foretold", *marks), lambda: foretell_run(spec, size, runs, threads=settings().threads))


def size_of(work: shell.Workspace, blocks: Sequence[str], plan: FoldPlan) -> RunSize:
    """The size of a run on these blocks."""
    read_keys = [artifact_key(work.catalog, name) for name in ("brands", *BLOCKS)]
    read_keys += [found.key for found in (*work.catalog.vectors, *work.catalog.attached, *work.catalog.sides)]
    names = tuple(name for name in known_blocks(work.catalog) if name in blocks)
    keys = shell.kept(
        ("runs.keys", plan.key, str(work.store.root), *names, *read_keys),
        lambda: block_keys(work.catalog, plan, list(names), store=work.store),
    )
    return run_size(work.catalog, plan, names, keys, store=work.store)
