"""What feeds do to texts: tags, emoji, mojibake, invisible characters, brands spelt to pass a filter."""

from __future__ import annotations

import random
from dataclasses import replace

from core.catalog.demo.phrases import EMOJI, FRAGMENTS
from core.catalog.demo.titles import Product

_ZERO_WIDTH = ("\u200b", "\u200c", "\ufeff", "\u200e")


def dodged(product: Product, rng: random.Random) -> Product:
    """The product with its brand spelt as a listing might that dodges a filter (one in a hundred), or with a mark."""
    roll, name = rng.random(), product.brand
    cut = rng.randint(1, 2)
    if roll < 0.006:
        return replace(product, brand=f"{name[:cut]}.{name[cut:]}")
    if roll < 0.008:
        return replace(product, brand=f"{name[:cut]}{rng.choice(_ZERO_WIDTH)}{name[cut:]}")
    if roll < 0.010:
        return replace(product, brand=f"{name[:cut]}-{name[cut:]}")
    if roll < 0.030:
        return replace(product, brand=f"{name}{rng.choice('®™')}")
    if roll < 0.060:
        return replace(product, brand=name.upper() if rng.random() < 0.5 else name.lower())
    return product


def on_title(text: str, rng: random.Random) -> str:
    """A title as listed: mostly untouched; one in 3,000 is a lone dash."""
    roll = rng.random()
    if roll < 0.0003:
        return "-"
    if roll < 0.02:
        return text.upper()
    if roll < 0.025:
        return text.replace(" ", "  ", 1)
    if roll < 0.030:
        return text.replace("&", "&amp;").replace("'", "&#39;")
    if roll < 0.033:
        return text + " " + rng.choice(_ZERO_WIDTH)
    return text.replace("'", "’") if roll < 0.2 else text


def on_line(text: str, rng: random.Random) -> str:
    """A bullet or a description as listed."""
    roll = rng.random()
    if roll < 0.006:
        return f"<b>{text}</b><br>"
    if roll < 0.012:
        return f"{rng.choice(EMOJI)} {text}"
    if roll < 0.014:
        return _mojibake(text + " – simply good, it’s that easy")
    if roll < 0.016:
        return text.replace(" ", f" {rng.choice(_ZERO_WIDTH)}", 2)
    if roll < 0.019:
        return text.replace(" and ", " &amp; ") + "&nbsp;"
    if roll < 0.023:
        return f"{text}. {rng.choice(FRAGMENTS).format(num=rng.randint(2, 9))}"
    if roll < 0.06:
        return f'{text}, the "real" thing'
    return text.replace("'", "’") if roll < 0.2 else text


def _mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, as half-broken exports do."""
    return text.encode().decode("cp1252", errors="replace")
