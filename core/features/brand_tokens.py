"""Words of a title as brand evidence: what opens it, where its first words end, how each folds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from core.features.taxonomy import WORDS
from core.features.text import fold

MAX_TOKENS = 8
_MAX_OPENING_CHARS = 200

_NUMBER = r"(?:[0-9]{1,3}|two|three|four|six|twelve)"
# What sellers put before the name: "(12 Pack)", "[ 2 Packs ]", "Generic", "Set of 3", "2 Pack -", a dash, a claim
# that no brand is called by.
_OPENER = re.compile(
    r"\s{1,4}|[\[(][^\])]{0,30}(?:pack|pk|count|ct|case|bundle|set|lb|oz|new)[^\])]{0,20}[\])]|[-–—:,.*#\"'“”]"
    r"|(?:generic|new)\b[:!,]?(?=\s)"
    rf"|{_NUMBER}[ -]?(?:packs?|pk|pcs|count|ct|x)\b(?: of)?"
    rf"|(?:pack|set|case|box|lot|bundle) of {_NUMBER}\b"
    r"|(?:non-?gmo|(?:gluten|sugar|dairy|fat|caffeine|nut)[ -]free|all[ -]natural|usda organic|family size"
    r"|keto[ -]friendly|100% (?:natural|organic|pure))\b(?=[\s,:!|-])",
    re.IGNORECASE,
)
_STRIP = ',:;|–—()[]!"“”™®*'
_MAX_OPENERS = 12

STOP_WORDS = frozenset(
    ("of", "the", "and", "in", "for", "with", "de", "di", "la", "el", "a", "an", "to", "&", "+", "by", "y", "et", "e")
)
_SUFFIXES = """food company co farm kitchen coffee tea spice candy brand mill milling bakery inc llc ltd organic
    brother bro son garden natural nutrition chocolate chocolatier orchard ranch house market gourmet baking roaster
    import international creation provision mama herb"""
SUFFIX_WORDS = frozenset(_SUFFIXES.split())
# Words that open titles without naming anybody, beside those that name a shelf of the shop.
_OPENING_WORDS = """all amazing artisan assorted authentic baby bag best big black blue bottle box brown bulk case
    classic count creamy crispy crunchy dark deluxe diced dried extra family finely fresh freshly
    gluten gold golden gourmet gram grape green ground halal handmade happy healthy hot imported
    instant italian japanese jumbo keto kosher large light mexican milk mini mixed natural new non
    ounce organic original pack peeled pink plain pound premium product pure quality raw real red
    roasted salted shelled sliced small smoked soft special spicy sugar super sweet traditional
    turkish unsalted unsweetened vegan variety vintage white whole wild yellow"""


@dataclass(frozen=True)
class TitleTokens:
    """The first words of a title after its openers.

    Attributes:
        words: At most :data:`MAX_TOKENS`, punctuation at their ends dropped.
        bounds: For each word how strongly it ends something: 0 not at all, 1 by a comma, dash, bar, bracket or
            ``by``, 2 by a trade mark sign.
    """

    words: tuple[str, ...]
    bounds: tuple[float, ...]


@lru_cache(maxsize=1 << 18)
def token_key(word: str) -> str:
    """Folded word without a plural s, so that ``Campbell's``, ``Campbells`` and ``Campbell`` are one."""
    key = fold(word)
    return key[:-1] if len(key) > 2 and key.endswith("s") and not key.endswith("ss") else key


def name_key(name: str) -> str:
    """The folded words of a name, joined: the key by which spellings of a brand meet."""
    return "".join(map(token_key, name.split()))


def opening_end(title: str) -> int:
    """Where the openers of a title end."""
    at = 0
    for _ in range(_MAX_OPENERS):
        match = _OPENER.match(title, at)
        if match is None:
            break
        at = match.end()
    return at


def title_tokens(title: str) -> TitleTokens:
    """The words that may hold the brand, with the boundaries after them."""
    at = opening_end(title)
    words: list[str] = []
    bounds: list[float] = []
    for raw in title[at : at + _MAX_OPENING_CHARS].split():
        if len(words) == MAX_TOKENS:
            break
        if not token_key(raw):
            if bounds:
                bounds[-1] = max(bounds[-1], 1.0)
            continue
        if words and (raw[0] in "([|" or raw.lower() == "by"):
            bounds[-1] = max(bounds[-1], 1.0)
        words.append(raw.strip(_STRIP))
        bounds.append(_bound(raw))
    return TitleTokens(tuple(words), tuple(bounds))


def _bound(raw: str) -> float:
    if "™" in raw or "®" in raw:
        return 2.0
    return 1.0 if raw[-1] in ",:;|–—)!" else 0.0


_OPENING = frozenset(
    map(token_key, (*_OPENING_WORDS.split(), "gift", "low", "old", "aged", "handcrafted", "hand", "sea"))
)
_GENERIC = _OPENING | frozenset(token_key(word) for word in WORDS if " " not in word)

WORD_FLAGS = (
    "generic",
    "opening",
    "possessive",
    "stop",
    "digit",
    "lower",
    "camel",
    "dot",
    "upper",
    "suffix",
    "short",
    "joiner",
    "article",
)


def is_plain_name(name: str) -> bool:
    """True when every word of a name is one that opens titles without naming anybody."""
    return all(token_key(word) in _GENERIC or token_key(word).isdigit() for word in name.split())


@lru_cache(maxsize=1 << 18)
def word_flags(word: str) -> tuple[float, ...]:
    """:data:`WORD_FLAGS` of a word, 0 or 1."""
    key, lowered = token_key(word), word.lower()
    return (
        float(key in _GENERIC or key.isdigit()),
        float(key in _OPENING),
        float(lowered.endswith(("'s", "’s", "'", "’"))),
        float(lowered in STOP_WORDS or key == "and"),
        float(any(char.isdigit() for char in word)),
        float(word[:1].islower()),
        float(any(one.islower() and two.isupper() for one, two in pairwise(word))),
        float("." in word[1:-1]),
        float(word.isupper() and len(word) > 1),
        float(key in SUFFIX_WORDS),
        float(len(key) <= 2),
        float(lowered in ("&", "and", "of", "de")),
        float(key == "the"),
    )
