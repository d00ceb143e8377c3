"""What a model read in a product, checked against the schema to the letter before it is believed."""

from __future__ import annotations

import math
from typing import Any, Final

from core.llm.answers import BadAnswer, one_object
from core.llm.prompts import CATEGORIES, QUALITY, UNITS
from core.types import JsonDict

_BRAND_CHARS: Final = 80
_MOST_AMOUNT: Final = 1e6
_MOST_PACK: Final = 10_000
_NAMES: Final = frozenset({"brand", "category", "quality", "size"})
_SIZE_NAMES: Final = frozenset({"amount", "unit", "pack"})


def read_attributes(content: str, cut: bool) -> JsonDict:
    """The attributes of an answer: ``brand``, ``category``, ``quality``, ``amount``, ``unit``, ``pack``.

    Nothing is bent into shape: a number in quotes, a word that is not on the list or a name too many is a failure.

    Raises:
        BadAnswer: ``no_json``, ``cut_off``, ``empty`` or ``wrong_schema``.
    """
    found = one_object(content, cut=cut)
    _names(found, _NAMES, "the object")
    size = found["size"]
    if not isinstance(size, dict):
        raise BadAnswer("wrong_schema", "size is no object")
    _names(size, _SIZE_NAMES, "size")
    return {
        "brand": _brand(found["brand"]),
        "category": _one_of(found["category"], CATEGORIES, "category"),
        "quality": [*_words(found["quality"])],
        "amount": _amount(size["amount"]),
        "unit": None if size["unit"] is None else _one_of(size["unit"], UNITS, "unit"),
        "pack": _pack(size["pack"]),
    }


def _names(found: JsonDict, wanted: frozenset[str], what: str) -> None:
    if odd := sorted(wanted ^ set(found)):
        raise BadAnswer("wrong_schema", f"{what} lacks or has too many names: {', '.join(odd)[:100]}")


def _brand(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _BRAND_CHARS:
        raise BadAnswer("wrong_schema", "brand is no short text")
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
    return plain or None


def _one_of(value: Any, words: tuple[str, ...], what: str) -> str:
    if not isinstance(value, str) or value not in words:
        raise BadAnswer("wrong_schema", f"{what} is {str(value)!r}, which is not on the list")
    return value


def _words(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise BadAnswer("wrong_schema", "quality is no list")
    return sorted({_one_of(word, QUALITY, "a quality word") for word in value})


def _amount(value: Any) -> float | None:
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 < value <= _MOST_AMOUNT:
        raise BadAnswer("wrong_schema", f"amount is {str(value)!r}")
    return float(value)


def _pack(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_PACK:
        raise BadAnswer("wrong_schema", f"pack is {str(value)!r}")
    return value
