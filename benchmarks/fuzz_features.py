"""Throw text of any kind at everything that reads text, and see that its cost is linear.

    python benchmarks/fuzz_features.py [--strings 100000] [--seed 1] [--skip-growth]

First 100,000 generated strings (any Unicode without surrogates, control and zero-width characters, bidirectional
marks, long digit runs, nested HTML, labels of the catalogue in any order, and repetitions that are hard on patterns; a
few of a megabyte) go through every reader. Any exception ends the run with the string's number.

Then for each hostile family and each reader the CPU time is taken at 64 kB, 128 kB, … 1 MB, and the exponent of its
growth is fitted (log time on log length). About 1 is linear; above 1.3 is reported as too steep and the run ends with
status 1. What takes less than 50 ms for a megabyte, mostly because the reader cuts its text first, is too fast for a
fit and shows as ``bounded``.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from _common import machine

from core.features import clean_text, fold, parse_text, read_size
from core.features.brand import read_brands
from core.features.brand_tokens import title_tokens
from core.features.category import find_category
from core.features.goods import are_loose, find_matter
from core.features.marks import brand_span, split_marks
from core.features.parse import ParsedText
from core.features.quality import quality_frame
from core.features.size import size_frame
from core.features.text_stats import text_stats_frame
from core.types import TEXT

MEGABYTE = 1_000_000
STEEP = 1.3
BOUNDED_SECONDS = 0.05
BATCH = 2000
# What a repetition is hard on: blanks and digits (backtracking), brackets and tags (nesting), words that open patterns.
UNITS: Mapping[str, str] = {
    "blanks": " ",
    "digits": "7",
    "dots": ".",
    "digit dot": "1.",
    "digit comma": "1,",
    "commas and digits": "1,000",
    "brackets": "(",
    "closed brackets": "()",
    "square": "[pack ",
    "slashes": "1/",
    "dashes": "1-",
    "times": "2x",
    "pack of": "pack of ",
    "numbers and packs": "6 pack ",
    "packs of packs": "6 boxes of ",
    "sizes": "12 oz ",
    "fractions": "1 1/2 ",
    "dashed sizes": "24-1 oz ",
    "number words": "twelve ",
    "count": "20 count ",
    "tags": "<b>",
    "open tags": "<a ",
    "comments": "<!--",
    "entities": "&amp;",
    "half entities": "&amp",
    "numeric entities": "&#1",
    "labels": "\nBullet Point 1: ",
    "values": "\nValue: ",
    "prose values": "\nValue: x",
    "units": "\nUnit: " + "y" * 50,
    "blank lines": "\n",
    "negations": "not organic ",
    "nots": "not the ",
    "hyphens": "gluten-",
    "free": "sugar free ",
    "by": "by A ",
    "capitals": "Aa ",
    "one word": "a",
    "long word": "A.",
    "apostrophes": "'s",
    "keyword": "chocolate chip cookie ",
    "zero width": "a\u200b",
    "bidi": "\u202ea\u202c",
    "accents": "e\u0301",
    "emoji": "\U0001f600",
    "mojibake": "Ã©",
    "half mojibake": "Ã",
    "control": "\x01",
    "nul": "\x00",
    "astral digits": "\U0001d7d8",
    "arabic digits": "\u0663",
    "cjk": "茶",
}
LABELS = (
    "Item Name: ",
    "\nBullet Point 1: ",
    "\nBullet Point: ",
    "\nProduct Description: ",
    "\nValue: ",
    "\nUnit: ",
    "\n",
)
RANGES = ((0x20, 0x7E), (0x20, 0x7E), (0x00, 0x1F), (0x80, 0x2FF), (0x300, 0x36F), (0x370, 0x6FF), (0x2000, 0x206F))
WIDE_RANGES = ((0x20A0, 0x2BFF), (0x3000, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF))


def character(rng: random.Random) -> str:
    """One character; never a surrogate."""
    low, high = rng.choice(RANGES if rng.random() < 0.8 else WIDE_RANGES)
    return chr(rng.randint(low, high))


def piece(rng: random.Random) -> str:
    """A stretch of one kind: random characters, a repetition, digits, nested tags, a label."""
    kind = rng.randrange(6)
    if kind == 0:
        return "".join(character(rng) for _ in range(rng.randint(0, 40)))
    if kind == 1:
        return rng.choice(tuple(UNITS.values())) * rng.randint(1, 30)
    if kind == 2:
        return "".join(rng.choice("0123456789.,/- ") for _ in range(rng.randint(1, 60)))
    if kind == 3:
        depth = rng.randint(1, 12)
        return "<div><b " * depth + "x" + "</b></div>" * rng.randint(0, depth)
    if kind == 4:
        return rng.choice(LABELS)
    return rng.choice(tuple(UNITS.values())) + rng.choice(tuple(UNITS.values()))


def text(rng: random.Random) -> str:
    """A catalogue-like text, or anything."""
    return "".join(piece(rng) for _ in range(rng.randint(0, 12)))


def long_text(rng: random.Random) -> str:
    """A megabyte out of short stretches, each repeated."""
    parts, length = [], 0
    while length < MEGABYTE:
        part = piece(rng) * rng.choice((1, 10, 1000, 20_000))
        parts.append(part[:MEGABYTE])
        length += len(parts[-1])
    return "".join(parts)[:MEGABYTE]


def parsed_frame(parsed: list[ParsedText]) -> pd.DataFrame:
    """The columns that the blocks read."""
    columns = {
        "title": [one.title for one in parsed],
        "bullets": ["\n".join(one.bullets) for one in parsed],
        "description": [one.description for one in parsed],
        "unit": [one.unit for one in parsed],
    }
    frame = pd.DataFrame({name: pd.array(values, "str") for name, values in columns.items()})
    return frame.assign(
        value=[one.value for one in parsed], n_bullets=np.array([len(one.bullets) for one in parsed], dtype=float)
    )


def read_one(given: str) -> ParsedText:
    """One text through every reader of single texts."""
    parsed = parse_text(given)
    size = read_size(parsed)
    split_marks(given, size.spans)
    brand_span(parsed, fold(parsed.title[:20]))
    for span in size.spans:
        assert 0 <= span.start < span.end <= len(given)
    assert size.pack_count >= 1
    find_category(parsed.title, "\n".join(parsed.bullets))
    title_tokens(parsed.title)
    find_matter(parsed.title)
    are_loose(parsed.title)
    return parsed


def read_batch(texts: list[str], parsed: list[ParsedText]) -> None:
    """Many texts through every reader of frames, the brand reader included."""
    frame = parsed_frame(parsed)
    items = pd.DataFrame({TEXT: pd.array(texts, "str")})
    blocks = (size_frame(frame), quality_frame(frame), text_stats_frame(frame, items))
    assert all(len(block) == len(texts) and not np.isinf(block.to_numpy()).any() for block in blocks)
    bodies = (frame["bullets"] + "\n" + frame["description"]).tolist()
    keys, _, confidence = read_brands(frame["title"].tolist(), bodies)
    assert len(keys) == len(texts) and bool(((confidence >= 0) & (confidence <= 1)).all())


def fuzz(strings: int, seed: int) -> None:
    """Read that many strings; one in two thousand is a megabyte long."""
    rng = random.Random(seed)
    started, chars, number = time.process_time(), 0, 0
    while number < strings:
        texts: list[str] = []
        parsed: list[ParsedText] = []
        for _ in range(min(BATCH, strings - number)):
            given = long_text(rng) if number % BATCH == BATCH - 1 else text(rng)
            try:
                parsed.append(read_one(given))
            except Exception:
                print(f"string {number} of seed {seed}: {given[:300]!r}")
                raise
            texts.append(given)
            chars, number = chars + len(given), number + 1
        read_batch(texts, parsed)
    seconds = time.process_time() - started
    print(f"{number} strings, {chars / 1e6:.0f} million characters, {seconds:.0f} CPU s: no exception")


def _titled(given: str) -> ParsedText:
    return parse_text("Item Name: " + given)


def _bodied(given: str) -> ParsedText:
    return parse_text("Item Name: Tea\nProduct Description: " + given)


def _frame_reader(read: Callable[[pd.DataFrame], object]) -> Callable[[str], object]:
    return lambda given: read(parsed_frame([_titled(given), _bodied(given)]))


READERS: Mapping[str, Callable[[str], object]] = {
    "clean_text": clean_text,
    "fold": fold,
    "parse_text": parse_text,
    "read_size": lambda given: (read_size(_titled(given)), read_size(_bodied(given))),
    "category": lambda given: find_category(given, given),
    "brand words": lambda given: read_brands([clean_text(given)] * 2, [clean_text(given)] * 2),
    "marks": lambda given: brand_span(_titled(given), "velmont"),
    "quality": _frame_reader(quality_frame),
    "text_stats": lambda given: text_stats_frame(
        parsed_frame([_titled(given)]), pd.DataFrame({TEXT: pd.array([given], "str")})
    ),
}


def seconds_of(read: Callable[[str], object], given: str) -> float:
    """The least CPU time of three readings, or of one that is slow."""
    best = math.inf
    for _ in range(3):
        started = time.process_time()
        read(given)
        best = min(best, time.process_time() - started)
        if best > 0.3:
            break
    return best


def growth(read: Callable[[str], object], unit: str) -> tuple[float, float]:
    """Exponent of the growth from 64 kB to 1 MB (NaN where bounded), and the seconds for 1 MB."""
    lengths = [MEGABYTE >> shift for shift in (4, 3, 2, 1, 0)]
    seconds = [seconds_of(read, (unit * (length // len(unit) + 1))[:length]) for length in lengths]
    if seconds[-1] < BOUNDED_SECONDS:
        return math.nan, seconds[-1]
    # The fit leaves out the shortest when they take no measurable time.
    kept = [at for at, taken in enumerate(seconds) if taken > 5e-4]
    slope = np.polyfit(np.log([lengths[at] for at in kept]), np.log([seconds[at] for at in kept]), 1)[0]
    return float(slope) if len(kept) > 2 else math.nan, seconds[-1]


def growth_table() -> int:
    """Print each reader's steepest and slowest family; the number that are too steep."""
    steep = 0
    for name, read in READERS.items():
        read("Item Name: warm up 12 oz")
        found = {family: growth(read, unit) for family, unit in UNITS.items()}
        # Once more, for a busy machine bends a curve too.
        again = {family: growth(read, UNITS[family]) for family, pair in found.items() if pair[0] > STEEP}
        found |= {family: min(found[family], pair) for family, pair in again.items()}
        too_steep = {family: pair for family, pair in found.items() if pair[0] > STEEP}
        steep += len(too_steep)
        slowest = max(found, key=lambda family: found[family][1])
        measured = {family: pair[0] for family, pair in found.items() if not math.isnan(pair[0])}
        steepest = max(measured, key=lambda family: measured[family]) if measured else ""
        exponent = f"steepest {measured[steepest]:.2f} ({steepest})" if measured else "bounded"
        print(f"{name:12} {exponent}; slowest {found[slowest][1] * 1000:.0f} ms a megabyte ({slowest})")
        for family, (slope, taken) in too_steep.items():
            print(f"  TOO STEEP {family}: exponent {slope:.2f}, {taken:.2f} s a megabyte")
    return steep


def main() -> None:
    """Both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--strings", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip-growth", action="store_true")
    options = parser.parse_args()
    print(machine())
    if options.strings:
        fuzz(options.strings, options.seed)
    if not options.skip_growth and growth_table():
        sys.exit(1)


if __name__ == "__main__":
    main()
