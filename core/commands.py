"""What the commands on a catalogue and on predictions do; :mod:`core.cli` says what each of them takes."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from core.arguments import source_given, usable_folder
from core.errors import InputError

if TYPE_CHECKING:
    from core.embed import ModelSpec


def run_command(options: argparse.Namespace) -> None:
    """Train, blend and write the submission with its report."""
    from core.folds import on_folds
    from core.pipeline import PipelineSpec, run_pipeline, write_result
    from core.plans import plan_name
    from core.progress import terminal_progress
    from core.store import default_store

    model = _model(options)
    spec = PipelineSpec(
        preset=options.preset,
        seed=options.seed,
        forecast=not options.no_forecast,
        model=model,
        plan=plan_name(options.plan),
        seeds_bagged=options.seeds_bagged,
    )
    usable_folder(options.out)
    with terminal_progress() as report:
        result = run_pipeline(source_given(options), spec, store=default_store(), report=report)
    write_result(result, options.out)
    cv = result.report["cv"]
    sys.stdout.write(f"{options.out / 'test_out.csv'}: {len(result.submission)} rows, {cv['smape_pct']:.2f} % SMAPE")
    sys.stdout.write(
        f" out of fold on {result.catalog.n_train} rows{on_folds(cv['fold_plan'])}; see {options.out / 'report.json'}\n"
    )


def _model(options: argparse.Namespace) -> ModelSpec | None:
    from core.embed import ModelSpec

    if options.model is None:
        if options.pretrained is not None:
            raise InputError("--pretrained names weights of no model.", "Name the model with --model.")
        return None
    return ModelSpec(options.model, options.pretrained)


def diagnose_command(options: argparse.Namespace) -> None:
    """Write what brand shift, forecast and sentinel say."""
    from core.pipeline import diagnose
    from core.progress import terminal_progress
    from core.store import default_store, write_json_atomic

    usable_folder(options.out)
    with terminal_progress() as report:
        found = diagnose(source_given(options), seed=options.seed, store=default_store(), report=report)
    write_json_atomic(options.out / "report.json", found)
    sys.stdout.write(f"see {options.out / 'report.json'}\n")


def tune_command(options: argparse.Namespace) -> None:
    """Search settings and write what the winner gains."""
    from core.pipeline import tune_settings
    from core.progress import terminal_progress
    from core.store import default_store, write_json_atomic

    usable_folder(options.out)
    with terminal_progress() as report:
        found = tune_settings(
            source_given(options),
            family=options.family,
            preset=options.preset,
            minutes=options.minutes,
            seed=options.seed,
            store=default_store(),
            report=report,
        )
    write_json_atomic(options.out / "report.json", found.to_json())
    low, high = found.gain.interval_95_pct
    said = f"{found.gain.gain_pct:+.2f} points of SMAPE (95 % {low:+.2f} to {high:+.2f}), {found.verdict}"
    sys.stdout.write(f"{options.out / 'report.json'}: {found.n_trials} trials; the winner gains {said}, on")
    sys.stdout.write(f" {found.n_unseen} rows that no trial was judged by\n")


def strategies_command(options: argparse.Namespace) -> None:
    """Measure strategies and write the board."""
    from core.progress import terminal_progress
    from core.store import default_store, write_atomic, write_json_atomic
    from core.strategies import board_table, weigh_strategies

    model = _model(options)
    usable_folder(options.out)
    with terminal_progress() as report:
        found = weigh_strategies(
            source_given(options),
            store=default_store(),
            model=model,
            recipes=options.recipes,
            only=options.only,
            minutes=options.minutes,
            report=report,
        )
    write_atomic(options.out / "strategies.csv", board_table(found).to_csv(index=False).encode())
    write_json_atomic(options.out / "report.json", found)
    sys.stdout.write(f"{found['advice']}\n{options.out / 'strategies.csv'}\n")


def features_command(options: argparse.Namespace) -> None:
    """Write the table of features and its dictionary."""
    from core.pipeline import write_features
    from core.progress import terminal_progress
    from core.store import default_store

    usable_folder(options.out)
    with terminal_progress() as report:
        write_features(source_given(options), options.out, blocks=options.blocks, store=default_store(), report=report)
    sys.stdout.write(f"{options.out / 'features.parquet'}\n{options.out / 'features_dictionary.csv'}\n")


def embed_command(options: argparse.Namespace) -> None:
    """Write vectors of photos and texts."""
    from core.embed import EncodeOptions, ModelSpec
    from core.pipeline import write_embeddings
    from core.progress import terminal_progress
    from core.store import default_store

    spec = ModelSpec(options.model, options.pretrained)
    how = EncodeOptions(device=options.device, make_room=options.make_room)
    source = source_given(options)
    usable_folder(options.out)
    with terminal_progress() as report:
        write_embeddings(source, spec, options.towers, options.out, store=default_store(), report=report, options=how)
    sys.stdout.write(f"{options.out}\n")


def blend_command(options: argparse.Namespace) -> None:
    """Weigh files of predictions and write their blend."""
    from core.pipeline import blend_files
    from core.progress import terminal_progress

    usable_folder(options.out)
    with terminal_progress() as report:
        found = blend_files(
            options.oof, options.test, options.out, scales=dict(options.scale), seed=options.seed, report=report
        )
    best = found["blend"]
    sys.stdout.write(f"{best['title']} in {best['space']} space: {best['nested_smape_pct']:.2f} % SMAPE, nested;")
    sys.stdout.write(f" see {options.out / 'report.json'}\n")


def images_command(options: argparse.Namespace) -> None:
    """Fetch the photos of the tables' links."""
    from core.catalog import read_links
    from core.config import settings
    from core.images import STATUSES, TABLE, FetchSpec, fetch_photos
    from core.progress import terminal_progress

    given = {
        "per_host": options.max_per_host,
        "per_host_rate": options.rate,
        "concurrency": options.concurrency,
        "attempts": options.attempts,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    spec = replace(FetchSpec(loopback_ports=settings().loopback_ports), **chosen)
    links = [link for table in options.tables for link in read_links(table)]
    if not any(link.strip() for link in links):
        raise InputError("no row of the files has an image_link.", "Name files with links.")
    with terminal_progress() as report:
        done = fetch_photos(links, options.to, spec, retry=tuple(options.retry), report=report)
    failed = ", ".join(f"{done.counts[name]:,} {name}" for name in STATUSES if name != "ok" and name in done.counts)
    ok = f"{done.counts.get('ok', 0):,} of {done.links:,} photos, {done.fetched:,} of them new"
    sys.stdout.write(f"{options.to}: {ok}{'; ' + failed if failed else ''}; see {options.to / TABLE}\n")


def demo_command(options: argparse.Namespace) -> None:
    """Write a made-up catalogue."""
    from core.catalog import DemoSpec, write_demo
    from core.progress import terminal_progress

    usable_folder(options.out)
    with terminal_progress() as report:
        files = write_demo(
            options.out, DemoSpec(rows=options.rows, unseen=options.unseen, seed=options.seed), report=report
        )
    sys.stdout.write(f"{files.train}\n{files.test}\n")
