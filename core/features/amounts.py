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
MAX_BODY_CHARS = 4000
MAX_PACK = 2000
MAX_COUNT = 20_000

_UNIT = (
    r"(?:fl(?:uid)?[. ]{0,2}o(?:z|unces?)|fz|ounces?|ozs?|pounds?|lbs?|ibs?|kilograms?|kilos?|kgs?|grams?"
    r"|gramm?es?|gms?|grs?|g|milliliters?|millilitres?|mls?|centilitres?|cl|lit(?:er|re)s?|ltrs?|lt|l|gallons?|gal|quarts?|qts?|pints?"
    r"|pt|drams?)(?![A-Za-z0-9À-ž])"
)
_NUM = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}(?![0-9])(?:\.[0-9]{1,4})?|[0-9]{1,6}(?:[.,][0-9]{1,4})?|\.[0-9]{1,4})"
_FRACTION = r"(?:([0-9]{1,3})[ -])?([0-9]{1,2})/([0-9]{1,2})"
# "1/2 oz" and "1,5 oz" start before the mark; ", 10 oz" and "sticks/1.76oz" start after it.
_START = r"(?<![A-WYZa-wyz0-9À-ž.$])(?<![0-9][,/])"
# "16g of protein" and "3g net carbs" are what is inside, not how much there is.
_NUTRIENT = re.compile(
    r"[ -]{0,2}(?:of )?(?:(?:net|total|added|whole|dietary|prebiotic|plant|complete|per) ?)?"
    r"(?:proteins?|sugars?|carb|fib(?:er|re)|fat|collagen|caffeine|sodium|cholesterol|grains?|serving|calories|cacao|capacity)",
    re.IGNORECASE,
)
# "low sugar (3g)" is too; "cane sugar (500 g)" is not.
_NUTRIENT_BEFORE = re.compile(r"(?:proteins?|sugars?|carbs?|fib(?:er|re)|fat|collagen|caffeine) \($", re.IGNORECASE)
MAX_NUTRIENT_G = 50.0
_SIZE = re.compile(rf"{_START}(?:{_FRACTION}|({_NUM}))[ \-]{{0,3}}({_UNIT})\.?", re.IGNORECASE)

