"""Embeddings: photos and titles as vectors, and what is near what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from core.embed import (
    MODELS,
    TOWERS,
    Embedding,
    EncodeOptions,
    ModelSpec,
    ProductCard,
    count_statuses,
    embed_images,
    embed_texts,
    failed_rows,
    find_photos,
    find_products,
    find_rate,
    map_table,
    nearest_products,
    product_cards,
    project_map,
    read_images,
    read_texts,
    remember_vectors,
    text_query,
    vectors_stamp,
)
from core.features import brands
from core.figures import embeddings as figures
from core.types import SplitFrame, Tower
from pages import _shell as shell
from pages._embeddings import photos

TOWER_TITLES: dict[Tower, str] = {"image": "Photos", "text": "Titles"}
CUSTOM = "Another: any open_clip model, a folder, random weights"
SAMPLE = 32
MAP_POINTS = 20_000
NEAR = 8
FAILURES_SHOWN = 2_000


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


def choose_model() -> ModelSpec:
    """One of the list, or whatever the user types."""
    named = {f"{info.spec.label} · {info.licence}": info for info in MODELS}
    chosen = st.selectbox(
        "Model",
        [*named, CUSTOM],
        key="embed.model",
        persist_state="session",
        help="The challenge asks for MIT or Apache-2.0 weights; all of the list are.",
    )
    if chosen in named:
        info = named[chosen]
        st.caption(
            f"{info.dim} numbers a vector, {info.image_px} px, {info.parameters_m:.0f} M parameters. {info.note}"
        )
        return info.spec
    left, right = st.columns(2)
    tag = left.text_input(
        "Name",
        "ViT-B-32",
        key="embed.tag",
        persist_state="session",
        help="An architecture of open_clip, local-dir:PATH for a folder in its format, or hf-hub:owner/name.",
    )
    weights = right.text_input(
        "Weights of an architecture",
        key="embed.weights",
        persist_state="session",
        help="A published tag, or the path of a checkpoint (.safetensors, or .pt without code). Empty: random weights.",
    )
    spec = ModelSpec(tag.strip(), weights.strip() or None)
    if spec.random_weights:
        st.caption("Random weights know nothing of products; they show that the way works.")
    return spec


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


def coverage(work: shell.Workspace, files: SplitFrame | None, known: dict[Tower, Embedding]) -> None:
    """How many products have a photo, and how many a vector."""
    numbers = []
    for side, frame in (("Train", files.train if files else None), ("Test", files.test if files else None)):
        total = work.catalog.n_train if side == "Train" else work.catalog.n_test
        here = 0 if frame is None else int(frame["file"].ne("").sum())
        numbers.append(
            shell.Headline(
                f"{side} photos at hand",
                shell.percent(100.0 * here / total if total else None),
                f"{here:,} of {shell.rows(total, 'product')}",
                "Products whose photo is in the folder by name. A product without one is missing, never zero.",
            )
        )
    for tower, title in TOWER_TITLES.items():
        found = known.get(tower)
        note = (
            "not encoded with this model yet" if found is None else f"{found.failed:,} failed, {found.dim} numbers each"
        )
        numbers.append(
            shell.Headline(f"{title} with a vector", shell.percent(None if found is None else found.present_pct), note)
        )
    shell.headlines(numbers)


def forecast_cost(
    work: shell.Workspace, files: SplitFrame | None, spec: ModelSpec, tower: Tower, found: Embedding | None
) -> str:
    """How many items are to be encoded and how long that takes here, in words."""
    everything = work.catalog.n_train + work.catalog.n_test
    at_hand = 0 if files is None else int(files.stacked()["file"].ne("").sum())
    left = found.pending if found is not None else everything if tower == "text" else at_hand
    title = TOWER_TITLES[tower]
    if not left:
        return f"**{title}**: nothing to encode."
    rate = find_rate(spec, tower, store=work.store)
    if rate is None:
        return f"**{title}**: up to {left:,} to encode; the time is not known yet, take a sample."
    took = shell.seconds(rate.seconds_for(left))
    return (
        f"**{title}**: up to {left:,} to encode, about {took} ({rate.items_per_second:.1f} a second on {rate.device},"
        f" measured on {rate.items:,} items; {rate.limit} is the limit)."
    )


def time_sample(work: shell.Workspace, folder: Path | None, spec: ModelSpec, towers: list[Tower], batch: int) -> None:
    """Encode a few items of each tower here and now; they stay in the cache."""
    options = EncodeOptions(batch_size=batch or SAMPLE // 2)
    with st.spinner(f"Opening {spec.short_label} and encoding {SAMPLE} …"):
        if "image" in towers and folder is not None:
            embed_images(work.catalog, folder, spec, store=work.store, options=options, limit=SAMPLE)
        if "text" in towers:
            embed_texts(work.catalog, spec, store=work.store, options=options, limit=SAMPLE)
    st.rerun()


def encoding(
    work: shell.Workspace, folder: Path | None, files: SplitFrame | None, spec: ModelSpec, known: dict[Tower, Embedding]
) -> None:
    """What to encode, what it costs, and the button."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    shell.first_value("embed.towers", list(TOWERS))
    picked = left.pills(
        "Encode",
        TOWERS,
        selection_mode="multi",
        format_func=TOWER_TITLES.__getitem__,
        key="embed.towers",
        persist_state="session",
    )
    towers: list[Tower] = [tower for tower in TOWERS if tower in picked and (tower == "text" or folder is not None)]
    batch = right.number_input(
        "Batch size",
        min_value=0,
        max_value=4096,
        value=0,
        key="embed.batch",
        persist_state="session",
        help="0 picks one for this machine; it is halved by itself when memory runs out.",
    )
    for tower in towers:
        st.markdown(forecast_cost(work, files, spec, tower, known.get(tower)))
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.start_job_button(
            "Encode",
            "embed",
            {
                "source": work.source.to_json(),
                "images": str(folder) if folder is not None else "",
                "tag": spec.tag,
                "pretrained": spec.pretrained,
                "towers": [*towers],
                "batch_size": int(batch),
            },
            title=f"Vectors, {spec.short_label}",
            key="embed.start",
            disabled=not towers,
            help="Runs on its own; what is finished stays finished, whenever it is stopped.",
        )
        if st.button("Take a timed sample", key="embed.sample", icon=":material/timer:", disabled=not towers):
            with shell.guard():
                time_sample(work, folder, spec, towers, int(batch))


