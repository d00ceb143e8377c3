"""Amounts in a title: sizes (``12.7 Ounce``), pack phrases (``(Pack of 6)``) and piece counts (``20 Tea Bags``).

Each find carries its place in the title. Titles are cut at :data:`MAX_TITLE_CHARS` and every repetition in the
patterns is bounded, so that the cost of a title is linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.features.units import Unit, find_unit

MAX_TITLE_CHARS = 2000
MAX_PACK = 2000
MAX_COUNT = 20_000

_UNIT = (
    r"(?:fl(?:uid)?[. ]{0,2}o(?:z|unces?)|fz|ounces?|ozs?|pounds?|lbs?|ibs?|kilograms?|kilos?|kgs?|grams?"
    r"|gramm?es?|gms?|grs?|g|milliliters?|millilitres?|mls?|centilitres?|cl|lit(?:er|re)s?|ltrs?|lt|l|gallons?|gal|quarts?|qts?|pints?"
    r"|pt|drams?)(?![A-Za-z0-9À-ž])"
)
_NUM = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}(?![0-9])(?:\.[0-9]{1,4})?|[0-9]{1,6}(?:[.,][0-9]{1,4})?|\.[0-9]{1,4})"
_FRACTION = r"(?:([0-9]{1,3})[ -])?([0-9]{1,2})/([0-9]{1,2})"
_START = r"(?<![A-WYZa-wyz0-9À-ž.,/$])"
# "16g of protein" and "3g net carbs" are what is inside, not how much there is.
_NUTRIENT = re.compile(
    r"[ -]{0,2}(?:of )?(?:(?:net|total|added|whole|dietary|prebiotic|plant|complete|per) ?)?"
    r"(?:proteins?|sugars?|carb|fib(?:er|re)|fat|collagen|caffeine|sodium|cholesterol|grains?|serving|calories|cacao|capacity)",
    re.IGNORECASE,
)
_SIZE = re.compile(rf"{_START}(?:{_FRACTION}|({_NUM}))[ \-]{{0,3}}({_UNIT})\.?", re.IGNORECASE)

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "twenty": 20, "dozen": 12, "single": 1, "twin": 2, "double": 2, "triple": 3,
}  # fmt: skip
_INT = r"([0-9]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|dozen)"
_NOT_SIZE = rf"(?![0-9])(?![.,][0-9])(?![ \-]{{0,2}}{_UNIT})(?! ?%)"
_IN_CASE = r"(?:packs?|pks?|pck|cases?|cartons?|bundle)"
_PACK = re.compile(
    # Pack of 6 · Case of 12 · PK- 6 · PACK_6 · Set of 2
    rf"(?<![A-Za-z])(?:packs?|pks?|pck|pkg|case|set|lot|bundle|carton)(?: ?\(?of ?|[ ]?[-_:=x][ ]?){_INT}{_NOT_SIZE}"
    # 12 per case · 12 Case · 6/Carton · 6-Pack · 2 Pack · 24ct Case
    rf"|(?<![A-Za-z0-9.,/]){_INT}[ ]?(?:per |[-/]|in an? )?[ ]?{_IN_CASE}(?![A-Za-z])"
    rf"|(?<![A-Za-z0-9])(twin|double|triple|single)[ -]packs?(?![A-Za-z])",
    re.IGNORECASE,
)
_TIMES = re.compile(rf"(?<![A-Za-z0-9.,/])([0-9]{{1,4}}) ?[x×\*] ?(?={_NUM}[ \-]{{0,2}}{_UNIT})", re.IGNORECASE)
# 24-1 Ounce Bags: a pack, a dash, a size. 10-12 oz is a range.
_DASHED = re.compile(
    rf"(?<![A-Za-z0-9.,/\-])([0-9]{{1,4}}) ?- ?(?=({_NUM})[ \-]{{0,2}}{_UNIT}\.?[ \-]{{0,2}}([A-Za-z]{{0,12}}))",
    re.IGNORECASE,
)
_PIECES = (
    r"(?:counts?|ct|cnt|pieces?|pcs?|ea|each|tea ?bags?|bags?|pods?|k-?cups?|capsules?|packets?|sticks?|bars?|tablets?"
    r"|sachets?|boxes|box|cans?|bottles?|pouches|pouch|jars?|rolls?|cups?|envelopes?|units?|tins?|containers?|trays?"
    r"|servings|sleeves?|singles|stems|lollipops|suckers|cookies|bowls|tubes?|loaves|cartons?|canisters?|sheets?)"
)
_COUNT = re.compile(
    rf"(?<![A-Za-z0-9.,/$#]){_INT}[ \-]{{0,2}}(?:total |single[ -]serve |individual(?:ly wrapped)? |snack |filter "
    rf"|coffee |mini |small |large )?{_PIECES}(?![A-Za-z])",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    rf"(?<![A-Za-z0-9.,]){_INT} (?:[A-Za-z\-]{{1,12}} ){{0,2}}total(?![A-Za-z])|total of {_INT}{_NOT_SIZE}",
    re.IGNORECASE,
)
_YIELDS = frozenset(("quart", "gallon", "pint"))
_CONTAINERS = frozenset(
    ("bags", "bag", "boxes", "box", "cans", "can", "jars", "bottles", "pouches", "packets", "packs", "cups", "bars")
)


@dataclass(frozen=True)
class Amount:
    """A number with what it counts, and its place ``title[start:end]``.

    Attributes:
        number: As written; positive and finite.
        unit: Weight or volume unit, None for packs and pieces.
    """

    number: float
    start: int
    end: int
    unit: Unit | None = None


def find_sizes(title: str) -> list[Amount]:
    """Every weight and volume in the title, nutrients left out, in reading order.

    Quarts, gallons and pints come last: of a drink mix they tell how much it makes.
    """
    found = []
    for match in _SIZE.finditer(title[:MAX_TITLE_CHARS]):
        unit = find_unit(match.group(5))
        number = _fraction(match) if match.group(3) else _decimal(match.group(4))
        if unit is not None and number > 0 and not _NUTRIENT.match(title, match.end()):
            found.append(Amount(number, match.start(), match.end(), unit))
    return sorted(found, key=lambda size: size.unit is not None and size.unit.name in _YIELDS)


def find_packs(title: str) -> list[Amount]:
    """The pack phrases in reading order; multiplications (``2 x 14.1 oz``) when there is no phrase."""
    title = title[:MAX_TITLE_CHARS]
    return list(_packs(title)) or list(_multiplied(title))


def find_count(title: str, packs: Sequence[Amount] = ()) -> Amount | None:
    """The first piece count that is no pack phrase."""
    for match in _COUNT.finditer(title[:MAX_TITLE_CHARS]):
        number, start, end = _integer(match.group(1)), match.start(), match.end()
        if 1 <= number <= MAX_COUNT and not any(start < pack.end and pack.start < end for pack in packs):
            return Amount(float(number), match.start(), match.end())
    return None


def find_total(title: str) -> Amount | None:
    """A stated total of pieces: ``(20 total)``, ``Total of 20``."""
    for match in _TOTAL.finditer(title[:MAX_TITLE_CHARS]):
        number = _integer(match.group(1) or match.group(2))
        if 1 < number <= MAX_COUNT:
            return Amount(float(number), match.start(), match.end())
    return None


def _packs(title: str) -> Iterator[Amount]:
    for match in _PACK.finditer(title):
        word = match.group(1) or match.group(2) or match.group(3)
        number = _integer(word)
        if 1 <= number <= MAX_PACK:
            yield Amount(float(number), match.start(), match.end())


def _multiplied(title: str) -> Iterator[Amount]:
    for match in _TIMES.finditer(title):
        if 1 <= int(match.group(1)) <= MAX_PACK:
            yield Amount(float(match.group(1)), match.start(), match.end())
    for match in _DASHED.finditer(title):
        pack, size = float(match.group(1)), _decimal(match.group(2))
        is_range = pack < size <= 2.5 * pack and match.group(3).lower() not in _CONTAINERS
        if 1 <= pack <= MAX_PACK and not is_range:
            yield Amount(pack, match.start(), match.end())


def _integer(word: str) -> int:
    return _WORDS.get(word.lower()) or (int(word) if word.isdigit() else 0)


def _decimal(text: str) -> float:
    """``1,000`` is a thousand, ``1,5`` is one and a half."""
    head, comma, tail = text.partition(",")
    if comma and len(tail.split(".")[0].replace(",", "")) % 3 == 0 and head != "0":
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _fraction(match: re.Match[str]) -> float:
    whole, top, bottom = match.group(1), match.group(2), match.group(3)
    return (float(whole) if whole else 0.0) + (float(top) / float(bottom) if float(bottom) else 0.0)
