"""A product's photo, where the local folder has it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.embed import find_photos, photo_path
from pages import _shell as shell


def product_photo(work: shell.Workspace, split: str, sample_id: str, *, width_px: int = 260) -> None:
    """The photo, or a line that says why there is none."""
    folder = work.images
    if folder is None or not folder.is_dir():
        st.caption("No photo folder is chosen.")
        return
    path = photo_of(work, folder, split, sample_id)
    if path is None:
        st.caption("The photo folder has no photo of it.")
    else:
        st.image(path, width=width_px)


def photo_of(work: shell.Workspace, folder: Path, split: str, sample_id: str) -> Path | None:
    """Where a product's photo lies; None without one."""
    key = ("features.photos", work.catalog.key, str(folder), str(folder.stat().st_mtime_ns))
    files = shell.kept(key, lambda: find_photos(work.catalog, folder))
    side = files.train if split == "train" else files.test
    return photo_path(folder, str(side["file"].loc[sample_id]))
