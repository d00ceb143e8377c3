"""Titles in the many ways that sellers write them: brand here or there, size and pack in every style."""

from __future__ import annotations

import random
from dataclasses import dataclass

from core.catalog.demo.shelves import Shelf


@dataclass(frozen=True)
class Product:
    """What a text is written from.

    Attributes:
        size: Of one package, in the shelf's unit.
        pack: Packages sold together.
        quality: Words that the product may carry.
    """

    brand: str
    shelf: Shelf
    noun: str
    flavour: str
    size: float
    pack: int
    quality: tuple[str, ...]


_SIZE_STYLES = {
    "oz": (
        ("{n} Ounce", 40), ("{n} oz", 20), ("{n}oz", 10), ("{n}-Ounce", 8), ("{n} Oz", 8), ("{n} oz.", 5),
        ("{n} Ounces", 4), ("{g}g", 2), ("{n} OZ", 2), ("{n} oz ({g} g)", 3), ("{lb} lb", 3), ("{lb} Pound", 2),
    ),
    "fl_oz": (
        ("{n} Fl Oz", 35), ("{n} fl oz", 20), ("{n} Ounce", 15), ("{n} Fl. Oz.", 6), ("{n}-Fluid Ounce", 5),
        ("{n}oz", 6), ("{ml} ml", 5), ("{n} FL OZ", 5), ("{n} fl oz ({ml}ml)", 3),
    ),
    "count": (
        ("{n} Count", 50), ("{n} ct", 15), ("{n}-Count", 10), ("{n}ct", 6), ("{n} Pieces", 6), ("Box of {n}", 6),
        ("{n} Ct.", 4),
    ),
}  # fmt: skip
_PACK_STYLES = (
    ("{s} (Pack of {k})", 46), ("{s}, Pack of {k}", 7), ("{s} - {k} per case", 4), ("{s} -- {k} Case", 4),
    ("{k}-{s} {P}", 5), ("{k} x {s}", 4), ("({k} x {s} {P})", 3), ("{s} PK- {k}", 1), ("{s}, {k}/Carton", 2),
    ("{s} PACK_{k}", 0.5), ("{s}, {k} Count", 6), ("{s}, {k} Pack", 5), ("{k}-Pack, {s}", 4), ("{s} | Case of {k}", 3),
    ("{s} (Set of {k})", 2), ("{s}, {k}pk", 2), ("{s} (Case of {k})", 3), ("Pack of {k} {s}", 1.5),
)  # fmt: skip
_TITLES = (
    ("{B} {Q} {F} {N}, {S}", 34), ("{B} {F} {N}, {S}", 14), ("{B} {N}, {F}, {S}", 12), ("{B}, {Q} {N}, {F}, {S}", 6),
    ("{B} {Q} {N} - {F} - {S}", 6), ("{B} {N} {F} {S} {Q}", 5), ("{B} - {F} {N} ({S})", 5),
    ("{B} | {Q} {F} {N} | {S}", 3),
    ("{Q} {B} {F} {N}, {S}", 4), ("{S} {B} {F} {N}", 2), ("{Q} {F} {N} by {B}, {S}", 3), ("{F} {N} {S} - {B}", 2),
    ("{Q} {F} {N}, {S}", 4),
)  # fmt: skip


def pick(options: tuple[tuple[str, float], ...], rng: random.Random) -> str:
    """One option, by weight."""
    left = rng.random() * sum(weight for _, weight in options)
    for text, weight in options:
        left -= weight
        if left < 0:
            return text
    return options[-1][0]


def plain(number: float) -> str:
    """``12`` for 12.0, ``12.7`` for 12.7."""
    return f"{number:.10g}"


def size_text(product: Product, rng: random.Random) -> str:
    """The size of one package, in one of its unit's spellings."""
    style = pick(_SIZE_STYLES[product.shelf.unit], rng)
    if "{lb}" in style and product.size < 8:
        style = "{n} Ounce"
    size = product.size
    return style.format(n=plain(size), g=round(size * 28.3495), ml=round(size * 29.5735), lb=plain(round(size / 16, 2)))


def title(product: Product, rng: random.Random) -> str:
    """A whole title. One in twelve hides its pack, one in eight its size."""
    size = size_text(product, rng)
    shown = size
    if product.pack > 1 and rng.random() > 0.08:
        plural = {"box": "Boxes", "pouch": "Pouches"}.get(product.shelf.package, product.shelf.package.title() + "s")
        shown = pick(_PACK_STYLES, rng).format(s=size, k=product.pack, P=plural)
        if rng.random() < 0.1:
            shown = f"Pack of {product.pack}"
    elif product.pack == 1 and rng.random() < 0.12:
        shown = ""
    elif product.pack == 1 and rng.random() < 0.06:
        shown = f"{size} (Pack of 1)"
    quality = [word for word in product.quality if rng.random() < 0.7]
    text = pick(_TITLES, rng).format(B=product.brand, Q=" ".join(quality), F=product.flavour, N=product.noun, S=shown)
    return _tidy(text)


def _tidy(text: str) -> str:
    """Drop what an empty part leaves behind."""
    text = " ".join(text.split())
    for left, right in ((" ,", ","), ("()", ""), (",,", ","), ("| |", "|"), ("- -", "-")):
        text = text.replace(left, right)
    return text.strip(" ,-|")
