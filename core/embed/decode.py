"""Photos from bytes that nobody vouches for: few formats, limits before any pixel is made, all errors named."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

MAX_FILE_BYTES = 32 << 20
# A photo of 10,000 by 6,400; larger ones in a catalogue are mistakes or attacks.
MAX_PIXELS = 64_000_000
# Without the formats that call other programs or hold pages.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_BROKEN = (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, EOFError, struct.error, zlib.error)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError, OverflowError)
_WHITE = (255, 255, 255, 255)


@dataclass(frozen=True)
class DecodeFailure:
    """Why a file gave no photo: ``unreadable`` or ``too_large``, and the decoder's words."""

    status: str
    detail: str


def read_bounded(path: Path) -> bytes | DecodeFailure:
    """The file's bytes, unless it is larger than :data:`MAX_FILE_BYTES` or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return DecodeFailure("unreadable", error.strerror or type(error).__name__)
    if len(data) > MAX_FILE_BYTES:
        return DecodeFailure("too_large", f"more than {MAX_FILE_BYTES >> 20} MiB")
    return data


def check_header(data: bytes) -> DecodeFailure | None:
    """What the first bytes already tell: no photo at all, or one with too many pixels. Decodes nothing."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as photo:
            return _too_many_pixels(photo)
    except _BOMB as error:
        return DecodeFailure("too_large", _words(error))
    except _BROKEN as error:
        return DecodeFailure("unreadable", _words(error))


def decode_photo(data: bytes, at_least: tuple[int, int] | None = None) -> Image.Image | DecodeFailure:
    """The photo in RGB, transparent parts on white; the first frame of a moving one.

    Args:
        at_least: Width and height in pixels that are enough: a JPEG may be decoded at a half, a quarter or an eighth
            of its size as long as neither side falls below. None decodes everything.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as photo:
            refused = _too_many_pixels(photo)
            if refused is not None:
                return refused
            if at_least is not None:
                photo.draft(None, at_least)
            photo.load()
            return _to_rgb(photo)
    except _BOMB as error:
        return DecodeFailure("too_large", _words(error))
    except _BROKEN as error:
        return DecodeFailure("unreadable", _words(error))


def _too_many_pixels(photo: Image.Image) -> DecodeFailure | None:
    width, height = photo.size
    if width * height <= MAX_PIXELS:
        return None
    return DecodeFailure("too_large", f"{width} × {height} pixels")


def _to_rgb(photo: Image.Image) -> Image.Image:
    if photo.mode == "RGB":
        return photo.copy()
    if not photo.has_transparency_data:
        return photo.convert("RGB")
    layered = photo.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, _WHITE), layered).convert("RGB")


def _words(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__
