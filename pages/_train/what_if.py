"""What if: change pack, size, brand, text or photo of a product, and see price and reasons move at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import perf_counter

import streamlit as st

from core.catalog import UNIT_NAMES
from core.explain import (
    NO_PHOTO,
    OpenRun,
    RowReasons,
    WhatIf,
    WhatIfAnswer,
    WhatIfEdit,
    WhatIfForetold,
    foretell_what_if,
    is_of_photo,
    open_what_if,
)
from core.features import MAX_SHOWN_CHARS, UNITS, ProductEdit, RowView
from core.figures import explain as pictures
from core.metrics import to_price
from core.overrides import OverrideField
from core.store import hash_bytes
from core.train import known_blocks
from core.types import BlockInfo
from pages import _shell as shell
from pages._features.picture import product_photo
from pages._features.text import fact_table, marked

BASE_UNITS = {"weight": "gram", "volume": "milliliter", "count": "count"}
PAGE_S = 3.0
"""What takes longer is left to a job."""
OWN_PHOTO, NONE, OTHERS = "its own", "none", "another product's"


def what_if(
    work: shell.Workspace, ready: OpenRun, before: RowReasons, view: RowView, infos: Mapping[str, BlockInfo]
) -> None:
    """The switch, the fields, and the answer."""
    st.subheader("What if?", anchor=False)
    if not st.toggle("Change this product and see its price move", key="train.what_if", persist_state="session"):
        return
    asked = prepared(work, ready)
    if asked is None:
        return
    edit = fields(work, ready, view)
    started = perf_counter()
    answer = asked.answer("train" if view.split == "train" else "test", view.sample_id, edit, before=before)
    seconds = perf_counter() - started
    show(answer, edit, infos, seconds)


def prepared(work: shell.Workspace, ready: OpenRun) -> WhatIf | None:
    """The run ready for edits; None where a job has to fit something for it first, which this offers."""
    key = ("train.what_if", ready.run.key, work.catalog.read_key, str(work.store.root))
    store = work.store
    needs = foretell_what_if(ready.run, work.catalog, ready.plan, store=store)
    if needs.seconds > PAGE_S:
        _offer(work, ready, needs)
        return None
    with st.spinner("Making the blocks ready for single products …", show_time=True):
        return shell.kept(key, lambda: open_what_if(ready, store=store))


def _offer(work: shell.Workspace, ready: OpenRun, needs: WhatIfForetold) -> None:
    """What is to be fitted once, how long it takes, and the job that does it."""
    infos = known_blocks(work.catalog)
    said = ", ".join(infos[name].title if name in infos else "the reading of brands" for name in needs.parts)
    shell.empty_state(
        f"To be made once for this run: {shell.escaped(said)}. Then every edit is answered at once, also after a"
        " restart."
    )
    shell.start_job_button(
        f"Make ready, about {shell.seconds(needs.seconds)}",
        "what_if",
        {"source": work.source.to_json(), "run_id": ready.run.run_id},
        title=f"What if, run {ready.run.run_id[:6]}",
        key="train.what_if.make",
        help="Fits what reading and encoding a single product takes, on the rows that each fold may see, and keeps it.",
    )


def fields(work: shell.Workspace, ready: OpenRun, view: RowView) -> WhatIfEdit:
    """The form; what is left as it was changes nothing."""
    state = hash_bytes(repr((ready.run.key, work.catalog.read_key, view.split, view.sample_id)).encode())
    own = view.text[:MAX_SHOWN_CHARS]
    left, right = st.columns([3, 2])
    text = left.text_area(
        "Catalogue text",
        value=own,
        height=260,
        max_chars=MAX_SHOWN_CHARS,
        key=f"train.edit.text.{state}",
        help="Read when you press Ctrl+Enter or click elsewhere. Fields beside it overrule what it says.",
    )
    with right:
        changed = _numbers(view, state)
        photo = _photo(work, ready, state)
    # A text that is longer than the box is left whole unless it was touched.
    return WhatIfEdit(ProductEdit(None if (text or "") == own else text or "", changed), photo)


def _numbers(view: RowView, state: str) -> dict[OverrideField, str]:
    """Brand, packages and what one holds, as far as they were changed."""
    size = view.size
    unit = size.unit if size.unit in UNITS and UNITS[size.unit].kind == size.unit_kind else ""
    unit = unit or BASE_UNITS.get(size.unit_kind, UNIT_NAMES[0])
    one = None if math.isnan(size.unit_size) else float(f"{size.unit_size / UNITS[unit].base:.6g}")
    brand = st.text_input("Brand", value=view.brand, key=f"train.edit.brand.{state}", max_chars=120)
    columns = st.columns([1, 1, 1])

    def number(place: int, label: str, value: float | None) -> float | None:
        return columns[place].number_input(
            label, min_value=0.0, value=value, format="%g", key=f"train.edit.{label}.{state}", placeholder="unknown"
        )

    pack, holds = number(0, "Packages", size.pack_count), number(1, "One package", one)
    named = columns[2].selectbox("Unit", UNIT_NAMES, index=UNIT_NAMES.index(unit), key=f"train.edit.unit.{state}")
    changed: dict[OverrideField, str] = {}
    if brand != view.brand:
        changed["brand"] = brand
    if pack and pack != size.pack_count:
        changed["pack_count"] = f"{pack:.12g}"
    if holds and (holds, named) != (one, unit):
        changed["unit_size"] = f"{holds:.12g} {named}"
    return changed


def _photo(work: shell.Workspace, ready: OpenRun, state: str) -> tuple[str, str] | None:
    """Whose photo the product gets; asked only where the run looks at photos."""
    if not any(is_of_photo(block) for block in ready.run.spec.blocks):
        st.caption("This run does not look at photos.")
        return None
    whose = st.segmented_control(
        "Photo", [OWN_PHOTO, NONE, OTHERS], default=OWN_PHOTO, required=True, key=f"train.edit.photo.{state}"
    )
    if whose != OTHERS:
        return NO_PHOTO if whose == NONE else None
    typed = st.text_input("sample_id of that product", key=f"train.edit.donor.{state}").strip()
    for split in ("train", "test"):
        if typed in getattr(work.catalog.items, split).index:
            product_photo(work, split, typed, width_px=140)
            return split, typed
    st.caption("No product has that id." if typed else "Type an id; the row browser of Features shows them.")
    return None


def show(answer: WhatIfAnswer, edit: WhatIfEdit, infos: Mapping[str, BlockInfo], seconds: float) -> None:
    """The new price, what moved it, and what was read."""
    titles = {name: info.title for name, info in infos.items()}
    old, new = (float(to_price(one.log_price)) for one in (answer.before, answer.after))
    if edit == WhatIfEdit():
        st.caption("Nothing is changed yet.")
    shell.headlines(
        [
            shell.Headline("New price", shell.money(new), f"before {shell.money(old)}"),
            shell.Headline("Factor", f"× {answer.factor:.3f}", f"answered in {1000 * seconds:.0f} ms"),
        ]
    )
    if answer.stale:
        named = ", ".join(titles.get(name, name) for name in answer.stale)
        st.warning(
            f"Still as before the edit: {shell.escaped(named)}. These cannot be made anew for one product here.",
            icon=":material/warning:",
        )
    left, right = st.columns(2)
    with left:
        moved = answer.moved()
        shell.chart(pictures.moves(moved, titles), key="train.moves", alt="reasons before and after")
        st.caption("What each block does to the price, before and after; the largest change on top.")
    with right:
        st.html(fact_table(answer.read.view.facts))
        if edit.product.text is not None:
            st.html(marked(answer.read.view.marks))
