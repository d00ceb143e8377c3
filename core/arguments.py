"""Pieces of the command line: usage errors in one line, shared arguments, and the kinds of their values."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.errors import InputError

if TYPE_CHECKING:
    from core.catalog import CatalogSource

BAD_INPUT = 2
"""Exit status of bad input."""
ANSWER_IS_NO = 3
"""Exit status of a command that did its work and found that a file is not the same, or not fit to be sent."""


class OneLineParser(argparse.ArgumentParser):
    """argparse whose usage errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"error: {message}. See {self.prog} --help.\n")


def add_catalog(parser: argparse.ArgumentParser) -> None:
    """The files that most commands take."""
    parser.add_argument("--train", type=Path, required=True, metavar="FILE", help="products with prices")
    parser.add_argument("--test", type=Path, required=True, metavar="FILE", help="products without")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of photos named as in image_link")
    parser.add_argument(
        "--side", type=Path, action="append", default=[], metavar="FILE", help="table keyed by sample_id; may repeat"
    )
    parser.add_argument(
        "--seed", type=whole_number, default=0, help="feeds the folds and the models (default: %(default)s)"
    )
    parser.add_argument("--drop-bad-prices", action="store_true", help="drop train rows without a usable price")


def add_folds(parser: argparse.ArgumentParser) -> None:
    """Which folds are drawn, and how many models each has."""
    parser.add_argument("--plan", default="random", help="folds: random, brand or test-like (default: %(default)s)")
    parser.add_argument(
        "--seeds-bagged",
        type=whole_number,
        default=1,
        metavar="N",
        help="models of each fold, with different seeds, whose mean predicts (default: %(default)s)",
    )


def add_images(parser: argparse.ArgumentParser) -> None:
    """What ``images`` takes."""
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
    parser.add_argument("--max-per-host", type=whole_number, metavar="N", help="requests at once at one host")
    parser.add_argument("--rate", type=whole_number, metavar="N", help="most requests a second at one host")
    parser.add_argument("--concurrency", type=whole_number, metavar="N", help="requests at once in all")
    parser.add_argument("--attempts", type=whole_number, metavar="N", help="requests for a link before it is given up")


def whole_number(text: str) -> int:
    """0 or more."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 0 or more")
    return int(text)


def minutes_number(text: str) -> float:
    """Above 0 and up to a day."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 24 * 60:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes above 0 and up to a day")
    return minutes


def share_number(text: str) -> float:
    """0 to 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1")
    return share


def tower_names(text: str) -> tuple[str, ...]:
    """``image``, ``text`` or both."""
    towers = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(towers) <= {"image", "text"}:
        raise argparse.ArgumentTypeError(f"{text!r} is neither image nor text nor both with a comma")
    return towers


def block_names(text: str) -> tuple[str, ...]:
    """Names with commas."""
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"{text!r} names no block")
    return names


def column_scale(text: str) -> tuple[str, str]:
    """A column and its scale from ``m1=log``."""
    name, _, scale = text.rpartition("=")
    if not name or scale not in ("price", "log", "log1p"):
        raise argparse.ArgumentTypeError(f"{text!r} is not like m1=log; a scale is price, log or log1p")
    return name, scale


def source_given(options: argparse.Namespace) -> CatalogSource:
    """The files that :func:`add_catalog` took."""
    from core.catalog import CatalogSource

    return CatalogSource(
        train=str(options.train),
        test=str(options.test),
        sides=tuple(str(side) for side in options.side),
        images=None if options.images is None else str(options.images),
        drop_bad_prices=options.drop_bad_prices,
    )


def usable_folder(folder: Path) -> None:
    """Fail before the work and not after it when the folder cannot be written."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder} is a file.", "Name a folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder} cannot be made ({error.strerror}).", "Name another folder.") from error
