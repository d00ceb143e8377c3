"""One reading out of a title's sizes and pack phrases and the Value and Unit fields, which often disagree.

Everything is compared on one gram-like scale, on which a fluid ounce is an ounce: the catalogue writes one for the
other. For a multipack the Value is mostly the total and sometimes the single size, so multiplying blindly would
count twice; the ratio of Value to the title's size tells which.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.features.amounts import Amount
from core.features.units import Unit

PACK_TOLERANCE = 0.06
INTEGER_TOLERANCE = 0.03
MAX_RATIO = 500
# A pallet weighs less; the catalogue holds a snack of 46,752 ounces.
MAX_GRAM_LIKE = 200_000.0
MAX_PIECES = 20_000.0
MAX_COUNT_AS_PACK = 200
# A multipack heavier than a carrier lifts is a total that was read as one package.
MAX_MULTIPACK_GRAM_LIKE = 15_000.0
# A Value in grams filed as ounces is this many times the title's size.
GRAMS_AS_OUNCES = 28.349523125


Reading: TypeAlias = tuple[float, float, int, bool]
"""Total and item, gram-like; index of the size used; contradiction."""


@dataclass(frozen=True)
class Evidence:
    """What was found for one product: the title's amounts and the two fields.

    Attributes:
        in_body: The size stands in the bullets or the description, for want of one elsewhere.
        loose: The count is of things that nobody sells singly, such as tea bags: one package holds them all.
    """

    sizes: Sequence[Amount]
    packs: Sequence[Amount]
    count: Amount | None
    total: Amount | None
    value: float
    unit: Unit | None
    loose: bool = False
    in_body: bool = False


@dataclass(frozen=True)
class Reconciled:
    """The reading; gram-like numbers, NaN when unknown.

    Attributes:
        total: Everything in the offer.
        item: One package of it.
        pack: Packages in the offer, at least 1.
        pieces: Pieces in the offer.
        size: Index of the title size that was used, -1 when none was.
        contradiction: Title and Value cannot both be right.
        absurd: The Value is zero, negative or beyond any product.
    """

    total: float
    item: float
    pack: float
    pieces: float
    size: int
    contradiction: bool
    absurd: bool


def reconcile(evidence: Evidence) -> Reconciled:
    """Weigh the evidence; the order of the rules is that of their reliability."""
    value, unit = evidence.value, evidence.unit
    absurd = is_absurd(value, unit)
    measured = is_measure(value, unit) and not (evidence.in_body or (value == 1 and not evidence.sizes))
    value_g = value * unit.gram_like if measured and unit is not None else math.nan
    pack = evidence.packs[0].number if evidence.packs else 1.0
    if not evidence.sizes:
        total, item, size, odd = value_g, value_g / pack, -1, False
    elif not math.isnan(value_g):
        total, item, size, odd = _with_value(evidence, value_g, pack)
    else:
        pack = _count_pack(evidence, pack, absurd)
        item, size, odd = _gram_like(evidence.sizes[0]), 0, False
        total = item * pack
    if not math.isnan(total) and item > 0:
        pack = max(1.0, float(round(total / item)))
    pieces, odd_pieces = _pieces(evidence, pack, absurd)
    return Reconciled(total, item, pack, pieces, size, odd or odd_pieces, absurd)


def is_absurd(value: float, unit: Unit | None) -> bool:
    """True for a Value that no product has; a missing one is not absurd."""
    if math.isnan(value):
        return False
    if unit is None or unit.kind == "count":
        return not 0 < value <= MAX_PIECES
    return not 0 < value * unit.gram_like <= MAX_GRAM_LIKE


def is_measure(value: float, unit: Unit | None) -> bool:
    """True for a Value that gives a believable weight or volume."""
    return unit is not None and unit.kind != "count" and not math.isnan(value) and not is_absurd(value, unit)


def _gram_like(size: Amount) -> float:
    return size.number * size.unit.gram_like if size.unit else math.nan


def _near(ratio: float, target: float, tolerance: float) -> bool:
    return abs(ratio / target - 1.0) <= tolerance


def _with_value(evidence: Evidence, value_g: float, pack: float) -> Reading:
    """When title and Value both give a size."""
    sizes = [_gram_like(size) for size in evidence.sizes]
    multiples = _multiples(evidence)
    for index, size in enumerate(sizes):
        for multiple, packages in multiples:
            if _near(value_g / size, multiple, PACK_TOLERANCE):
                return value_g, value_g / packages if packages != multiple else size, index, False
    nearest = min(range(len(sizes)), key=lambda index: abs(value_g / sizes[index] - 1.0))
    if _near(value_g / sizes[nearest], 1.0, PACK_TOLERANCE):
        return _with_equal_value(evidence, value_g, sizes, pack, nearest)
    return _with_other_value(evidence, value_g, sizes, pack)


def _with_other_value(evidence: Evidence, value_g: float, sizes: Sequence[float], pack: float) -> Reading:
    """The Value is neither the title's size nor a named multiple of it.

    It may still count packages that the title leaves out, or add up a bundle; else the title, which the shopper
    sees first, stands.
    """
    ratio = value_g / sizes[0]
    titled = sizes[0] * pack, sizes[0], 0, True
    if _near(ratio, GRAMS_AS_OUNCES, 0.015):
        return titled
    if any(amount.number == evidence.value for amount in evidence.sizes):
        # The title's number under another unit: "1 dram" filed as 1 fluid ounce.
        return titled
    if 2 <= round(ratio) <= MAX_RATIO and _near(ratio, round(ratio), INTEGER_TOLERANCE) and round(ratio) % pack == 0:
        return value_g, value_g / pack if pack > 1 else sizes[0], 0, False
    if _near(value_g, sum(sizes), INTEGER_TOLERANCE):
        return value_g, value_g / pack, 0, False
    return titled


def _with_equal_value(evidence: Evidence, value_g: float, sizes: Sequence[float], pack: float, index: int) -> Reading:
    """The Value is the title's size: mostly one package, unless the title also names the smaller one inside it."""
    size, count = sizes[index], evidence.count.number if evidence.count else 1.0
    if pack == 1 and evidence.sizes[index].each and size * count <= MAX_MULTIPACK_GRAM_LIKE:
        return size * count, size, index, False
    inner = next((small for small in sizes if pack > 1 and _near(size / small, pack, PACK_TOLERANCE)), None)
    if inner is not None:
        return value_g, inner, index, False
    if pack > 1 and size * pack > MAX_MULTIPACK_GRAM_LIKE:
        return value_g, value_g / pack, index, False
    return size * pack, size, index, False


