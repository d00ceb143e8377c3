"""Invented brand names: syllables that no dictionary holds, dressed the way shops dress names."""

from __future__ import annotations

import random

_HEADS = (
    "Bal Bor Cad Cel Dra Dov Elv Fen Fal Gar Gri Hal Hes Ith Jor Kav Kel Lor Lum Mav Mer Nol Nev Orl Ost Pell Prov "
)
_HEADS += "Quil Rov Rem Sav Sel Tam Tor Ulm Var Vel Wen Wil Yar Zan Zel Brin Crel Drov Flor Glen Plim Skel Thav Trel"
_MIDS = "a e i o u ando avi elo eri ima ino ola oni ora osti umi ulo apri ebri idri ocki adu emba inka ovo arri etti"
_TAILS = "ba bek da dine dor fax ga gil ka kin la lin lock ma mar mont na nell no ra rin ro sa sen ska ta ter "
_TAILS += "tine va vane vik za zio"
_HOUSES = (
    "Farms",
    "Pantry",
    "Kitchen",
    "Foods",
    "Mills",
    "Provisions",
    "Orchard",
    "Traders",
    "Harvest",
    "Market",
    "Valley",
    "Co.",
    "& Sons",
    "Organics",
    "Naturals",
    "Reserve",
    "House",
    "Brothers",
    "Ridge",
    "Select",
)
_FRONTS = ("Casa", "Old", "Mrs.", "The", "Uncle", "Little", "La", "Don", "Nonna", "Aunt")


def brand_names(count: int, rng: random.Random) -> list[str]:
    """``count`` different names; no two share their invented word, so that none is a variant of another."""
    heads, mids, tails = _HEADS.split(), _MIDS.split(), _TAILS.split()
    size = len(heads) * len(mids) * len(tails)
    words = []
    for code in rng.sample(range(size * size), count) if count > size // 2 else rng.sample(range(size), count):
        more, code = divmod(code, size)
        head, rest = divmod(code, len(mids) * len(tails))
        mid, tail = divmod(rest, len(tails))
        word = heads[head] + mids[mid] + tails[tail]
        if more:
            word += " " + heads[more % len(heads)] + mids[more // len(heads) % len(mids)] + tails[more % len(tails)]
        words.append(word)
    return _unique([_dressed(word, rng) for word in words])


def _dressed(word: str, rng: random.Random) -> str:
    """The word as a brand writes it."""
    style = rng.random()
    if style < 0.45:
        return word
    if style < 0.70:
        return f"{word} {rng.choice(_HOUSES)}"
    if style < 0.80:
        return f"{word}'s"
    if style < 0.90:
        return f"{rng.choice(_FRONTS)} {word}"
    if style < 0.95:
        return word.upper()
    return f"{word}-{rng.choice(_HOUSES[:10])}" if style < 0.97 else f"{word}'s {rng.choice(_HOUSES[:11])}"


def _unique(names: list[str]) -> list[str]:
    """Guard against two codes that spell the same: the later one gets its number in words of its own."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        fresh = name
        while fresh.lower() in seen:
            fresh = f"{fresh} {'II' if fresh == name else 'I'}"
        seen.add(fresh.lower())
        names[place] = fresh
    return names
