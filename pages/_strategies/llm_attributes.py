"""Attributes read by the model: a timed sample, the rest, what failed, and the side table that comes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import streamlit as st

from core.llm import (
    OK,
    SAMPLE,
    Answer,
    AskSpec,
    Inputs,
    SendPlan,
    attribute_answers,
    attribute_inputs,
    attribute_table,
    attributes_stamp,
    plan_attributes,
    read_rows,
    shown_readings,
    side_name,
)
from core.llm_tasks import table_folder, write_table
from core.types import SplitFrame
from pages import _shell as shell
from pages._strategies.llm_endpoint import Asked, job_params
from pages._strategies.llm_sending import ask_again, failure_table, send_button, what_is_sent

SHOWN = 200


def attributes(work: shell.Workspace, asked: Asked) -> None:
    """The panel."""
    images = asked.spec.images
    folder = "" if images is None else f"{images} {images.stat().st_mtime_ns if images.is_dir() else ''}"
    with st.spinner("Looking through the products …"):
        inputs = shell.kept(
            ("llm.inputs", work.catalog.key, folder), lambda: attribute_inputs(work.catalog, images, store=work.store)
        )
    model = asked.endpoint.model
    stamp = (model, attributes_stamp(model, store=work.store), str(work.store.root))
    answers = shell.kept(("llm.answers", *stamp), lambda: attribute_answers(model, store=work.store))
    here = {key: answers[key] for key in inputs.questions if key in answers}
    counts = Counter(answer.status for answer in here.values())
    _headlines(inputs, here, counts)
    _send(work, asked, inputs, answers)
    if not here:
        return
    failure_table(counts, key="llm.failures")
    _again(work, asked, inputs, answers, {*counts} - {OK})
    table = shell.kept(("llm.table", work.catalog.key, folder, *stamp), lambda: attribute_table(inputs, answers))
    _use(work, asked, inputs, table)
    _look(table)


def _headlines(inputs: Inputs, here: dict[str, Answer], counts: Counter[str]) -> None:
    total, read = len(inputs.questions), counts[OK]
    failed = len(here) - read
    shell.headlines(
        [
            shell.Headline("Texts read", f"{read:,}", f"of {total:,} different ones"),
            shell.Headline(
                "Failed",
                f"{failed:,}",
                f"{shell.percent(100 * failed / len(here))} of those asked" if here else "",
                help="Left missing, and counted by kind below.",
            ),
            shell.Headline("Left to ask", f"{total - len(here):,}"),
        ]
    )


def _send(work: shell.Workspace, asked: Asked, inputs: Inputs, answers: dict[str, Answer]) -> None:
    """The sample first, whose time and cost foretell the rest."""
    whole = plan_attributes(inputs, answers, asked.endpoint, asked.spec)
    first = replace(asked.spec, limit=SAMPLE)
    sample = plan_attributes(inputs, answers, asked.endpoint, first)
    if whole.to_ask:
        what_is_sent(whole)
    if sample.to_ask:
        send_button(
            f"Timed sample of {SAMPLE}",
            "attributes",
            job_params(work, asked.endpoint, first, sides=False),
            sample,
            title=f"Sample of attributes, {asked.endpoint.model}",
            key="llm.sample",
        )
    most = None
    if asked.spec.tariff.known and whole.to_ask:
        most = st.number_input(
            "Stop before it costs more than ($)",
            min_value=0.01,
            value=None,
            key="llm.max_cost",
            placeholder="no limit",
            width=280,
        )
    send_button(
        "All that are left",
        "attributes",
        job_params(work, asked.endpoint, replace(asked.spec, max_cost=most), sides=False),
        whole,
        title=f"Attributes, {asked.endpoint.model}",
        key="llm.all",
        primary=not sample.to_ask,
    )


def _again(work: shell.Workspace, asked: Asked, inputs: Inputs, answers: dict[str, Answer], failed: set[str]) -> None:
    """Failures that are asked again, by kind."""

    def plan(spec: AskSpec) -> SendPlan:
        return plan_attributes(inputs, answers, asked.endpoint, spec)

    spec = ask_again(failed, plan, asked, key="llm.retry")
    if spec is not None:
        send_button(
            "These failures, and all that are left",
            "attributes",
            job_params(work, asked.endpoint, spec, sides=False),
            plan(spec),
            title=f"Attributes again, {asked.endpoint.model}",
            key="llm.again",
            primary=False,
        )


def _use(work: shell.Workspace, asked: Asked, inputs: Inputs, table: SplitFrame) -> None:
    """The side table: attached by a click, measured on Features like any other block."""
    read = read_rows(table)
    if not read:
        return
    name = side_name(asked.endpoint.model)
    folder = table_folder(work.source)
    paths = tuple(str(folder / f"{name}_{role}.csv") for role in ("train", "test"))
    attached = set(paths) <= set(work.source.sides)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Bring the side table up to date" if attached else f"Use as side table {name}"
        if st.button(
            label,
            key="llm.attach",
            icon=":material/table_chart:",
            help=f"{read:,} of {inputs.products:,} products have a reading; the others read missing.",
        ):
            write_table(inputs, asked.endpoint.model, folder, store=work.store)
            if not attached:
                shell.choose_source(replace(work.source, sides=(*work.source.sides, *paths)))
            st.rerun()
        if attached:
            st.caption(f"In use as block side:{name}.", width="content")
            st.page_link("pages/features.py", label="Measure its gain on Features", icon=":material/grid_view:")


def _look(table: SplitFrame) -> None:
    """The first readings, to see what the model makes of the texts."""
    shown = shown_readings(table, SHOWN)
    shell.table(shown, key="llm.readings")
    st.caption(f"The first {shell.rows(len(shown), 'product')} that were read.")
