"""The command line. Bad input ends with status 2 and one line on stderr; nothing half-written stays behind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.errors import Cancelled, InputError, ShelfpriceError

if TYPE_CHECKING:
    from core.catalog import CatalogSource
    from core.embed import ModelSpec

BAD_INPUT = 2
INTERRUPTED = 130


class _OneLineParser(argparse.ArgumentParser):
    """argparse whose usage errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"error: {message}. See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        command(options)
    except ShelfpriceError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        sys.stderr.write("stopped; what is finished is kept, the same command goes on from there\n")
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(prog="python -m core", description="Shelfprice Studio without a screen.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_OneLineParser)
    run = commands.add_parser("run", help="train, blend and write a checked submission with its report")
    _add_catalog(run)
    run.add_argument("--preset", default="text", help="five-simple, brand or text (default: %(default)s)")
    run.add_argument(
        "--no-forecast", action="store_true", help="leave forecast, gap and leak sentinel out, to save time"
    )
    run.add_argument("--model", metavar="TAG", help="open_clip model whose vectors of texts and photos join the blocks")
    run.add_argument("--pretrained", metavar="P", help="its published weights or a checkpoint; none: random weights")
    run.set_defaults(command=_run)
    diagnose = commands.add_parser(
        "diagnose", help="brand shift, the gap, the forecast of the test score, the leak sentinel"
    )
    _add_catalog(diagnose)
    diagnose.set_defaults(command=_diagnose)
    tune = commands.add_parser("tune", help="search settings within a budget and train the winner")
    _add_catalog(tune)
    tune.add_argument("--minutes", type=_minutes, required=True, metavar="M", help="what the trials may take together")
    tune.add_argument("--family", default="lightgbm", help="lightgbm or xgboost (default: %(default)s)")
    tune.add_argument("--preset", default="text", help="five-simple, brand or text (default: %(default)s)")
    tune.set_defaults(command=_tune)
    features = commands.add_parser("features", help="write what was read in each product as a table")
    _add_catalog(features)
    features.add_argument(
        "--blocks", type=_names, default=(), metavar="A,B", help="feature blocks to write; all that see no price"
    )
    features.set_defaults(command=_features)
    embed = commands.add_parser("embed", help="write vectors of photos and texts by an open_clip model")
    _add_catalog(embed)
    embed.add_argument(
        "--model", required=True, metavar="TAG", help="architecture, hf-hub:OWNER/NAME or local-dir:PATH"
    )
    embed.add_argument(
        "--pretrained", metavar="P", help="tag of published weights or a checkpoint; none: random weights"
    )
    embed.add_argument("--towers", type=_towers, default=("image", "text"), help="image, text or both (image,text)")
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
        type=_scale,
        action="append",
        default=[],
        metavar="NAME=SCALE",
        help="a column is price, log or log1p; told by itself where that is sure; may repeat",
    )
    mix.add_argument("--seed", type=_count, default=0, help="draws the folds where the file has no column fold")
    mix.set_defaults(command=_blend)
    images = commands.add_parser("images", help="fetch the photos that a catalogue's links lead to")
    _add_images(images)
    images.set_defaults(command=_images)
    demo = commands.add_parser("demo", help="write a made-up catalogue in the challenge's format")
    demo.add_argument("--rows", type=_count, default=2000, help="rows of each file (default: %(default)s)")
    demo.add_argument("--unseen", type=_share, default=0.3, help="share of test rows with brands new to train")
    demo.add_argument("--seed", type=_count, default=0, help="another number, another catalogue")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    demo.set_defaults(command=_demo)
    return parser


def _add_catalog(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True, metavar="FILE", help="products with prices")
    parser.add_argument("--test", type=Path, required=True, metavar="FILE", help="products without")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of photos named as in image_link")
    parser.add_argument(
        "--side", type=Path, action="append", default=[], metavar="FILE", help="table keyed by sample_id; may repeat"
    )
    parser.add_argument("--seed", type=_count, default=0, help="feeds the folds and the models (default: %(default)s)")
    parser.add_argument("--drop-bad-prices", action="store_true", help="drop train rows without a usable price")


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="tables",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help="table with image_link; may repeat",
    )
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the photos and their table")
    parser.add_argument(
        "--retry", nargs="+", default=[], metavar="STATUS", help="settled statuses to try again, such as gone denied"
    )
    parser.add_argument("--max-per-host", type=_count, metavar="N", help="requests at once at one host")
    parser.add_argument("--rate", type=_count, metavar="N", help="most requests a second at one host")
    parser.add_argument("--concurrency", type=_count, metavar="N", help="requests at once in all")
    parser.add_argument("--attempts", type=_count, metavar="N", help="requests for a link before it is given up")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 0 or more")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 24 * 60:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes above 0 and up to a day")
    return minutes


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1")
    return share


