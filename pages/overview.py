"""Overview: the whole story in a few numbers."""

from __future__ import annotations

import streamlit as st

from core.figures import overview as figures
from core.folds import on_folds
from core.pipeline import latest_report, true_smape_pct
from core.presets import DEFAULT_PRESET, PRESETS
from core.train import family_title
from core.types import JsonDict
from pages import _shell as shell
from pages._submissions.line import ledger_line

RARE_LEVEL_PCT = 20.0


def with_interval(text: str, score: JsonDict) -> str:
    """The text with the interval of a score, where it has one."""
    low, high, level = (score.get(name) for name in ("low_pct", "high_pct", "level"))
    return f"{text}, {shell.interval(low, high, level)}" if low and high and level else text


def truth(report: JsonDict, work: shell.Workspace) -> str:
    """The true score, where the test prices are known: on the demo."""
    key = ("overview.truth", work.catalog.key, repr(shell.section(report, "blend")))
    known = shell.kept(key, lambda: true_smape_pct(report, work.source, work.catalog, store=work.store))
    return "" if known is None else f"; true score here: {shell.smape(known)}"


def run_lines(report: JsonDict | None) -> list[JsonDict]:
    """The runs of the report in the words of the screen."""
    return [
        {
            "out-of-fold SMAPE": shell.smape(run.get("oof_smape_pct")),
            "family": family_title(str(run.get("family"))),
            "blocks": ", ".join(map(shell.plain, run.get("blocks", []))),
            "rounds by fold": run.get("rounds"),
            "trained in": shell.seconds(float(run.get("seconds") or 0.0)),
            "run": run.get("run_id"),
        }
        for run in shell.listed(report, "runs")
    ]


def headlines(report: JsonDict, work: shell.Workspace) -> None:
    """Validation, what the leak claims, the forecast, and the unseen brands."""
    cv, forecast, brand = (shell.section(report, name) for name in ("cv", "forecast", "brand"))
    leaked = next((item for item in shell.listed(report, "gap") if item.get("setting") == "in_sample_brand_price"), {})
    folds, plan = cv.get("fold_smape_pct") or [], str(cv.get("fold_plan", "random"))
    shell.headlines(
        [
            shell.Headline(
                "Validation",
                shell.smape(cv.get("smape_pct")),
                with_interval(f"out of fold, {shell.rows(work.catalog.n_train, 'train row')}{on_folds(plan)}", cv),
                "SMAPE of each train row by models that did not see it; 0 to 200 %, lower is better."
                + (f" Its folds: {min(folds):.2f} to {max(folds):.2f}." if folds else ""),
            ),
            shell.Headline(
                "What a leak would claim",
                shell.smape(leaked.get("oof_smape_pct")),
                "brand price that saw the row's own price",
                "Out-of-fold score of a model with a brand's mean price over all rows, the validation rows included:"
                " the usual mistake. Nothing of it is exported.",
            ),
            shell.Headline(
                "Forecast of the test score",
                shell.smape(forecast.get("smape_pct")),
                with_interval(shell.rows(work.catalog.n_test, "test row"), forecast) + truth(report, work)
                if forecast
                else "not computed yet",
                "What the leaderboard should say, with the mix of brands in the test file taken into account.",
            ),
            shell.Headline(
                "Test rows of unseen brands",
                shell.percent(brand.get("test_rows_unseen_pct")),
                f"{brand['n_test_brands']:,} test brands, {brand['n_train_brands']:,} in train" if brand else "",
                "Share of test rows whose brand no train row has: what was learned of brands does not help there.",
            ),
        ]
    )


def next_step(report: JsonDict) -> None:
    """Where to go from here, with the links."""
    unseen = shell.section(report, "brand").get("test_rows_unseen_pct") or 0.0
    exported = report.get("command") != "diagnose"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        if unseen >= RARE_LEVEL_PCT:
            st.markdown("**Next:** many test rows have an unseen brand. See which, and what that costs.")
            st.page_link("pages/brand_shift.py", label="Brand shift", icon=":material/compare_arrows:")
        else:
            st.markdown("**Next:** train more runs, blend them, and take the file.")
            st.page_link("pages/train.py", label="Train & explain", icon=":material/model_training:")
        if exported:
            st.page_link("pages/ensemble.py", label="Blend & download", icon=":material/balance:")


def run_button(work: shell.Workspace, *, label: str, primary: bool) -> None:
    """The button that goes the whole way."""
    preset = PRESETS[DEFAULT_PRESET]
    shell.start_job_button(
        label,
        "pipeline",
        {"source": work.source.to_json(), "preset": preset.name, "seed": 0},
        title=f"Whole run, {work.catalog.name}",
        key="overview.run",
        primary=primary,
        help=f"Preset {preset.name}: {preset.meaning}. Trains, blends, forecasts, checks the submission.",
    )


def details(report: JsonDict | None, work: shell.Workspace) -> None:
    """The data, its notices, the runs and the checks, each in a tab."""
    data, notices, runs, checks = st.tabs(["Prices", "Notices", "Runs", "Checks"])
    with data:
        shell.chart(figures.price_histogram(work.catalog.price), key="overview.prices", alt="histogram of train prices")
    with notices:
        for notice in work.catalog.notices:
            st.markdown(f"- {shell.escaped(notice.message)}")
        if not work.catalog.notices:
            st.caption("Nothing odd was found in the files.")
    with runs:
        shell.records(run_lines(report), empty="No run yet.", key="overview.runs")
    with checks:
        found = [*shell.listed(report, "sentinel"), *shell.listed(shell.section(report, "export"), "checks")]
        found = [{**item, "check": shell.plain(str(item.get("check", "")))} for item in found]
        shell.records(found, empty="No checks yet: they come with the first run.", key="overview.checks")


with shell.page("Overview", "What will the leaderboard say, and why is it not what validation says?"):
    work = shell.workspace()
    run, diagnosis = (
        latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose")
    )
    report = run or diagnosis
    if report is None:
        shell.headlines(
            [
                shell.Headline("Train rows", f"{work.catalog.n_train:,}", "with a price"),
                shell.Headline("Test rows", f"{work.catalog.n_test:,}", "to be priced"),
                shell.Headline("Median price", shell.money(float(work.catalog.price.median())), "of the train rows"),
            ]
        )
        shell.empty_state(
            "No run on this data yet. One click trains two models, blends them, measures what a leak would have"
            " claimed, and forecasts the test score."
        )
    else:
        if shell.section(report, "data").get("overrides", "") != work.catalog.overrides.key:
            st.warning("This was measured before your corrections changed. Run it again to take them in.")
        headlines(report, work)
        steps = figures.ladder_steps(report)
        if steps:
            shell.chart(figures.gap_ladder(steps), key="overview.ladder", alt="scores from the leaked to the forecast")
            st.caption(
                "Up to the bars of this run, all share one small model and differ only in what they are shown. Red has"
                " seen the prices that it is scored on."
            )
        if run is None:
            shell.empty_state(
                "So far a diagnosis, by one LightGBM. One click trains the second model, blends both, and makes the"
                " file to submit."
            )
        next_step(report)
    ledger_line(work)
    run_button(work, label="Run it all" if run is None else "Run again", primary=run is None)
    details(report, work)
