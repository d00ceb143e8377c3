"""The command line. Bad input ends with status 2 and one line on stderr; nothing half-written stays behind.

Status 3 is no failure: the command did its work, and its answer is no (:data:`core.arguments.ANSWER_IS_NO`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.arguments import (
    BAD_INPUT,
    OneLineParser,
    add_catalog,
    add_folds,
    add_images,
    block_names,
    column_scale,
    minutes_number,
    share_number,
    source_given,
    tower_names,
    usable_folder,
    whole_number,
)
from core.bundle_commands import add_check, add_reproduce
from core.errors import Cancelled, InputError, ShelfpriceError
from core.llm_commands import add_llm_commands

if TYPE_CHECKING:
    from core.embed import ModelSpec

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = options.command
    try:
        status = command(options)
    except ShelfpriceError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        sys.stderr.write("stopped; what is finished is kept, the same command goes on from there\n")
        return INTERRUPTED
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m core", description="Shelfprice Studio without a screen.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=OneLineParser)
    run = commands.add_parser("run", help="train, blend and write a checked submission with its report")
    add_catalog(run)
    run.add_argument("--preset", default="text", help="five-simple, brand or text (default: %(default)s)")
    run.add_argument(
        "--no-forecast", action="store_true", help="leave forecast, gap and leak sentinel out, to save time"
    )
    add_folds(run)
    _add_model(run)
    run.set_defaults(command=_run)
    diagnose = commands.add_parser(
        "diagnose", help="brand shift, the gap, the forecast of the test score, the leak sentinel"
    )
    add_catalog(diagnose)
    diagnose.set_defaults(command=_diagnose)
    tune = commands.add_parser("tune", help="search settings within a budget and train the winner")
    add_catalog(tune)
    tune.add_argument(
        "--minutes", type=minutes_number, required=True, metavar="M", help="what the trials may take together"
    )
    tune.add_argument("--family", default="lightgbm", help="lightgbm or xgboost (default: %(default)s)")
    tune.add_argument("--preset", default="text", help="five-simple, brand or text (default: %(default)s)")
    tune.set_defaults(command=_tune)
    weigh = commands.add_parser("strategies", help="measure every approach on the data: score, forecast, time, memory")
    add_catalog(weigh)
    weigh.add_argument("--minutes", type=minutes_number, metavar="M", help="leave out what would not fit into these")
    weigh.add_argument("--only", type=block_names, default=(), metavar="A,B", help="strategies to run; all")
    weigh.add_argument("--recipes", type=Path, metavar="DIR", help="folder with strategies of your own")
    _add_model(weigh)
    weigh.set_defaults(command=_strategies)
    features = commands.add_parser("features", help="write what was read in each product as a table")
    add_catalog(features)
    features.add_argument(
        "--blocks", type=block_names, default=(), metavar="A,B", help="feature blocks to write; all that see no price"
    )
    features.set_defaults(command=_features)
    embed = commands.add_parser("embed", help="write vectors of photos and texts by an open_clip model")
    add_catalog(embed)
    embed.add_argument(
        "--model",
        required=True,
        metavar="TAG",
        help="architecture, hf-hub:OWNER/NAME or local-dir:PATH; text alone: hf-dir:PATH or hf-text:OWNER/NAME",
    )
    embed.add_argument(
        "--pretrained", metavar="P", help="tag of published weights or a checkpoint; none: random weights"
    )
    embed.add_argument("--towers", type=tower_names, default=("image", "text"), help="image, text or both (image,text)")
    embed.add_argument(
        "--make-room", action="store_true", help="let other models' vectors go where the limit of the cache asks for it"
    )
    embed.add_argument("--device", default="auto", metavar="D", help="cpu, mps, cuda, or several as cuda:0,cuda:1")
    embed.set_defaults(command=_embed)
    mix = commands.add_parser("blend", help="weigh anyone's predictions, and write the blended submission")
    mix.add_argument(
        "--oof", type=Path, required=True, metavar="FILE", help="sample_id, price and one column a model, out of fold"
    )
    mix.add_argument("--test", type=Path, metavar="FILE", help="sample_id and the same columns for the test rows")
    mix.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    mix.add_argument(
        "--scale",
        type=column_scale,
        action="append",
        default=[],
        metavar="NAME=SCALE",
        help="a column is price, log or log1p; told by itself where that is sure; may repeat",
    )
    mix.add_argument("--seed", type=whole_number, default=0, help="draws the folds where the file has no column fold")
    mix.set_defaults(command=_blend)
    add_reproduce(commands)
    add_check(commands)
    images = commands.add_parser("images", help="fetch the photos that a catalogue's links lead to")
    add_images(images)
    images.set_defaults(command=_images)
    add_llm_commands(commands)
    demo = commands.add_parser("demo", help="write a made-up catalogue in the challenge's format")
    demo.add_argument("--rows", type=whole_number, default=2000, help="rows of each file (default: %(default)s)")
    demo.add_argument("--unseen", type=share_number, default=0.3, help="share of test rows with brands new to train")
    demo.add_argument("--seed", type=whole_number, default=0, help="another number, another catalogue")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    demo.set_defaults(command=_demo)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="TAG", help="open_clip model whose vectors of texts and photos join the blocks"
    )
    parser.add_argument("--pretrained", metavar="P", help="its published weights or a checkpoint; none: random weights")


def _run(options: argparse.Namespace) -> None:
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


def _diagnose(options: argparse.Namespace) -> None:
    from core.pipeline import diagnose
    from core.progress import terminal_progress
    from core.store import default_store, write_json_atomic

    usable_folder(options.out)
    with terminal_progress() as report:
        found = diagnose(source_given(options), seed=options.seed, store=default_store(), report=report)
    write_json_atomic(options.out / "report.json", found)
    sys.stdout.write(f"see {options.out / 'report.json'}\n")


def _tune(options: argparse.Namespace) -> None:
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


def _strategies(options: argparse.Namespace) -> None:
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


def _features(options: argparse.Namespace) -> None:
    from core.pipeline import write_features
    from core.progress import terminal_progress
    from core.store import default_store

    usable_folder(options.out)
    with terminal_progress() as report:
        write_features(source_given(options), options.out, blocks=options.blocks, store=default_store(), report=report)
    sys.stdout.write(f"{options.out / 'features.parquet'}\n{options.out / 'features_dictionary.csv'}\n")


def _embed(options: argparse.Namespace) -> None:
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


def _blend(options: argparse.Namespace) -> None:
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


def _images(options: argparse.Namespace) -> None:
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


def _demo(options: argparse.Namespace) -> None:
    from core.catalog import DemoSpec, write_demo
    from core.progress import terminal_progress

    usable_folder(options.out)
    with terminal_progress() as report:
        files = write_demo(
            options.out, DemoSpec(rows=options.rows, unseen=options.unseen, seed=options.seed), report=report
        )
    sys.stdout.write(f"{files.train}\n{files.test}\n")