def _towers(text: str) -> tuple[str, ...]:
    towers = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(towers) <= {"image", "text"}:
        raise argparse.ArgumentTypeError(f"{text!r} is neither image nor text nor both with a comma")
    return towers


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"{text!r} names no block")
    return names


def _scale(text: str) -> tuple[str, str]:
    name, _, scale = text.rpartition("=")
    if not name or scale not in ("price", "log", "log1p"):
        raise argparse.ArgumentTypeError(f"{text!r} is not like m1=log; a scale is price, log or log1p")
    return name, scale


def _run(options: argparse.Namespace) -> None:
    from core.pipeline import PipelineSpec, run_pipeline, write_result
    from core.progress import terminal_progress
    from core.store import default_store

    model = _model(options)
    spec = PipelineSpec(preset=options.preset, seed=options.seed, forecast=not options.no_forecast, model=model)
    _usable_folder(options.out)
    with terminal_progress() as report:
        result = run_pipeline(_source(options), spec, store=default_store(), report=report)
    write_result(result, options.out)
    cv = result.report["cv"]
    sys.stdout.write(f"{options.out / 'test_out.csv'}: {len(result.submission)} rows, {cv['smape_pct']:.2f} % SMAPE")
    sys.stdout.write(f" out of fold on {result.catalog.n_train} rows; see {options.out / 'report.json'}\n")


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

    _usable_folder(options.out)
    with terminal_progress() as report:
        found = diagnose(_source(options), seed=options.seed, store=default_store(), report=report)
    write_json_atomic(options.out / "report.json", found)
    sys.stdout.write(f"see {options.out / 'report.json'}\n")


def _tune(options: argparse.Namespace) -> None:
    from core.pipeline import tune_settings
    from core.progress import terminal_progress
    from core.store import default_store, write_json_atomic

    _usable_folder(options.out)
    with terminal_progress() as report:
        found = tune_settings(
            _source(options),
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


def _features(options: argparse.Namespace) -> None:
    from core.pipeline import write_features
    from core.progress import terminal_progress
    from core.store import default_store

    _usable_folder(options.out)
    with terminal_progress() as report:
        write_features(_source(options), options.out, blocks=options.blocks, store=default_store(), report=report)
    sys.stdout.write(f"{options.out / 'features.parquet'}\n{options.out / 'features_dictionary.csv'}\n")


def _embed(options: argparse.Namespace) -> None:
    from core.embed import EncodeOptions, ModelSpec
    from core.pipeline import write_embeddings
    from core.progress import terminal_progress
    from core.store import default_store

    spec = ModelSpec(options.model, options.pretrained)
    how = EncodeOptions(device=options.device, make_room=options.make_room)
    source = _source(options)
    _usable_folder(options.out)
    with terminal_progress() as report:
        write_embeddings(source, spec, options.towers, options.out, store=default_store(), report=report, options=how)
    sys.stdout.write(f"{options.out}\n")


def _blend(options: argparse.Namespace) -> None:
    from core.pipeline import blend_files
    from core.progress import terminal_progress

    _usable_folder(options.out)
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

    _usable_folder(options.out)
    with terminal_progress() as report:
        files = write_demo(
            options.out, DemoSpec(rows=options.rows, unseen=options.unseen, seed=options.seed), report=report
        )
    sys.stdout.write(f"{files.train}\n{files.test}\n")


def _source(options: argparse.Namespace) -> CatalogSource:
    from core.catalog import CatalogSource

    return CatalogSource(
        train=str(options.train),
        test=str(options.test),
        sides=tuple(str(side) for side in options.side),
        images=None if options.images is None else str(options.images),
        drop_bad_prices=options.drop_bad_prices,
    )


def _usable_folder(folder: Path) -> None:
    """Fail before the work and not after it when the folder cannot be written."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder} is a file.", "Name a folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder} cannot be made ({error.strerror}).", "Name another folder.") from error