def gallery(cards: list[ProductCard]) -> None:
    """Products side by side, with photo, title and price."""
    for first in range(0, len(cards), 4):
        for column, card in zip(st.columns(4), cards[first : first + 4], strict=False):
            with column, st.container(border=True, height="stretch"):
                if card.photo is not None:
                    st.image(card.photo, width="stretch")
                else:
                    st.caption("no photo at hand")
                price = shell.money(card.price) if card.split == "train" else "test, no price"
                st.markdown(f"**{shell.escaped(price)}**  \n{shell.escaped(card.title)}")
                near = "" if np.isnan(card.similarity) else f" · cosine {card.similarity:.3f}"
                st.caption(f"{shell.escaped(card.sample_id)}{near}")


def product_map(work: shell.Workspace, found: Embedding) -> None:
    """The map of the products, drawn once and kept."""
    colour = st.segmented_control(
        "Colour by",
        list(figures.MAP_COLOURS),
        default="price",
        required=True,
        format_func=figures.MAP_COLOURS.__getitem__,
        key="embed.colour",
        persist_state="session",
    )
    with st.spinner("Drawing the map …"):
        places = project_map(found, store=work.store)
    shell.badge(places, what="map")
    brand = brands(work.catalog, store=work.store).value if colour == "brand" else None
    table = map_table(work.catalog, places.value, brand, max_points=MAP_POINTS, seed=0)
    shell.chart(figures.product_map(table, str(colour)), key="embed.map", alt="Map of the products")
    shown, whole = len(table), int(sum(mask.sum() for mask in found.present))
    rule = f"A random {shown:,} of the {whole:,}" if shown < whole else f"All {whole:,}"
    st.caption(f"{rule} products with a vector. Near each other means alike to the model; a long way says little.")


