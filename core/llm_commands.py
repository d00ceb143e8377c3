"""The commands ``attributes`` and ``probe``. Without ``--yes`` they say what would be sent, and send nothing."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Any

from core.arguments import add_catalog, source_given, usable_folder, whole_number
from core.errors import InputError

if TYPE_CHECKING:
    from core.catalog import CatalogSource
    from core.llm import AskSpec, AskSummary, Endpoint, SendPlan


def add_llm_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add both."""
    read = commands.add_parser("attributes", help="have a language model read each product; writes a side table")
    _add(read)
    read.add_argument("--limit", type=whole_number, metavar="N", help="the first N different texts, drawn by lot")
    read.add_argument(
        "--retry", nargs="+", default=[], metavar="FAILURE", help="failures to ask again, such as timed_out cut_off"
    )
    read.set_defaults(command=_attributes)
    probe = commands.add_parser("probe", help="ask a language model for 100 prices, before any bigger plan")
    _add(probe)
    probe.set_defaults(command=_probe)


def _add(parser: argparse.ArgumentParser) -> None:
    add_catalog(parser)
    parser.add_argument(
        "--url", required=True, metavar="U", help="OpenAI-compatible endpoint, http://localhost:8000/v1"
    )
    parser.add_argument("--model", required=True, metavar="M", help="the model's name as the endpoint knows it")
    parser.add_argument("--price-in", type=dollars_number, metavar="X", help="dollars for a million tokens sent")
    parser.add_argument("--price-out", type=dollars_number, metavar="X", help="dollars for a million tokens received")
    parser.add_argument("--max-cost", type=dollars_number, metavar="X", help="stop before this many dollars")
    parser.add_argument("--concurrency", type=whole_number, default=8, metavar="N", help="requests at once (8)")
    parser.add_argument("--yes", action="store_true", help="send; without it, only say what would be sent")


def dollars_number(text: str) -> float:
    """0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 0 or more dollars")
    return value


def _attributes(options: argparse.Namespace) -> None:
    from core.catalog import load_catalog
    from core.llm import (
        ask_attributes,
        attribute_answers,
        attribute_inputs,
        attribute_table,
        plan_attributes,
        read_rows,
        side_name,
        write_side_table,
    )
    from core.llm_tasks import summary_json
    from core.progress import terminal_progress
    from core.store import default_store, write_json_atomic

    endpoint, spec, source = _asked(options)
    store = default_store()
    inputs = attribute_inputs(load_catalog(source), spec.images, store=store)
    plan = plan_attributes(inputs, attribute_answers(endpoint.model, store=store), endpoint, spec)
    if not _agreed(options, plan):
        return
    usable_folder(options.out)
    with terminal_progress() as report:
        done = ask_attributes(inputs, endpoint, spec, store=store, report=report)
    table = attribute_table(inputs, attribute_answers(endpoint.model, store=store))
    paths = write_side_table(table, options.out, side_name(endpoint.model))
    write_json_atomic(options.out / "report.json", {"model": endpoint.model, **summary_json(done)})
    sys.stdout.write("".join(f"{path}\n" for path in paths))
    sys.stdout.write(f"{read_rows(table):,} of {inputs.products:,} products read; {_told(done)}\n")


def _probe(options: argparse.Namespace) -> None:
    from core.catalog import load_catalog
    from core.llm import ask_probe, plan_probe, probe_answers, probe_inputs
    from core.llm_tasks import find_probe, summary_json
    from core.progress import terminal_progress
    from core.store import default_store, write_atomic, write_json_atomic

    endpoint, spec, source = _asked(options)
    store, catalog = default_store(), load_catalog(source)
    inputs = probe_inputs(catalog, spec.images, store=store, seed=options.seed)
    plan = plan_probe(inputs, probe_answers(endpoint.model, store=store), endpoint, spec)
    if not _agreed(options, plan):
        return
    usable_folder(options.out)
    with terminal_progress() as report:
        done = ask_probe(inputs, endpoint, spec, store=store, report=report)
    found = find_probe(catalog, inputs, endpoint.model, spec, store=store)
    if found is None:
        raise InputError("the limit of the cost ended the probe before its last row.", "Raise --max-cost.")
    write_atomic(options.out / "probe.csv", found.table.to_csv(lineterminator="\n").encode("utf-8", "replace"))
    report_json = {"model": endpoint.model, **summary_json(done), "probe": found.to_json()}
    write_json_atomic(options.out / "report.json", report_json)
    sys.stdout.write(f"{found.said()}\n{_told(done)}; see {options.out / 'report.json'}\n")


def _asked(options: argparse.Namespace) -> tuple[Endpoint, AskSpec, CatalogSource]:
    from core.llm import AskSpec, Endpoint, SendSpec, Tariff

    endpoint = Endpoint(options.url, options.model)
    spec = AskSpec(
        images=options.images,
        limit=getattr(options, "limit", None),
        retry=tuple(getattr(options, "retry", ())),
        tariff=Tariff(options.price_in, options.price_out),
        max_cost=options.max_cost,
        send=SendSpec(concurrency=options.concurrency),
    )
    return endpoint, spec, source_given(options)


def _agreed(options: argparse.Namespace, plan: SendPlan) -> bool:
    """Say what is going to be sent; True when it may be."""
    sys.stdout.write("".join(f"{line}\n" for line in plan.lines()))
    if not options.yes:
        sys.stdout.write("Nothing was sent. Add --yes to send it.\n")
    return bool(options.yes)


def _told(done: AskSummary) -> str:
    from core.llm import FAILURES, dollars

    failed = [f"{done.counts[name]:,} {name}" for name in FAILURES if name in done.counts]
    parts = [f"{done.counts.get('ok', 0):,} answers", *failed, f"{done.requests:,} requests now"]
    if left := done.counts.get("pending", 0):
        parts.append(f"{left:,} not asked")
    return ", ".join(parts) + ("" if done.cost is None else f", {dollars(done.cost)}")
