"""Wrong? Correct it: the form of one product, and the list of all that was corrected."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.catalog import OVERRIDES_FILE, UNIT_NAMES, drop_overrides, keep_overrides
from core.features import UNITS, RowView
from core.overrides import Override, OverrideField
from core.store import hash_bytes
from core.types import TEXT
from pages import _shell as shell

FIELD_NAMES: Mapping[OverrideField, str] = {
    "brand": "Brand",
    "pack_count": "Packages",
    "unit_size": "One package",
    "total_count": "Pieces",
    "value": "Value field",
    "merge": "Merged brand",
}
BASE_UNITS = {"weight": "gram", "volume": "milliliter", "count": "count"}
TITLE_CHARS = 80


def correct(work: shell.Workspace, view: RowView) -> None:
    """The form that puts one product right, and what was put right in it."""
    shown = _shown(view)
    state = hash_bytes(repr((work.catalog.key, view.split, view.sample_id, dict(view.corrected))).encode())
    with st.form(f"features.correct.{state}"):
        typed = _fields(shown, state)
        if st.form_submit_button("Save", type="primary", icon=":material/save:", key=f"features.save.{state}"):
            _save(work, view, shown, typed)
    _undo(work, view)
    st.caption(
        f"Kept in {OVERRIDES_FILE} beside the train file. The whole offer is packages times one package; what depends"
        " on it is computed anew, all else stays cached."
    )


def _shown(view: RowView) -> dict[str, str | float | None]:
    """The form's first values: what holds now."""
    size = view.size
    unit = view.corrected["unit_size"].partition(" ")[2] if "unit_size" in view.corrected else size.unit
    if unit not in UNITS or UNITS[unit].kind != size.unit_kind:
        unit = BASE_UNITS.get(size.unit_kind, UNIT_NAMES[0])
    return {
        "brand": view.brand,
        "pack_count": size.pack_count,
        "unit_number": _known(size.unit_size / UNITS[unit].base),
        "unit": unit,
        "total_count": _known(size.total_count),
        "value": _known(size.value),
    }


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(f"{number:.6g}")


def _fields(shown: Mapping[str, str | float | None], state: str) -> dict[str, str | float | None]:
    def number(place: st.delta_generator.DeltaGenerator, name: str, label: str, help_text: str) -> float | None:
        value = shown[name]
        return place.number_input(
            label,
            min_value=0.0,
            value=float(value) if isinstance(value, float | int) else None,
            format="%g",
            key=f"features.field.{name}.{state}",
            placeholder="unknown",
            help=help_text,
        )

    above, below = st.columns([2, 1, 1, 1]), st.columns([2, 1, 1, 1])
    return {
        "brand": above[0].text_input(
            "Brand", value=str(shown["brand"]), key=f"features.field.brand.{state}", max_chars=120,
            placeholder="no brand", help="Blank says that the product has no brand that one could name.",
        ),
        "pack_count": number(above[1], "pack_count", "Packages", "The outer retail unit: 12 boxes of 4 bars are 12."),
        "unit_number": number(above[2], "unit_number", "One package", "What one package holds."),
        "unit": above[3].selectbox(
            "Unit", UNIT_NAMES, index=UNIT_NAMES.index(str(shown["unit"])), key=f"features.field.unit.{state}"
        ),
        "total_count": number(below[1], "total_count", "Pieces", "Pieces in the whole offer."),
        "value": number(below[2], "value", "Value field", "What the Value field should have said."),
    }  # fmt: skip


def _save(
    work: shell.Workspace,
    view: RowView,
    shown: Mapping[str, str | float | None],
    typed: Mapping[str, str | float | None],
) -> None:
    """Write what differs from what was shown."""
    changed: dict[OverrideField, str] = {}
    if typed["brand"] != shown["brand"]:
        changed["brand"] = str(typed["brand"] or "")
    names: tuple[OverrideField, ...] = ("pack_count", "total_count", "value")
    for name in names:
        if typed[name] != shown[name]:
            changed[name] = f"{typed[name]:.12g}"
    size = typed["unit_number"], typed["unit"]
    if size[0] is not None and size != (shown["unit_number"], shown["unit"]):
        changed["unit_size"] = f"{size[0]:.12g} {size[1]}"
    if not changed:
        st.caption("Nothing differs from what was read.")
        return
    keep_overrides(work.overrides, [Override(name, to, view.split, view.sample_id) for name, to in changed.items()])
    st.rerun(scope="app")


def _undo(work: shell.Workspace, view: RowView) -> None:
    mine = [
        line for line in work.catalog.overrides.lines if (line.split, line.sample_id) == (view.split, view.sample_id)
    ]
    if not mine:
        return
    with st.container(horizontal=True):
        for line in mine:
            label = f"Undo {FIELD_NAMES[line.what]}: {shell.escaped(line.to) or 'no brand'}"
            if st.button(label, key=f"features.undo.{line.what}", icon=":material/undo:"):
                drop_overrides(work.overrides, [line])
                st.rerun(scope="app")


def corrections_made(work: shell.Workspace) -> None:
    """All lines of the override table, each with the way back."""
    lines = work.catalog.overrides.lines
    if not lines:
        shell.empty_state(
            "Nothing is corrected. A product is corrected in the row browser, brands are merged on the Brand shift"
            " page; both are listed here.",
            icon=":material/edit:",
        )
        return
    st.write(
        f"{shell.rows(len(lines), 'line')} of {OVERRIDES_FILE}, kept beside the train file. Choose one to undo it."
    )
    picked = lines[shell.pick_row(_table(work, lines).to_dict("records"), key="features.corrections")]
    said = f"{FIELD_NAMES[picked.what]} {picked.of or picked.sample_id}: {picked.to or 'no brand'}"
    with st.container(horizontal=True):
        if st.button(f"Undo {shell.escaped(said)}", key="features.undo_picked", icon=":material/undo:"):
            drop_overrides(work.overrides, [picked])
            st.rerun(scope="app")
        if len(lines) > 1:
            with st.popover(f"Undo all {len(lines):,} …", icon=":material/undo:"):
                st.caption("Download the file first if you may want them again.")
                if st.button(f"Yes, undo all {len(lines):,}", key="features.undo_all", type="primary"):
                    drop_overrides(work.overrides, lines)
                    st.rerun(scope="app")
        st.download_button(
            "Download",
            work.overrides.read_bytes,
            file_name=OVERRIDES_FILE,
            mime="text/csv",
            key="features.download_corrections",
            icon=":material/download:",
            on_click="ignore",
        )


def _table(work: shell.Workspace, lines: tuple[Override, ...]) -> pd.DataFrame:
    texts = {split: getattr(work.catalog.items, split)[TEXT] for split in ("train", "test")}
    return pd.DataFrame(
        {
            "what": [FIELD_NAMES[line.what] for line in lines],
            "of": [line.of or f"{line.split} row {line.sample_id}" for line in lines],
            "is now": [line.to or "no brand" for line in lines],
            "text": [str(texts[line.split].loc[line.sample_id])[:TITLE_CHARS] if line.split else "" for line in lines],
        }
    )
