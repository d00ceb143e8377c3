"""The zero-shot probe: what it would send, its verdict by the rule, and the rows behind it."""

from __future__ import annotations

import streamlit as st

from core.figures import probe as pictures
from core.llm import RULE_PCT, AskSpec, Probe, SendPlan, dollars, plan_probe, probe_answers, probe_inputs
from core.llm_tasks import find_probe
from core.spans import span
from pages import _shell as shell
from pages._strategies.llm_endpoint import Asked, job_params
from pages._strategies.llm_sending import ask_again, failure_table, send_button, what_is_sent


def probe(work: shell.Workspace, asked: Asked) -> None:
    """The panel."""
    images = asked.spec.images
    with st.spinner("Drawing the rows …"):
        inputs = shell.kept(
            ("llm.probe", work.catalog.read_key, str(images)),
            lambda: probe_inputs(work.catalog, images, store=work.store),
        )
    model = asked.endpoint.model
    plan = plan_probe(inputs, probe_answers(model, store=work.store), asked.endpoint, asked.spec)
    found = find_probe(work.catalog, inputs, model, asked.spec, store=work.store)
    if found is None:
        told = "the text" if images is None else "text and photo"
        st.markdown(
            f"Before any bigger plan: {shell.rows(len(inputs.keys.train), 'train product')}, spread over price deciles"
            f" and over brands that other rows have and have not, priced by the model from {told} alone. The rule:"
            f" under {RULE_PCT:.0f} % SMAPE consider it, otherwise leave it."
        )
        what_is_sent(plan)
        params = job_params(work, asked.endpoint, asked.spec, sides=True)
        send_button("Probe", "probe", params, plan, title=f"Probe, {model}", key="llm.probe")
        return
    _result(found, model)

    def again(spec: AskSpec) -> SendPlan:
        return plan_probe(inputs, probe_answers(model, store=work.store), asked.endpoint, spec)

    spec = ask_again(found.failures, again, asked, key="llm.probe_retry")
    if spec is not None:
        params = job_params(work, asked.endpoint, spec, sides=True)
        send_button(
            "These failures", "probe", params, again(spec), title=f"Probe again, {model}", key="llm.probe_again"
        )


def _result(found: Probe, model: str) -> None:
    """Verdict, numbers, picture, rows."""
    show = st.warning if found.straddles else st.success if found.verdict == "consider" else st.info
    show(shell.escaped(found.said()), icon=":material/gavel:")
    _headlines(found)
    if found.compared is not None:
        _compared(found)
    else:
        st.caption("No run on this data yet to hold it against; train one, and the comparison stands here.")
    if found.failures:
        failure_table(dict(found.failures), key="llm.probe_failures")
    shell.chart(pictures.told_prices(found.table), key="llm.told", alt="what the model said against the true price")
    rows = found.table.sort_values("smape_pct", ascending=False).reset_index()
    shell.table(
        rows,
        key="llm.probe_rows",
        columns={
            "price": st.column_config.NumberColumn("price", format="$%.2f"),
            "predicted": st.column_config.NumberColumn("said", format="$%.2f"),
            "smape_pct": st.column_config.NumberColumn("SMAPE %", format="%.1f"),
        },
    )
    st.caption(
        f"{shell.escaped(model)}, {shell.rows(len(found.table), 'train row')}; a failure is scored 200 %. The interval"
        " is 90 %, from rows drawn again; it knows nothing of what the model would say in other words."
    )


def _headlines(found: Probe) -> None:
    low, high = found.interval_pct
    failed = sum(found.failures.values())
    cost = found.cost_in_all
    shell.headlines(
        [
            shell.Headline("SMAPE of the probe", shell.smape(found.smape_pct), shell.interval(low, high, 0.9)),
            shell.Headline(
                "Failed", f"{failed} of {len(found.table)}", f"{shell.smape(found.priced_smape_pct)} on the others"
            ),
            shell.Headline(
                f"Time for {shell.rows(found.rows_in_all)}",
                span(found.seconds_in_all),
                f"{found.seconds_per_row:.3g} s a row",
                help="Train and test together, with as many requests at once as are set above.",
            ),
            shell.Headline(
                f"Cost for {shell.rows(found.rows_in_all)}",
                "not known" if cost is None else dollars(cost),
                "name the prices of tokens above" if found.cost_per_row is None else f"${found.cost_per_row:.6f} a row",
            ),
        ]
    )


def _compared(found: Probe) -> None:
    other = found.compared
    assert other is not None
    low, high = other.interval_pct
    if low > 0:
        verdict = "the run is better"
    elif high < 0:
        verdict = "the model is better"
    else:
        verdict = "which of the two is better cannot be told"
    st.markdown(
        f"On the same rows the best run (`{other.name}`) has {shell.smape(other.smape_pct)} out of fold. The model is"
        f" **{shell.delta(other.difference_pct)}** against it ({shell.delta(low)} to {shell.delta(high)} at 90 %,"
        f" paired): {verdict}."
    )
