"""What changed since an earlier submission, and what that can do to the score."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.blend import Blend
from core.catalog import read_submitted, save_upload
from core.config import settings
from core.export import MOVED_PCT, Diff, Earlier, diff, earlier_of
from core.figures.difference import two_submissions
from core.metrics import to_log_price
from pages import _shell as shell


def difference(
    work: shell.Workspace, chosen: Blend, frame: pd.DataFrame, earlier: Sequence[Earlier], forecast: float | None
) -> None:
    """A fold of the page: choose an earlier submission or bring a file, and see what moved."""
    fold = st.expander(
        "Beside an earlier submission", key="ensemble.diff_open", on_change="rerun", icon=":material/difference:"
    )
    if fold.open:
        with fold, shell.guard():
            before = _earlier(earlier)
            if before is not None:
                residual = to_log_price(work.catalog.price) - chosen.nested_log_price.to_numpy(dtype="float64")
                show(work, diff(frame, before, residual, forecast_smape_pct=forecast), before)


def _earlier(earlier: Sequence[Earlier]) -> Earlier | None:
    """The submission to compare with: an uploaded file first, else one of the ledger's, the last at first."""
    left, right = st.columns(2)
    with right:
        given = st.file_uploader("Or a file from elsewhere", type=["csv", "parquet"], key="ensemble.diff_file")
    with left:
        names = [one.name for one in earlier]
        picked = st.selectbox(
            "Submission",
            range(len(names)),
            index=len(names) - 1 if names else None,
            format_func=lambda place: names[place],
            key=f"ensemble.diff_with.{len(names)}",
            placeholder="none logged yet",
            disabled=not names,
        )
    if given is not None:
        return earlier_of(read_submitted(save_upload(given.getvalue(), given.name, settings().cache_dir)))
    if picked is None:
        shell.empty_state("Nothing to compare with yet. Log a submission, or drop a file that you sent before.")
        return None
    return earlier[picked]


def show(work: shell.Workspace, found: Diff, before: Earlier) -> None:
    """Headlines, the two prices of each row, and the rows that moved most."""
    score = found.score
    correlation = f"{found.log_correlation:.3f}" if math.isfinite(found.log_correlation) else "–"
    shell.headlines(
        [
            shell.Headline(
                "Correlation", correlation, f"of log prices, {shell.rows(len(found.rows))}", "1 is the same order."
            ),
            shell.Headline(
                f"Moved more than {MOVED_PCT:.0f} %",
                shell.percent(found.moved_pct),
                f"median change {shell.delta(found.median_change_pct)} %",
            ),
            shell.Headline(
                "Score can change by",
                f"±{score.bound_pct:.2f}",
                "SMAPE between the two: no truth can move it further",
            ),
            shell.Headline(
                "To expect",
                shell.delta(score.if_new_right_pct),
                f"if this file errs as out of fold; {shell.delta(score.if_earlier_right_pct)} if the earlier one does",
                "Points of SMAPE; below 0 this file does better. From the out-of-fold residuals of this blend.",
            ),
        ]
    )
    if score.foretold_pct is not None and score.low_pct is not None and score.high_pct is not None:
        st.caption(
            f"The forecasts differ by {shell.delta(score.foretold_pct)} ({shell.delta(score.low_pct)} to"
            f" {shell.delta(score.high_pct)} at 90 %, from the draw of the test rows)."
        )
    if before.leaderboard_smape_pct is not None:
        st.caption(f"{shell.escaped(before.name)} scored {shell.smape(before.leaderboard_smape_pct)}.")
    if found.only_new or found.only_earlier:
        st.caption(
            f"Not compared: {shell.rows(found.only_new)} of this file and {shell.rows(found.only_earlier)} of the"
            " other, which the other one lacks."
        )
    shell.chart(
        two_submissions(found.rows, moved_pct=MOVED_PCT, earlier=found.name),
        key="ensemble.diff_chart",
        alt="each row's price in the earlier and in this submission",
    )
    st.markdown("**Rows that moved most**")
    shell.table(
        found.moved_most(work.catalog),
        key="ensemble.diff_rows",
        columns={
            "earlier": st.column_config.NumberColumn(format="dollar"),
            "new": st.column_config.NumberColumn(format="dollar"),
            "change_pct": st.column_config.NumberColumn("change", format="%+.0f %%"),
        },
    )
