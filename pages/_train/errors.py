"""Where a run errs: slices with intervals, calibration, residuals, and the worst rows with their photos."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.explain import SLICES, error_rows, moved_prices, slice_errors, worst_rows
from core.figures import errors as pictures
from core.train import Run
from pages import _shell as shell
from pages._features.picture import photo_of
from pages._train.opened import look_at, plan_for

GALLERY_COLUMNS, GALLERY_ROWS = 4, 3


@shell.fragment()
def draw(work: shell.Workspace, run: Run) -> None:
    """The tab Errors."""
    key = ("train.errors", run.key, work.catalog.read_key, str(work.store.root))
    with st.spinner("Errors of all rows …"):
        rows = shell.kept(key, lambda: error_rows(run, work.catalog, plan_for(work, run), store=work.store))
    slices(work, run, rows)
    left, right = st.columns(2)
    with left:
        st.markdown("**Are the predictions right on average?**")
        shell.chart(pictures.calibration(slice_errors(rows, "predicted_band")), key="train.calibration")
        st.caption(
            "Geometric mean of predicted over true price, rows in tenths by predicted price; left of the line"
            " predictions are too low. Intervals are 90 %, rows clustered by brand."
        )
    with right:
        st.markdown("**Residuals**")
        figure = pictures.residuals(rows["predicted"].to_numpy(), rows["residual"].to_numpy())
        shell.chart(figure, key="train.residuals")
        st.caption(f"All {shell.rows(len(rows), 'train row')}, counted in squares; a stronger blue holds more of them.")
    decision(work, run, rows)
    gallery(work, run)


def decision(work: shell.Workspace, run: Run, rows: pd.DataFrame) -> None:
    """Whether another point than the predicted one would have scored better."""
    st.markdown("**Is the predicted point the one that SMAPE wants?**")
    moved = shell.kept(("train.moved_prices", run.key, work.catalog.read_key), lambda: moved_prices(rows))
    best = moved.loc[moved["change_pct"].idxmin()]
    shell.chart(pictures.moved_prices(moved), key="train.moved_prices", alt="change of SMAPE by a factor on all prices")
    st.caption(
        f"Had every price been multiplied by one factor; lowest at × {best['factor']:.2f} with"
        f" {shell.delta(best['change_pct'])} points, read on the very rows that it is chosen on and so a little too"
        " good. Ensemble & export measures nested whether moving prices gains, and moves them only then. Band 90 %."
    )


def slices(work: shell.Workspace, run: Run, rows: pd.DataFrame) -> None:
    """The error by one way to slice the rows, and the way to look at a slice's rows."""
    by = st.segmented_control(
        "Error by",
        list(SLICES),
        default=next(iter(SLICES)),
        required=True,
        format_func=SLICES.__getitem__,
        key="train.slices",
    )
    table = slice_errors(rows, str(by))
    shell.chart(pictures.slice_bars(table, run.oof_smape_pct), key="train.slice_bars", alt=f"error by {by}")
    st.caption(
        f"Out of fold, {shell.rows(len(rows), 'train row')}; intervals are 90 %, rows clustered by brand. A true price"
        " that is known only afterwards sorts by luck: cheap rows are among the overrated ones by selection."
        if by == "price_band"
        else f"Out of fold, {shell.rows(len(rows), 'train row')}; intervals are 90 %, rows clustered by brand."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("Rows of the slice", table["label"].tolist(), key=f"train.slice.{by}", width=300)
        if st.button("Open in Features", key="train.send", icon=":material/open_in_new:"):
            mine = rows.index[rows[str(by)].astype(str) == label].tolist()
            shell.send_rows(work.catalog.key, f"{SLICES[str(by)]}: {label}", [str(one) for one in mine])


def gallery(work: shell.Workspace, run: Run) -> None:
    """The worst rows, worst first, a page of them at a time."""
    st.markdown("**Worst rows**")
    worst = shell.kept(("train.worst", run.key, work.catalog.key), lambda: worst_rows(run, work.catalog))
    size = GALLERY_COLUMNS * GALLERY_ROWS
    pages = max(1, -(-len(worst) // size))
    page = st.number_input(f"Page 1 to {pages}", min_value=1, max_value=pages, step=1, key="train.gallery", width=160)
    folder = work.images if work.images is not None and work.images.is_dir() else None
    shown = worst.iloc[(int(page) - 1) * size : int(page) * size]
    for start in range(0, len(shown), GALLERY_COLUMNS):
        cells = st.columns(GALLERY_COLUMNS)
        for cell, line in zip(cells, shown.iloc[start : start + GALLERY_COLUMNS].to_dict("records"), strict=False):
            with cell.container(border=True, height="stretch"):
                path = None if folder is None else photo_of(work, folder, "train", str(line["sample_id"]))
                if path is not None:
                    st.image(path, width=140)
                st.markdown(
                    f"**{shell.escaped(shell.money(line['price']))}**, predicted"
                    f" {shell.escaped(shell.money(line['predicted']))}  \n:small[{shell.smape(line['smape_pct'])}]"
                )
                st.caption(shell.escaped(str(line["text"]).removeprefix("Item Name:")[:110]))
                st.button(
                    "Why?",
                    key=f"train.why.{line['sample_id']}",
                    on_click=look_at,
                    args=("train", str(line["sample_id"])),
                    help="Look at what moved this prediction",
                )
