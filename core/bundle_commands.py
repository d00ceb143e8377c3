"""``reproduce`` and ``check``: commands on files that were made before, here or elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.arguments import ANSWER_IS_NO, usable_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.arguments import OneLineParser
    from core.export import Check

    Commands = argparse._SubParsersAction[OneLineParser]


def add_reproduce(commands: Commands) -> None:
    """``reproduce BUNDLE --train T --test S --out DIR``."""
    parser = commands.add_parser(
        "reproduce",
        help="make the submission of a bundle again; status 3 when it is not the same",
        description="Makes blocks anew from the files and applies the bundle's models, weights and decision. Ends with"
        " status 0 when test_out.csv is the same to the byte, with 3 when it is not, and with 2 for bad input. What"
        " differs stands in report.json.",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="bundle.zip of a run or of the page")
    _add_files(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of photos, where the bundle used them")
    parser.add_argument(
        "--side", type=Path, action="append", default=[], metavar="FILE", help="side table that it used; may repeat"
    )
    parser.add_argument("--retrain", action="store_true", help="train anew by the bundle's settings")
    parser.set_defaults(command=_reproduce)


def add_check(commands: Commands) -> None:
    """``check FILE --train T --test S``."""
    parser = commands.add_parser(
        "check",
        help="check any submission file; status 3 when it should not be sent",
        description="Every check of a submission, on a file from wherever. Ends with status 0 when none fails, with 3"
        " when one does, and with 2 for a file that cannot be read.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or Parquet with sample_id and price")
    _add_files(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for report.json")
    parser.add_argument(
        "--earlier",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a file sent before; may repeat",
    )
    parser.add_argument("--drop-bad-prices", action="store_true", help="drop train rows without a usable price")
    parser.set_defaults(command=_check)


def _add_files(parser: OneLineParser) -> None:
    parser.add_argument("--train", type=Path, required=True, metavar="FILE", help="products with prices")
    parser.add_argument("--test", type=Path, required=True, metavar="FILE", help="products without")


def _reproduce(options: argparse.Namespace) -> int:
    from core.catalog import CatalogSource
    from core.pipeline import bundle_reads_so, reproduce, reproduced_line, write_reproduced
    from core.progress import terminal_progress
    from core.store import default_store

    source = CatalogSource(
        train=str(options.train),
        test=str(options.test),
        sides=tuple(str(side) for side in options.side),
        images=None if options.images is None else str(options.images),
        drop_bad_prices=bundle_reads_so(options.bundle),
    )
    usable_folder(options.out)
    with terminal_progress() as report:
        found = reproduce(options.bundle, source, store=default_store(), retrain=options.retrain, report=report)
    write_reproduced(found, options.out)
    sys.stdout.write(f"{options.out / 'test_out.csv'}: {reproduced_line(found)}; see {options.out / 'report.json'}\n")
    return 0 if found.identical else ANSWER_IS_NO


def _check(options: argparse.Namespace) -> int:
    from core.catalog import CatalogSource
    from core.pipeline import check_file
    from core.store import write_json_atomic

    source = CatalogSource(str(options.train), str(options.test), drop_bad_prices=options.drop_bad_prices)
    if options.out is not None:
        usable_folder(options.out)
    checks, told = check_file(options.file, source, earlier=options.earlier)
    if options.out is not None:
        write_json_atomic(options.out / "report.json", told)
    sys.stdout.write(_lines(options.file, checks))
    return ANSWER_IS_NO if any(check.verdict == "fail" for check in checks) else 0


def _lines(file: Path, checks: Sequence[Check]) -> str:
    lines = [f"{check.verdict:4}  {check.check}: {check.evidence}. {check.remedy}".rstrip() for check in checks]
    failed = sum(check.verdict == "fail" for check in checks)
    said = f"{failed} of {len(checks)} checks fail: do not send it" if failed else f"{len(checks)} checks, none fails"
    return "\n".join([*lines, f"{file}: {said}", ""])
