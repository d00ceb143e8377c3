"""The feature blocks in use on a catalogue: one choice for all pages, kept in the address over a reload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.types import BlockInfo

_PARAMETER = "blocks"
_MOST = 100


def chosen_blocks(catalog_key: str, default: Sequence[str], *, among: Mapping[str, BlockInfo]) -> list[str]:
    """The blocks in use on the catalogue, in the order of ``among``; ``default`` until the user has chosen."""
    chosen = st.session_state.get(_key(catalog_key), default)
    return [name for name in among if name in chosen]


def choose_blocks(catalog_key: str, names: Sequence[str]) -> None:
    """Use these blocks on the catalogue from now on, on every page."""
    st.session_state[_key(catalog_key)] = sorted(names)


def block_pills(
    label: str, catalog_key: str, default: Sequence[str], *, among: Mapping[str, BlockInfo], key: str
) -> list[str]:
    """The choice as pills; returns it."""
    st.session_state[key] = chosen_blocks(catalog_key, default, among=among)
    picked = st.pills(
        label,
        list(among),
        selection_mode="multi",
        format_func=lambda name: among[name].title,
        key=key,
        help="\n".join(f"- **{info.title}**: {_said(info)}" for info in among.values()),
        on_change=lambda: choose_blocks(catalog_key, st.session_state[key]),
    )
    # In a part that reruns on its own the sidebar, which sees to the address otherwise, is not drawn again.
    sync_blocks(catalog_key)
    return sorted(picked)


def block_toggle(
    name: str, catalog_key: str, default: Sequence[str], *, among: Mapping[str, BlockInfo], key: str
) -> bool:
    """One block of the choice as a toggle; returns whether it is on."""
    chosen = chosen_blocks(catalog_key, default, among=among)
    st.session_state[key] = name in chosen

    def flip() -> None:
        rest = [other for other in chosen_blocks(catalog_key, default, among=among) if other != name]
        choose_blocks(catalog_key, [*rest, name] if st.session_state[key] else rest)

    return st.toggle(among[name].title, key=key, help=_said(among[name]), on_change=flip)


def sync_blocks(catalog_key: str) -> None:
    """Take the catalogue's choice out of the address when the session has none, else write it there."""
    tag = catalog_key[:8]
    said = st.query_params.get_all(_PARAMETER)
    if _key(catalog_key) not in st.session_state and said[:1] == [tag]:
        # Anybody can write an address: not without end, and pages drop names that they do not know.
        st.session_state[_key(catalog_key)] = sorted(said[1:_MOST])
    chosen = st.session_state.get(_key(catalog_key))
    if chosen is None:
        st.query_params.pop(_PARAMETER, None)
    elif said != [tag, *chosen]:
        st.query_params[_PARAMETER] = [tag, *chosen]


def _said(info: BlockInfo) -> str:
    return f"{info.meaning}. Off by default: {info.why_off}" if info.why_off else info.meaning


def _key(catalog_key: str) -> str:
    return f"shell.blocks.{catalog_key}"
