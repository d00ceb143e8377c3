"""The command line. Bad input ends with status 2 and one line on stderr; nothing half-written stays behind.

Status 3 is no failure: the command did its work, and its answer is no (:data:`core.arguments.ANSWER_IS_NO`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

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
    tower_names,
    whole_number,
)
from core.bundle_commands import add_check, add_reproduce
from core.commands import (
    blend_command,
    demo_command,
    diagnose_command,
    embed_command,
    features_command,
    images_command,
    run_command,
    strategies_command,
    tune_command,
)
from core.errors import Cancelled, ShelfpriceError
from core.llm_commands import add_llm_commands

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
    run.set_defaults(command=run_command)
    diagnose = commands.add_parser(
        "diagnose", help="brand shift, the gap, the forecast of the test score, the leak sentinel"
    )
    add_catalog(diagnose)
    diagnose.set_defaults(command=diagnose_command)
    tune = commands.add_parser("tune", help="search settings within a budget and train the winner")
    add_catalog(tune)
    tune.add_argument(
        "--minutes", type=minutes_number, required=True, metavar="M", help="what the trials may take together"
    )
    tune.add_argument("--family", default="lightgbm", help="lightgbm or xgboost (default: %(default)s)")
    tune.add_argument("--preset", default="text", help="five-simple, brand or text (default: %(default)s)")
    tune.set_defaults(command=tune_command)
    weigh = commands.add_parser("strategies", help="measure every approach on the data: score, forecast, time, memory")
    add_catalog(weigh)
    weigh.add_argument("--minutes", type=minutes_number, metavar="M", help="leave out what would not fit into these")
    weigh.add_argument("--only", type=block_names, default=(), metavar="A,B", help="strategies to run; all")
    weigh.add_argument("--recipes", type=Path, metavar="DIR", help="folder with strategies of your own")
    _add_model(weigh)
    weigh.set_defaults(command=strategies_command)
    features = commands.add_parser("features", help="write what was read in each product as a table")
    add_catalog(features)
    features.add_argument(
        "--blocks", type=block_names, default=(), metavar="A,B", help="feature blocks to write; all that see no price"
    )
    features.set_defaults(command=features_command)
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
    embed.set_defaults(command=embed_command)
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
    mix.set_defaults(command=blend_command)
    add_reproduce(commands)
    add_check(commands)
    images = commands.add_parser("images", help="fetch the photos that a catalogue's links lead to")
    add_images(images)
    images.set_defaults(command=images_command)
    add_llm_commands(commands)
    demo = commands.add_parser("demo", help="write a made-up catalogue in the challenge's format")
    demo.add_argument("--rows", type=whole_number, default=2000, help="rows of each file (default: %(default)s)")
    demo.add_argument("--unseen", type=share_number, default=0.3, help="share of test rows with brands new to train")
    demo.add_argument("--seed", type=whole_number, default=0, help="another number, another catalogue")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    demo.set_defaults(command=demo_command)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="TAG", help="open_clip model whose vectors of texts and photos join the blocks"
    )
    parser.add_argument("--pretrained", metavar="P", help="its published weights or a checkpoint; none: random weights")
