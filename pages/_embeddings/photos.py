"""The photos behind the links: how many are here, fetching them, what became of each link, trying again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from core.config import settings
from core.images import PENDING, STATUSES, count_links, journal_stamp, link_table, own_folder
from core.jobs import list_jobs
from core.types import IMAGE, JsonDict
from pages import _shell as shell

SHOWN = 2_000
DONE = "ok"


def draw(work: shell.Workspace, folder: Path | None) -> None:
    """The panel; ``folder`` is the one chosen on the page, None for the studio's own."""
    target = folder or own_folder(work.source, settings().cache_dir)
    with st.spinner("Looking through the links …"):
        table = _table(work, target)
    if table.empty:
        return
    done, total = int(table["status"].eq(DONE).sum()), len(table)
    title = f"Photos behind the links: {done:,} of {total:,} fetched"
    begun = not table["status"].eq(PENDING).all()
    concerns = folder is None or _active(target) or (begun and done < total)
    with st.expander(title, icon=":material/download:", expanded=concerns):
        _panel(work, target, table, new=folder is None)


@shell.fragment()
def _panel(work: shell.Workspace, target: Path, table: pd.DataFrame, *, new: bool) -> None:
    counts = count_links(table)
    known = counts["status"].tolist()
    st.markdown(_where(target))
    if work.is_demo:
        st.caption("The demo's links are as invented as its products: each is refused, and nobody is asked.")
    _start(work, target, _left(table), begun=known != [PENDING], primary=new)
    if known == [PENDING]:
        return
    shell.table(counts, key="photos.counts")
    _again(work, target, table, [name for name in known if name not in (DONE, PENDING)])


def _left(table: pd.DataFrame) -> int:
    """Links that the next download asks for."""
    settled = [name for name, meaning in STATUSES.items() if meaning.settled]
    return int((~table["status"].isin(settled)).sum())


def _where(target: Path) -> str:
    """Where the photos go and in which manner."""
    return (
        f"Into `{str(target).replace('`', '')}`. A photo that lies there already under its link's name is taken as it"
        " is. Servers are asked politely and left alone for as long as they ask for it; links into private networks"
        " are never followed. What is finished stays finished, whenever the download is stopped."
    )


def _start(work: shell.Workspace, target: Path, left: int, *, begun: bool, primary: bool) -> None:
    label = f"Fetch the {left:,} left" if begun else f"Fetch {shell.rows(left, 'photo')}"
    shell.start_job_button(
        label if left else "All links are settled",
        "images",
        _params(work, target, []),
        title=f"Photos, {work.catalog.name}",
        key="photos.start",
        disabled=not left or _active(target),
        primary=primary and bool(left),
        icon=":material/download:",
        help="Fetches what was not tried yet, and what failed in a way that may pass.",
    )


def _again(work: shell.Workspace, target: Path, table: pd.DataFrame, failed: list[str]) -> None:
    """The links of the chosen statuses, and the button that tries them again."""
    if not failed:
        return
    shell.default_widget("photos.statuses", failed, among=failed)
    picked = st.pills("Show", failed, selection_mode="multi", format_func=shell.plain, key="photos.statuses")
    rows = table.loc[table["status"].isin(picked), ["status", "url", "detail", "http", "attempts", "products"]]
    shown = rows.head(SHOWN)
    shell.table(shown, key="photos.rows", columns={"url": st.column_config.TextColumn("link", width="large")})
    if len(shown) < len(rows):
        st.caption(f"The first {len(shown):,} of {shell.rows(len(rows), 'link')}.")
    shell.start_job_button(
        f"Try these {len(rows):,} again",
        "images",
        _params(work, target, sorted(picked)),
        title=f"Photos again, {work.catalog.name}",
        key="photos.again",
        disabled=not len(rows) or _active(target),
        primary=False,
        icon=":material/replay:",
        help="Fetches what is left as well. A refused link stays refused: that is not the server's doing.",
    )


def _params(work: shell.Workspace, target: Path, retry: list[str]) -> JsonDict:
    # The folder that the catalogue shows may change with the download; the job stays the same.
    source = replace(work.source, images=None).to_json()
    return {"source": source, "folder": str(target.absolute()), "retry": [*retry]}


def _active(target: Path) -> bool:
    """True while a download into the folder runs or waits for its turn."""
    into = str(target.absolute())
    return any(job.active and job.kind == "images" and job.params.get("folder") == into for job in list_jobs())


def _table(work: shell.Workspace, target: Path) -> pd.DataFrame:
    """What became of the links, from memory until something changes in the folder's journal or its files."""
    files = str(target.stat().st_mtime_ns) if target.is_dir() else ""
    key = ("photos.links", work.catalog.key, str(target), journal_stamp(target), files)
    sides = (work.catalog.items.train, work.catalog.items.test)
    return shell.kept(key, lambda: link_table([str(link) for side in sides for link in side[IMAGE]], target))