def _multiples(evidence: Evidence) -> list[tuple[float, float]]:
    """Numbers above 1 by which the Value may be a multiple of the title's size, likeliest first.

    Each stands with the packages that it makes: pieces within packs, and loose ones, make none.
    """
    packs = [pack.number for pack in evidence.packs]
    count = evidence.count.number if evidence.count else 1.0
    candidates = [(number, number) for number in (*packs, math.prod(packs))]
    candidates.append((count, 1.0 if evidence.loose else count))
    candidates += [(pack * count, pack) for pack in packs]
    if evidence.total:
        candidates.append((evidence.total.number, packs[0] if packs else evidence.total.number))
    return [candidate for candidate in candidates if candidate[0] > 1]


def _count_pack(evidence: Evidence, pack: float, absurd: bool) -> float:
    """Packages when the Unit counts pieces: the pack phrases, or the Value unless it counts what is inside."""
    if absurd or evidence.unit is None:
        return pack
    value, product = evidence.value, math.prod(phrase.number for phrase in evidence.packs)
    if evidence.packs:
        return product if value == product else pack
    inside = evidence.count is not None and value == evidence.count.number and evidence.loose
    carried = _gram_like(evidence.sizes[0]) * value <= MAX_MULTIPACK_GRAM_LIKE
    return value if 2 <= value <= MAX_COUNT_AS_PACK and not inside and carried else pack


def _pieces(evidence: Evidence, pack: float, absurd: bool) -> tuple[float, bool]:
    """Pieces in the offer, and whether the fields contradict each other about it."""
    counted = evidence.unit is not None and evidence.unit.kind == "count" and not absurd
    value = evidence.value if counted else math.nan
    phrase = evidence.packs[0].number if evidence.packs else 1.0
    if evidence.total:
        return evidence.total.number, False
    if evidence.count:
        stated = evidence.count.number
        product = stated * phrase
        agrees = math.isnan(value) or any(
            _near(value, known, PACK_TOLERANCE) for known in (product, stated, phrase, 1.0)
        )
        return (product if agrees else max(value, stated)), not agrees
    if not math.isnan(value):
        return max(value, phrase), phrase > 1 and not (
            _near(value, phrase, PACK_TOLERANCE) or value % phrase == 0 or value == 1
        )
    return (pack if pack > 1 else math.nan), False
