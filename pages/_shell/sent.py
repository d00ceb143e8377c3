"""Rows that one page sends to the row browser of another: kept until they are cleared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.store import hash_bytes

_BROWSER = "pages/features.py"


@dataclass(frozen=True)
class SentRows:
    """A set of train rows with what a screen calls it."""

    label: str
    sample_ids: frozenset[str]

    @property
    def key(self) -> str:
        """Hash of the rows, for what is kept in memory."""
        return hash_bytes("\n".join(sorted(self.sample_ids)).encode())


def send_rows(catalog_key: str, label: str, sample_ids: Sequence[str]) -> None:
    """Let the row browser show these train rows only, and go there."""
    st.session_state[_key(catalog_key)] = SentRows(label, frozenset(sample_ids))
    st.session_state["features.tabs"] = "Row browser"
    st.switch_page(_BROWSER)


def sent_rows(catalog_key: str) -> SentRows | None:
    """The rows that were sent, or None."""
    found: SentRows | None = st.session_state.get(_key(catalog_key))
    return found


def clear_sent(catalog_key: str) -> None:
    """Let the row browser show all rows again."""
    st.session_state.pop(_key(catalog_key), None)


def _key(catalog_key: str) -> str:
    return f"shell.sent.{catalog_key}"
