"""Embeddings: photos and titles as vectors, and what is near what."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.embed import (
    TOWERS,
    Embedding,
    ModelSpec,
    find_photos,
    read_images,
    read_texts,
    remember_vectors,
    vectors_stamp,
)
from core.types import SplitFrame, Tower
from pages import _shell as shell
from pages._embeddings import coverage, job, model, models, photos, product_map, search, statuses, twins
from pages._embeddings.view import TOWER_TITLES, View


def photo_folder(work: shell.Workspace) -> Path | None:
    """The folder that holds the photos: the catalogue's own, or the one typed."""
    # Other files, or another folder chosen with them, start with their own folder.
    key = f"embed.images.{work.catalog.key}.{work.images}"
    shell.first_value(key, str(work.images or ""))
    typed = st.text_input(
        "Photo folder",
        key=key,
        persist_state="session",
        placeholder="path of a folder on this machine",
        help="Files are named like the last part of the link, or like the sample_id. Only a download writes into it.",
    )
    return Path(typed.strip()).expanduser() if typed.strip() else None


def photo_files(work: shell.Workspace, folder: Path) -> SplitFrame:
    """Which file belongs to which product, from memory while the folder stays as it is."""
    stamp = str(folder.stat().st_mtime_ns) if folder.is_dir() else ""
    key = ("embed.files", work.catalog.key, str(folder), stamp)
    return shell.kept(key, lambda: find_photos(work.catalog, folder))


def known_vectors(work: shell.Workspace, folder: Path | None, spec: ModelSpec, tower: Tower) -> Embedding | None:
    """What the cache holds for this model, from memory until something is added."""
    stamp = vectors_stamp(spec, tower, store=work.store)
    if not stamp or (tower == "image" and folder is None):
        return None
    where = (str(folder), str(folder.stat().st_mtime_ns)) if tower == "image" and folder and folder.is_dir() else ()

    def read() -> Embedding | None:
        if tower == "image" and folder is not None:
            found = read_images(work.catalog, folder, spec, store=work.store)
        else:
            found = read_texts(work.catalog, spec, store=work.store)
        if found is not None:
            remember_vectors(work.catalog, found, folder if tower == "image" else None, store=work.store)
        return found

    return shell.kept(("embed.vectors", work.catalog.key, tower, stamp, *where), read)


@shell.fragment()
def results(view: View) -> None:
    """What the vectors know, each part made when its tab is opened."""
    known = view.known
    ready = [tower for tower in TOWERS if tower in known and known[tower].present_pct > 0]
    names = ["Map", "Search", "Twins", "Statuses", "Models"] if ready else ["Statuses", "Models"]
    tower: Tower = ready[0] if ready else "image"
    if len(ready) > 1:
        tower = st.segmented_control(
            "Vectors of",
            ready,
            default=ready[0],
            required=True,
            format_func=TOWER_TITLES.__getitem__,
            key="embed.shown",
            persist_state="session",
        )
    for name, tab in zip(names, st.tabs(names, key="embed.tabs", on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab, shell.guard():
            if name == "Map":
                product_map.draw(view, known[tower])
            elif name == "Search":
                search.draw(view, known[tower])
            elif name == "Twins":
                twins.draw(view, known[tower])
            elif name == "Models":
                models.draw(view)
            else:
                statuses.draw(known["image"].rows if "image" in known else view.files)


with shell.page("Embeddings", "Which photos do we have, and what do their vectors know?"):
    work = shell.workspace()
    above = st.container()
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            folder = photo_folder(work)
        with right:
            spec = model.draw()
        files = None
        if folder is not None:
            with shell.guard():
                files = photo_files(work, folder)
        usable = folder if files is not None else None
        with st.spinner("Reading the vectors …"):
            found = {tower: known_vectors(work, usable, spec, tower) for tower in TOWERS}
        known: dict[Tower, Embedding] = {tower: value for tower, value in found.items() if value is not None}
        view = View(work, usable, files, spec, known)
        job.draw(view)
    with above:
        coverage.draw(view)
        if usable is None:
            shell.empty_state(
                "No photo folder yet. Name one below, fetch the photos behind the links, or encode the titles alone."
            )
        elif not known:
            shell.empty_state("No vectors of this model yet. Choose a model below and press Encode.")
    photos.draw(work, folder)
    results(view)
