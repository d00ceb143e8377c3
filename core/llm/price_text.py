"""A price out of a model's words: one positive number, with a currency sign at most."""

from __future__ import annotations

import math
import re
from typing import Final

from core.llm.answers import BadAnswer, said, spoken
from core.types import JsonDict

# Beyond any price of a catalogue; more digits than that are no estimate.
_MOST_PRICE: Final = 1e6
_NUMBER: Final = re.compile(
    r"(?:US)?\s*(?:\$|€|£|USD|US\$)?\s*"
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,6})?|[0-9]{1,9}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})"
    r"\s*(?:\$|€|£|USD|US dollars|dollars)?\.?",
    re.IGNORECASE | re.ASCII,
)
_WRAPPING: Final = " \t\r\n\"'`*"


def read_price(content: str, cut: bool) -> JsonDict:
    """``price`` in dollars.

    ``$12.99``, ``12.99``, ``1,299`` and ``**12.99 USD**`` are prices. Anything beside the number fails: of "12 ounces
    for $5" or "$10-15" nobody can tell which number is meant.

    Raises:
        BadAnswer: ``no_price``, ``empty`` or ``cut_off``.
    """
    text = spoken(content).strip(_WRAPPING)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadAnswer("cut_off" if cut else "no_price", said(text))
    price = float(match["number"].replace(",", ""))
    if not (math.isfinite(price) and 0 < price <= _MOST_PRICE):
        raise BadAnswer("no_price", said(text))
    return {"price": price}
