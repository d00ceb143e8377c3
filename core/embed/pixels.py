"""Block ``photo``: what the pixels say without any model: colour, light, background, detail, several packs.

The numbers of a photo are kept by its content like the vectors of a model, so a renamed or re-ordered file costs
nothing, and a killed run goes on where it was.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.embed.decode import DecodeFailure
from core.embed.embedding import Gathered, assemble, row_contents
from core.embed.encode import Loaded, Outcome, Work, encode_all
from core.embed.photos import photo_table
from core.embed.room import label_shelf
from core.embed.sources import photo_reader
from core.embed.spec import EncodeOptions, ModelSpec
from core.embed.vectors import VectorCache, VectorSpace
from core.store import ArtifactStore, cache_key
from core.types import AttachedBlock, BlockInfo, Catalog, Float32Array, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 1
SIDE_PX = 192
"""Longer side at which a photo is measured; on 256 px and above the numbers hardly depend on it."""
WHITE_FROM = 242
HUES = 8
_BATCH = 64
_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)

COLUMNS: dict[str, str] = {
    "log_pixels": "natural log of width times height, pixels",
    "log_aspect": "natural log of width over height",
    "white_share": "share of near-white pixels, 0 to 1",
    "white_border": "share of near-white pixels along the edge of the photo, 0 to 1",
    "fill": "share of the photo inside the box around what is not white, 0 to 1",
    "brightness": "mean brightness of what is not white, 0 to 1",
    "contrast": "standard deviation of the brightness, 0 to 1",
    "saturation": "mean saturation of what is not white, 0 to 1",
    "colourfulness": "Hasler and Süsstrunk's measure; 0 is grey, above 0.4 very colourful",
    "edges": "share of pixels on a strong edge, 0 to 1",
    "sharpness": "natural log of the variance of the Laplacian",
    "parts": "separate things on the white background",
    "repeats": "how well the photo matches itself moved sideways, 0 to 1; several packs side by side repeat",
    **{
        f"hue_{number}": f"share of the colour with a hue of {45 * number} to {45 * (number + 1)}°"
        for number in range(HUES)
    },
}

PHOTO_INFO = BlockInfo(
    name="photo",
    title="Photo",
    meaning="Colour, background, sharpness and shape of the photo, measured without a model",
    columns=COLUMNS,
    kind="image",
    default_on=False,
    why_off="no gain could be shown on the challenge's rows, one in six with a photo: beside the text blocks −0.04"
    " points of SMAPE, 90 % between −0.30 and +0.22",
)

_SPACE = VectorSpace(cache_key("embed.pixels", VERSION, {"side_px": SIDE_PX}), len(COLUMNS))


def photo_block(
    catalog: Catalog, images_dir: Path, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> AttachedBlock:
    """The block of the photos in ``images_dir``, measured where they were not before.

    A product without a photo has no values.

    Raises:
        InputError: No such folder.
        Cancelled: From ``report``; what is measured is kept.
    """
    rows = photo_table(catalog, images_dir, store=store, report=part_of(report, 0.0, 0.2))
    contents, cache = row_contents(rows), VectorCache(store, _SPACE)
    gathered = Gathered(contents, *cache.read(contents))
    pending = sorted(content for content, row in contents.first_row.items() if not gathered.known[row])
    outcome = Outcome()
    label_shelf(_SPACE, "what the pixels say", "image", store=store)
    if pending:
        work = Work("photos", pending, _loader(rows, images_dir), [_stack], _BATCH)
        outcome = encode_all(work, cache, EncodeOptions(), part_of(report, 0.2, 1.0))
        cache.overlay(contents, gathered.vectors, gathered.known)
    made = assemble(ModelSpec("photo"), "image", rows, _SPACE, gathered, outcome)
    named = [side.set_axis(list(COLUMNS), axis=1) for side in (made.vectors.train, made.vectors.test)]
    return AttachedBlock(PHOTO_INFO, made.key, functools.partial(same, SplitFrame(*named)))


def same(frame: SplitFrame) -> SplitFrame:
    """What was handed in, for :class:`core.types.AttachedBlock` and :class:`core.types.VectorSet` in memory."""
    return frame


def _loader(rows: SplitFrame, images_dir: Path) -> Callable[[str], Loaded]:
    read = photo_reader(rows, images_dir)

    def load(content: str) -> Loaded:
        photo = read(content, None)
        return photo if isinstance(photo, DecodeFailure) else measure(photo)

    return load


def _stack(items: Sequence[Float32Array]) -> Float32Array:
    stacked: Float32Array = np.stack(items)
    return stacked


def measure(photo: Image.Image) -> Float32Array:
    """The numbers of :data:`COLUMNS` for one photo in RGB; always finite.

    Sources: colourfulness by Hasler and Süsstrunk (2003); variance of the Laplacian by Pech-Pacheco et al. (2000).
    """
    width, height = photo.size
    scale = SIDE_PX / max(width, height)
    small = photo.resize((max(8, round(width * scale)), max(8, round(height * scale))), Image.Resampling.BOX)
    rgb = np.asarray(small, dtype=np.float32)
    white: npt.NDArray[np.bool_] = np.asarray((rgb >= WHITE_FROM).all(axis=2))
    thing = ~white if not white.all() else np.ones_like(white)
    grey = rgb @ _GREY / 255.0
    top, low = rgb.max(axis=2), rgb.min(axis=2)
    saturation = (top - low) / np.maximum(top, 1.0)
    values = [
        np.log(width * height),
        np.log(width / height),
        white.mean(),
        _border(white).mean(),
        _fill(thing),
        grey[thing].mean(),
        grey.std(),
        saturation[thing].mean(),
        _colourfulness(rgb[thing]),
        _edges(grey),
        _sharpness(grey),
        _parts(thing),
        _repeats(grey),
        *_hues(rgb[thing], top[thing], low[thing]),
    ]
    measured: Float32Array = np.array(values, dtype=np.float32)
    return measured


def _border(white: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.concatenate([white[0], white[-1], white[:, 0], white[:, -1]])


def _fill(thing: npt.NDArray[np.bool_]) -> float:
    rows, columns = np.flatnonzero(thing.any(axis=1)), np.flatnonzero(thing.any(axis=0))
    return float((rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) / thing.size)


def _colourfulness(rgb: Float32Array) -> float:
    red, green, blue = (rgb[:, channel] / 255.0 for channel in range(3))
    first, second = red - green, (red + green) / 2.0 - blue
    spread = np.hypot(first.std(), second.std())
    return float(spread + 0.3 * np.hypot(first.mean(), second.mean()))


def _edges(grey: Float32Array) -> float:
    down, across = np.gradient(grey)
    return float((np.hypot(down, across) > 0.1).mean())


def _sharpness(grey: Float32Array) -> float:
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4.0 * inner
    return float(np.log(laplacian.var() + 1e-6))


def _parts(thing: npt.NDArray[np.bool_]) -> float:
    """Pieces of at least a fiftieth of all that is not white."""
    from scipy import ndimage

    labels, count = ndimage.label(thing)
    sizes = np.bincount(labels.ravel())[1:] if count else np.zeros(0)
    return float((sizes >= 0.02 * thing.sum()).sum())


def _repeats(grey: Float32Array) -> float:
    """Largest correlation of the photo with itself moved sideways by an eighth to a half of its width."""
    width = grey.shape[1]
    centred = grey - grey.mean(axis=1, keepdims=True)
    best = 0.0
    for lag in range(max(1, width // 8), width // 2 + 1, 2):
        left, right = centred[:, :-lag], centred[:, lag:]
        size = float(np.sqrt((left**2).sum() * (right**2).sum()))
        best = max(best, float((left * right).sum()) / size) if size > 1e-6 else best
    return best


def _hues(rgb: Float32Array, top: Float32Array, low: Float32Array) -> Float32Array:
    """Share of each hue, every pixel weighted by how much colour it has; all zero for a grey photo."""
    chroma = top - low
    red, green, blue = (rgb[:, channel] for channel in range(3))
    safe = np.maximum(chroma, 1e-6)
    sector = np.where(
        top == red,
        (green - blue) / safe % 6.0,
        np.where(top == green, (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    binned = np.minimum((sector * HUES / 6.0).astype(np.int64), HUES - 1)
    counts = np.bincount(binned, weights=chroma, minlength=HUES)
    shares: Float32Array = (counts / max(float(counts.sum()), 1e-6)).astype(np.float32)
    return shares
