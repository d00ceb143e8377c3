"""The limit of the cache: what would go for the vectors to come, and the button that agrees to it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.config import settings
from core.embed import ModelSpec, RoomPlan, find_choice, gib, vectors_room
from core.types import JsonDict, Tower
from pages import _shell as shell

# A float32 vector has about this accuracy; a smaller deviation is written as "less than".
_LEAST = 1e-5


def draw(work: shell.Workspace, spec: ModelSpec, left: dict[Tower, int], params: JsonDict) -> None:
    """What the choice of model means for accuracy and room; ``left`` has the new vectors of each chosen tower."""
    for tower in left:
        _precision(work, spec, tower)
    limit = settings().cache_limit_bytes
    if limit is None:
        return
    st.caption(f"The cache holds {gib(work.store.size_bytes())} of the {gib(limit)} that it may hold.")
    plans = [vectors_room(spec, tower, items, store=work.store) for tower, items in left.items()]
    for plan in plans:
        if plan is not None:
            _ask(plan, spec, params)
            return


def _ask(plan: RoomPlan, spec: ModelSpec, params: JsonDict) -> None:
    what = plan.words()
    st.warning(shell.escaped(what[:1].upper() + what[1:]), icon=":material/inventory_2:")
    if not plan.enough:
        st.caption("Set `SHELFPRICE_CACHE_LIMIT_GB` higher, or take a smaller model.")
        return
    rows = [(shelf.model, shelf.tower, shelf.rows, gib(shelf.bytes), shelf.used or "unknown") for shelf in plan.going]
    shell.table(pd.DataFrame(rows, columns=["model", "tower", "vectors", "size", "last used"]), key="embed.going")
    shell.start_job_button(
        "Let these go and encode",
        "embed",
        {**params, "make_room": True},
        title=f"Vectors, {spec.short_label}",
        key="embed.make_room",
        primary=False,
        icon=":material/delete_sweep:",
        help="They are computed anew when they are wanted again. Nothing goes without this button.",
    )


def _precision(work: shell.Workspace, spec: ModelSpec, tower: Tower) -> None:
    choice = find_choice(spec, tower, store=work.store)
    if choice is None or choice.precision == "float32":
        return
    apart = f"{choice.deviation:.5f}" if choice.deviation >= _LEAST else f"less than {_LEAST:.5f}"
    st.caption(
        f"The {tower} tower computes in {choice.precision} here, {choice.speedup:.1f} times as fast as in float32;"
        f" vectors differ by {apart} (one minus cosine, the most in the sample)."
    )
