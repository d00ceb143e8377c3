"""Drawn package photos: the shape follows the shelf, the colour shelf and brand, so that a picture tells a little."""

from __future__ import annotations

import colorsys
import io
import random
from typing import TYPE_CHECKING

from core.catalog.demo.titles import Product, plain

if TYPE_CHECKING:
    from PIL import ImageDraw

SIZE_PX = 224
JPEG_QUALITY = 85
_GOLDEN = 0.61803398875
_SHORT = {"oz": "oz", "fl_oz": "fl oz", "count": "ct"}
# Outlines as (left, top, right, bottom) in hundredths of the picture: body, then cap or neck.
_BODY = {
    "box": (22, 14, 78, 90),
    "bag": (24, 12, 76, 90),
    "pouch": (26, 18, 74, 88),
    "bottle": (36, 36, 64, 92),
    "jar": (28, 28, 72, 88),
    "can": (32, 22, 68, 88),
}
_TOP = {"bottle": (44, 8, 56, 38), "jar": (30, 18, 70, 28), "can": (34, 19, 66, 23)}


def photo_jpeg(product: Product, shelf_number: int, brand_number: int, *, seed: int) -> bytes:
    """A 224 px JPEG of the package on white."""
    from PIL import Image, ImageDraw

    rng = random.Random(f"{seed} {brand_number} colour")
    hue = (shelf_number * _GOLDEN + rng.uniform(-0.06, 0.06)) % 1.0
    precious = any(word in product.quality for word in ("Premium", "Gourmet", "Gift", "Handcrafted"))
    body = _rgb(hue, rng.uniform(0.45, 0.9), 0.35 if precious else rng.uniform(0.65, 0.95))
    accent = (212, 175, 55) if precious else _rgb(hue + rng.choice((0.33, 0.5, 0.66)), 0.5, 0.9)
    image = Image.new("RGB", (SIZE_PX, SIZE_PX), "white")
    draw = ImageDraw.Draw(image)
    for step in range(min(product.pack, 3) - 1, -1, -1):
        _package(draw, product.shelf.package, body, accent, shift=step * 5)
    _label(draw, product, body)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _rgb(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def _scaled(outline: tuple[int, int, int, int], shift: int) -> list[float]:
    return [(edge + shift * (1 if place % 2 == 0 else -1)) * SIZE_PX / 100 for place, edge in enumerate(outline)]


def _package(
    draw: ImageDraw.ImageDraw, kind: str, body: tuple[int, int, int], accent: tuple[int, int, int], *, shift: int
) -> None:
    outline = _scaled(_BODY[kind], shift)
    edge = (90, 90, 90)
    radius = {"box": 2, "can": 10, "jar": 16}.get(kind, 12)
    if kind in _TOP:
        draw.rounded_rectangle(_scaled(_TOP[kind], shift), 4, fill=accent, outline=edge)
    draw.rounded_rectangle(outline, radius, fill=body, outline=edge, width=2)
    left, top, right, bottom = outline
    if kind in ("bag", "pouch"):
        draw.rectangle([left + 2, top + 8, right - 2, top + 14], fill=accent)
    draw.rectangle([left + 2, bottom - 30, right - 2, bottom - 12], fill=accent)


def _label(draw: ImageDraw.ImageDraw, product: Product, body: tuple[int, int, int]) -> None:
    from PIL import ImageFont

    left, top, right, bottom = _scaled(_BODY[product.shelf.package], 0)
    middle = (left + right) / 2
    ink = "white" if sum(body) < 380 else "black"
    lines = [*product.brand.split(), product.noun.split()[-1]][:4]
    font = ImageFont.load_default(size=max(9.0, min(17.0, (right - left) / (0.6 * max(map(len, lines))))))
    for place, line in enumerate(lines):
        draw.text((middle, top + (bottom - top) * 0.28 + 18 * place), line, fill=ink, font=font, anchor="mm")
    size = f"{plain(product.size)} {_SHORT[product.shelf.unit]}"
    small = ImageFont.load_default(size=11.0)
    draw.text((middle, bottom - 21), size, fill="black", font=small, anchor="mm")