def neighbours(work: shell.Workspace, folder: Path | None, files: SplitFrame | None, found: Embedding) -> None:
    """The nearest products to one product."""
    typed, train_only = ask("sample_id, or words of a title", "embed.product")
    rows = find_products(work.catalog, typed, np.concatenate(found.present))
    if not rows:
        st.caption("No product with a vector is called that.")
        return
    cards = product_cards(work.catalog, None, None, rows, [float("nan")] * len(rows))
    titles = {row: f"{card.sample_id} · {card.title}" for row, card in zip(rows, cards, strict=True)}
    row = st.selectbox("Product", rows, format_func=titles.__getitem__, key="embed.match") if len(rows) > 1 else rows[0]
    near = nearest_products(found, row, NEAR, train_only=train_only)
    gallery(product_cards(work.catalog, files, folder, [row], [float("nan")]))
    st.markdown("**Nearest**")
    gallery(product_cards(work.catalog, files, folder, near.rows.tolist(), near.similarity.tolist()))


def search(work: shell.Workspace, folder: Path | None, files: SplitFrame | None, found: Embedding) -> None:
    """The nearest products to typed words."""
    typed, train_only = ask("Words, as one would say what is in the photo", "embed.words")
    if not typed.strip():
        st.caption("Type a few words and press Enter; the text tower of the same model reads them.")
        return
    with st.spinner("Opening the text tower …"):
        query = shell.kept(("embed.query", found.key, typed), lambda: text_query(typed, found.spec))
    near = nearest_products(found, query, NEAR, train_only=train_only)
    gallery(product_cards(work.catalog, files, folder, near.rows.tolist(), near.similarity.tolist()))


def ask(label: str, key: str) -> tuple[str, bool]:
    """What to look for, and whether only among train products."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    typed = left.text_input(label, key=key, persist_state="session")
    return typed, right.toggle("Only train (with prices)", key=f"{key}.train", persist_state="session")


def statuses(table: SplitFrame | None) -> None:
    """How many products have which status, and those that failed."""
    if table is None:
        shell.empty_state("No photo folder is chosen.")
        return
    counts = count_statuses(table)
    shell.chart(figures.coverage_bars(counts), key="embed.coverage", alt="Statuses by split")
    shell.table(counts.reset_index(), key="embed.counts")
    shown, failed = failed_rows(table, FAILURES_SHOWN)
    if not failed:
        st.caption("Nothing failed.")
        return
    st.markdown(f"**Failed** ({len(shown):,} of {failed:,} shown)")
    shell.table(shown, key="embed.failures")
    st.caption("Replace a file by a sound one and encode again: only what changed is read.")


@shell.fragment()
def results(
    work: shell.Workspace, folder: Path | None, files: SplitFrame | None, known: dict[Tower, Embedding]
) -> None:
    """What the vectors know, each part made when its tab is opened."""
    ready = [tower for tower in TOWERS if tower in known and known[tower].present_pct > 0]
    names = ["Map", "Nearest products", "Search by words", "Statuses"] if ready else ["Statuses"]
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
                product_map(work, known[tower])
            elif name == "Nearest products":
                neighbours(work, folder, files, known[tower])
            elif name == "Search by words":
                search(work, folder, files, known[tower])
            else:
                statuses(known["image"].rows if "image" in known else files)


with shell.page("Embeddings", "Which photos do we have, and what do their vectors know?"):
    work = shell.workspace()
    above = st.container()
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            folder = photo_folder(work)
        with right:
            spec = choose_model()
        files = None
        if folder is not None:
            with shell.guard():
                files = photo_files(work, folder)
        usable = folder if files is not None else None
        with st.spinner("Reading the vectors …"):
            found = {tower: known_vectors(work, usable, spec, tower) for tower in TOWERS}
        known: dict[Tower, Embedding] = {tower: value for tower, value in found.items() if value is not None}
        encoding(work, usable, files, spec, known)
    with above:
        coverage(work, files, known)
        if usable is None:
            shell.empty_state(
                "No photo folder yet. Name one below, fetch the photos behind the links, or encode the titles alone."
            )
        elif not known:
            shell.empty_state("No vectors of this model yet. Choose a model below and press Encode.")
    photos.draw(work, folder)
    results(work, usable, files, known)
