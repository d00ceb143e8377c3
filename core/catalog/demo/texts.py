"""The whole ``catalog_content`` of a product, Value and Unit last and as unreliable as in life."""

from __future__ import annotations

import random

from core.catalog.demo import noise
from core.catalog.demo.phrases import BULLETS, HEADS, SENTENCES
from core.catalog.demo.titles import Product, pick, size_text, title

_N_BULLETS = (
    ("0", 20.0), ("one", 9.2), ("2", 2.4), ("3", 6.1), ("4", 8.3), ("5", 47.0), ("6", 4.4), ("7", 1.3), ("8", 0.5),
    ("9", 0.4), ("10", 0.6),
)  # fmt: skip
_DESCRIPTION_SHARE = 0.43
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "oz": (
        ("Ounce", 900), ("ounce", 47), ("oz", 26), ("Oz", 3), ("OZ", 2), ("ounces", 2), ("Ounces", 2), ("Oz.", 1),
    ),
    "fl_oz": (
        ("Fl Oz", 920), ("fl oz", 12), ("Fluid Ounce", 8), ("Fl. Oz", 5), ("FL Oz", 4), ("Fl Oz ", 3), ("Fl oz", 3),
        ("fluid ounce", 2), ("Fluid Ounces", 1),
    ),
    "count": (("Count", 940), ("count", 42), ("COUNT", 4), ("ct", 4), ("Each", 2), ("each", 2), ("unità", 1)),
    "lb": (("Pound", 30), ("pound", 60), ("lb", 10), ("Pounds", 2)),
    "g": (("gram", 30), ("Gram", 20), ("grams", 10), ("Gramm", 8), ("gramm", 4), ("g", 4)),
    "ml": (("millilitre", 20), ("Milliliter", 10), ("ml", 6), ("mililitro", 2)),
    "piece": (("Bottle", 4), ("Can", 4), ("Jar", 3), ("Box", 2), ("Tea Bags", 2), ("Bag", 2), ("1", 1)),
}  # fmt: skip


def catalog_content(product: Product, rng: random.Random) -> str:
    """Item name, bullets, description, value and unit, with the noise of a real feed."""
    shown = noise.dodged(product, rng)
    name = noise.on_title(title(shown, rng), rng)
    lines = [f"Item Name: {name}"]
    kind = pick(_N_BULLETS, rng)
    if kind == "one":
        lines.append(f"Bullet Point: {name if rng.random() < 0.5 else _bullet(shown, rng)}")
    else:
        lines += [f"Bullet Point {i}: {_bullet(shown, rng)}" for i in range(1, int(kind) + 1)]
    if rng.random() < _DESCRIPTION_SHARE:
        lines.append(f"Product Description: {_description(shown, rng)}")
    value, unit = value_and_unit(product, rng)
    return "\n".join([*lines, f"Value: {value}", f"Unit: {unit}", ""])


def _bullet(product: Product, rng: random.Random) -> str:
    body = _filled(rng.choice(BULLETS), product, rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        body += ". " + _filled(rng.choice(BULLETS), product, rng)
    style = rng.random()
    if style < 0.3:
        body = f"{_filled(rng.choice(HEADS), product, rng)}: {body}"
    elif style < 0.4:
        body = f"{_filled(rng.choice(HEADS), product, rng).upper()} - {body}."
    return noise.on_line(body, rng)


def _description(product: Product, rng: random.Random) -> str:
    sentences = [_filled(text, product, rng) for text in rng.sample(SENTENCES, rng.randint(2, 9))]
    if rng.random() < 0.11:
        return "".join(f"<p>{sentence}</p>" for sentence in sentences).replace("</p><p>", "<br />", 1)
    return noise.on_line(" ".join(sentences), rng)


def _filled(text: str, product: Product, rng: random.Random) -> str:
    quality = rng.choice(product.quality) if product.quality else "Carefully made"
    return text.format(
        N=product.noun.lower() if rng.random() < 0.7 else product.noun,
        F=product.flavour,
        B=product.brand,
        S=size_text(product, rng) if "{S}" in text else "",
        Q=quality,
        P=product.shelf.package,
        num=rng.randint(2, 9),
    )


def value_and_unit(product: Product, rng: random.Random) -> tuple[str, str]:
    """Usually the total and its unit; the single size in 9 % of packs, sometimes the pack alone, sometimes rubbish."""
    unit, total = product.shelf.unit, product.size * product.pack
    roll = rng.random()
    if roll < 0.014:
        return "nan", "None"
    if roll < 0.015:
        return rng.choice((f"{total * 1000:.1f}", "0.0")), pick(_UNITS[unit], rng)
    if roll < 0.025:
        return f"{float(product.pack)}", pick(_UNITS["piece"], rng)
    if unit != "count" and roll < (0.14 if product.pack > 1 else 0.06):
        return f"{float(product.pack if rng.random() < 0.5 else 1)}", pick(_UNITS["count"], rng)
    if unit == "count" and roll < 0.3:
        return f"{float(product.pack)}", pick(_UNITS["count"], rng)
    value = product.size if rng.random() < 0.09 else total
    return _in_unit(value, unit, rng)


def _in_unit(value: float, unit: str, rng: random.Random) -> tuple[str, str]:
    roll = rng.random()
    if unit == "oz" and roll < 0.02:
        return f"{round(value, 2)}", pick(_UNITS["fl_oz"], rng)
    if unit == "oz" and roll < 0.026:
        return f"{round(value / 16, 3)}", pick(_UNITS["lb"], rng)
    if unit == "oz" and roll < 0.030:
        return f"{float(round(value * 28.3495))}", pick(_UNITS["g"], rng)
    if unit == "fl_oz" and roll < 0.008:
        return f"{float(round(value * 29.5735))}", pick(_UNITS["ml"], rng)
    return f"{round(value, 2)}", pick(_UNITS[unit], rng)
