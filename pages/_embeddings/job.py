"""The encoding: what to encode, what it costs here, the timed sample and the button that starts it."""

from __future__ import annotations

import streamlit as st

from core.embed import TOWERS, EncodeOptions, embed_images, embed_texts, find_rate
from core.types import JsonDict, Tower
from pages import _shell as shell
from pages._embeddings import gauge, room
from pages._embeddings.view import TOWER_TITLES, View

SAMPLE = 32


def draw(view: View) -> None:
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
    towers: list[Tower] = [
        tower for tower in view.spec.towers if tower in picked and (tower == "text" or view.folder is not None)
    ]
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
        st.markdown(_cost(view, tower))
    params: JsonDict = {
        "source": view.work.source.to_json(),
        "images": str(view.folder) if view.folder is not None else "",
        "tag": view.spec.tag,
        "pretrained": view.spec.pretrained,
        "towers": [*towers],
        "batch_size": int(batch),
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.start_job_button(
            "Encode",
            "embed",
            params,
            title=f"Vectors, {view.spec.short_label}",
            key="embed.start",
            disabled=not towers,
            help="Runs on its own; what is finished stays finished, whenever it is stopped.",
        )
        if st.button("Take a timed sample", key="embed.sample", icon=":material/timer:", disabled=not towers):
            with shell.guard():
                _time_sample(view, towers, int(batch))
    gauge.draw()
    room.draw(view.work, view.spec, {tower: _left(view, tower) for tower in towers}, params)


def _left(view: View, tower: Tower) -> int:
    """How many products have no vector yet and could have one; rows may share one."""
    found, catalog = view.known.get(tower), view.work.catalog
    if found is not None:
        return found.pending
    if tower == "text":
        return catalog.n_train + catalog.n_test
    return 0 if view.files is None else int(view.files.stacked()["file"].ne("").sum())


def _cost(view: View, tower: Tower) -> str:
    """How many items are to be encoded and how long that takes here, in words."""
    left = _left(view, tower)
    title = TOWER_TITLES[tower]
    if not left:
        return f"**{title}**: nothing to encode."
    rate = find_rate(view.spec, tower, store=view.work.store)
    if rate is None:
        return f"**{title}**: up to {left:,} to encode; the time is not known yet, take a sample."
    took = shell.seconds(rate.seconds_for(left))
    return (
        f"**{title}**: up to {left:,} to encode, about {took} ({rate.items_per_second:.1f} a second on {rate.device},"
        f" measured on {rate.items:,} items; {rate.limit} is the limit)."
    )


def _time_sample(view: View, towers: list[Tower], batch: int) -> None:
    """Encode a few items of each tower here and now; they stay in the cache."""
    options = EncodeOptions(batch_size=batch or SAMPLE // 2)
    catalog, folder, spec, store = view.work.catalog, view.folder, view.spec, view.work.store
    with st.spinner(f"Opening {spec.short_label} and encoding {SAMPLE} …"):
        if "image" in towers and folder is not None:
            embed_images(catalog, folder, spec, store=store, options=options, limit=SAMPLE)
        if "text" in towers:
            embed_texts(catalog, spec, store=store, options=options, limit=SAMPLE)
    st.rerun()