# "16 oz bottles" and "9 oz each" are the size of one package, whatever else is counted.
_EACH = re.compile(
    r"[ \-]{0,2}(?:(?!tea)[A-Za-z]{1,12}[ \-]){0,2}(?:bottles|cans|jars|pouches|bags|boxes|cartons|cups|bars|tins"
    r"|tubs|tubes|containers|canisters|packets|pkgs|packages|packs|loaves|bowls|each|ea|apiece)(?![A-Za-z])",
    re.IGNORECASE,
)
_BODY_BEFORE = re.compile(
    r"(?:net (?:wt|weight|contents?)|total weight|\bsize)(?: is| of)?[:.\- ]{0,3}$", re.IGNORECASE
)
_BODY_AFTER = re.compile(
    r"[ \-]{0,2}(?:bags?|box(?:es)?|cans?|jars?|bottles?|pouch(?:es)?|containers?|canisters?|tins?|tubs?|cartons?"
    r"|shakers?|packages?|each)(?![A-Za-z])",
    re.IGNORECASE,
)

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
# 24-1 Ounce Bags: a pack, a dash, a size. 10-12 oz is a range.
_DASHED = re.compile(
    rf"(?<![A-Za-z0-9.,/\-])([0-9]{{1,4}}) ?- ?(?=({_NUM})[ \-]{{0,2}}{_UNIT}\.?[ \-]{{0,2}}([A-Za-z]{{0,12}}))",
    re.IGNORECASE,
)
_PIECES = (
    r"(?:counts?|ct|cnt|pieces?|pcs?|ea|each|tea ?bags?|bags?|pods?|k-?cups?|capsules?|packets?|sticks?|bars?|tablets?"
    r"|sachets?|boxes|box|cans?|bottles?|pouches|pouch|jars?|rolls?|cups?|envelopes?|units?|tins?|containers?|trays?"
    r"|servings|sleeves?|singles|stems|lollipops|suckers|cookies|bowls|tubes?|loaves|cartons?|canisters?|sheets?"
    r"|donuts|doughnuts|muffins|cupcakes|bagels|buns|tortillas|lozenges|gummies|softgels|caplets|caps|wipes|filters)"
)
_PACKAGES = r"boxes|cans|bottles|jars|tins|canisters|cartons|tubs"
# 2 x 14.1 oz · 3 of 1.25 oz pkgs · 6 x 20 tea bags · 6 boxes of 10 · 6 boxes with 6 packets
_TIMES = re.compile(
    rf"(?<![A-Za-z0-9.,/]){_INT} ?(?:[x×\*]|of(?= )) ?(?={_NUM}[ \-]{{0,2}}(?:{_UNIT}|{_PIECES}(?![A-Za-z])))"
    rf"|(?<![A-Za-z0-9.,/]){_INT}[ \-]?(?:{_PACKAGES})[ ]?(?:of|with|x)[ ]?(?=[0-9])",
    re.IGNORECASE,
)
_CONTAINED = re.compile(
    rf"(?<![A-Za-z0-9.,/$#]){_INT}[ \-]?(?:(?:glass|plastic|large|total) )?(?:{_PACKAGES})(?![A-Za-z])"
    rf"|(?<![A-Za-z0-9.,/$#]){_INT}[ \-]?(?:ct|count|units?)\.? ?(?:case ?)?packs?(?![A-Za-z])(?! of)",
    re.IGNORECASE,
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
# 6 packs of 10 · 6 boxes with 6 packets · 3 x 16 tea bags: so many in all
_PRODUCT = re.compile(
    rf"(?<![A-Za-z0-9.,/]){_INT}[ \-]?(?:packs?|{_PACKAGES})[ ]?(?:of|with|x)[ ]?{_INT}{_NOT_SIZE}"
    rf"|(?<![A-Za-z0-9.,/]){_INT} ?[x×] ?{_INT}[ \-]{{0,2}}{_PIECES}(?![A-Za-z])",
    re.IGNORECASE,
)
# A phrase of each kind holds one of these; to look for them first spares most titles the patterns.
_PACK_STEMS = ("pack", "pk", "pck", "pkg", "case", "carton", "bundle", "set", "lot")
_CONTAINED_STEMS = ("pack", *_PACKAGES.split("|"))
_PRODUCT_STEMS = ("x", "×", "pack", *_PACKAGES.split("|"))
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
        each: The words say that it is the size of one package of several.
    """

    number: float
    start: int
    end: int
    unit: Unit | None = None
    each: bool = False


def find_sizes(title: str) -> list[Amount]:
    """Every weight and volume in the title, nutrients left out, in reading order.

    Quarts, gallons and pints come last: of a drink mix they tell how much it makes.
    """
    title = title[:MAX_TITLE_CHARS]
    found = [size for size in (_size(match, title) for match in _SIZE.finditer(title)) if size]
    return sorted(found, key=lambda size: size.unit is not None and size.unit.name in _YIELDS)


def find_body_size(body: str) -> Amount | None:
    """The size that bullets or description state: a line of its own, ``net wt 12 oz``, ``(7oz bag)``.

    Prose holds many other weights (a serving, a cup of water, the parcel), so nothing else counts.
    """
    body = body[:MAX_BODY_CHARS]
    for match in _SIZE.finditer(body):
        line = body.rfind("\n", 0, match.start()) + 1
        after = body[match.end() : match.end() + 24]
        alone = match.start() - line <= 1 and len(after.partition("\n")[0]) <= 12
        stated = _BODY_BEFORE.search(body[max(0, match.start() - 24) : match.start()])
        found = _size(match, body) if alone or stated or _BODY_AFTER.match(after) else None
        if found is not None:
            return found
    return None


def find_packs(title: str) -> list[Amount]:
    """The pack phrases in reading order.

    When there is none: multiplications (``2 x 14.1 oz``, ``6 boxes of 10``); and when there is none of them: counted
    packages (``6 Cans``, ``24 ct Pack``).
    """
    title = title[:MAX_TITLE_CHARS]
    folded = title.lower()
    packs = list(_packs(title)) if any(word in folded for word in _PACK_STEMS) else []
    packs = packs or list(_multiplied(title))
    return packs or (list(_contained(title)) if any(word in folded for word in _CONTAINED_STEMS) else [])


def find_count(title: str, packs: Sequence[Amount] = ()) -> Amount | None:
    """The first piece count that is no pack phrase."""
    for match in _COUNT.finditer(title[:MAX_TITLE_CHARS]):
        number, start, end = _integer(match.group(1)), match.start(), match.end()
        if 1 <= number <= MAX_COUNT and not any(start < pack.end and pack.start < end for pack in packs):
            return Amount(float(number), match.start(), match.end())
    return None


def find_total(title: str) -> Amount | None:
    """A stated total of pieces: ``(20 total)``, ``Total of 20``, ``6 packs of 10``."""
    title = title[:MAX_TITLE_CHARS]
    folded = title.lower()
    for match in _TOTAL.finditer(title) if "total" in folded else ():
        number = _integer(match.group(1) or match.group(2))
        if 1 < number <= MAX_COUNT:
            return Amount(float(number), match.start(), match.end())
    for match in _PRODUCT.finditer(title) if any(word in folded for word in _PRODUCT_STEMS) else ():
        number = _integer(match.group(1) or match.group(3)) * _integer(match.group(2) or match.group(4))
        if 1 < number <= MAX_COUNT:
            return Amount(float(number), match.start(), match.end())
    return None


def _size(match: re.Match[str], text: str) -> Amount | None:
    """The size that a match gives; None for a nutrient, for nothing and for no unit."""
    unit = find_unit(match.group(5))
    number = _fraction(match) if match.group(3) else _decimal(match.group(4))
    if unit is None or number <= 0 or _NUTRIENT.match(text, match.end()):
        return None
    small = unit.kind == "weight" and number * unit.base <= MAX_NUTRIENT_G
    if small and _NUTRIENT_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
        return None
    return Amount(number, match.start(), match.end(), unit, _EACH.match(text, match.end()) is not None)


def _packs(title: str) -> Iterator[Amount]:
    for match in _PACK.finditer(title):
        word = match.group(1) or match.group(2) or match.group(3)
        number = _integer(word)
        if 1 <= number <= MAX_PACK:
            yield Amount(float(number), match.start(), match.end())


def _multiplied(title: str) -> Iterator[Amount]:
    for match in _TIMES.finditer(title):
        number = _integer(match.group(1) or match.group(2))
        if 1 <= number <= MAX_PACK:
            yield Amount(float(number), match.start(), match.end())
    for match in _DASHED.finditer(title):
        pack, size = float(match.group(1)), _decimal(match.group(2))
        is_range = pack < size <= 2.5 * pack and match.group(3).lower() not in _CONTAINERS
        if 1 <= pack <= MAX_PACK and not is_range:
            yield Amount(pack, match.start(), match.end())


def _contained(title: str) -> Iterator[Amount]:
    for match in _CONTAINED.finditer(title):
        number = _integer(match.group(1) or match.group(2))
        if 2 <= number <= MAX_PACK:
            yield Amount(float(number), match.start(), match.end())


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
