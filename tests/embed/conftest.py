"""A two-tower model of a few thousand weights, drawn photos, and catalogues that name them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pandas as pd
import pytest
from PIL import Image

from core.embed import ModelSpec
from core.store import hash_bytes
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 64, "heads": 1, "layers": 1},
}


def _catalog(train: dict[str, str], test: dict[str, str], texts: dict[str, str] | None = None) -> Catalog:
    """Products by id with their image links; the texts default to the id."""

    def side(links: dict[str, str]) -> pd.DataFrame:
        named = texts or {}
        contents = [named.get(name, f"Item Name: Product {name}\nValue: 2.0\nUnit: Ounce\n") for name in links]
        columns = {TEXT: contents, IMAGE: list(links.values())}
        return pd.DataFrame(columns, index=pd.Index(list(links), name=ID), dtype="str")

    items = SplitFrame(side(train), side(test))
    price = pd.Series(1.0, index=items.train.index)
    key = hash_bytes(json.dumps([train, test, texts], sort_keys=True).encode())
    return Catalog("drawn", items, price, key)


def _draw(path: Path, seed: int, size: tuple[int, int] = (40, 40)) -> Path:
    """A photo of noise that no other seed gives."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def _bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that claims ``side`` × ``side`` pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b"")


@pytest.fixture(scope="session")
def make_catalog() -> Callable[..., Catalog]:
    return _catalog


@pytest.fixture(scope="session")
def draw() -> Callable[..., Path]:
    return _draw


@pytest.fixture(scope="session")
def bomb_png() -> Callable[[int], bytes]:
    return _bomb


@pytest.fixture(scope="session")
def tiny_name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of the small architecture, known to open_clip."""
    config = tmp_path_factory.mktemp("model") / "tiny-two-towers.json"
    config.write_text(json.dumps(TINY))
    open_clip.add_model_config(config)
    return config.stem


@pytest.fixture
def tiny(tiny_name: str) -> ModelSpec:
    """The small architecture with random weights."""
    return ModelSpec(tiny_name)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six drawn photos, ``0.png`` to ``5.png``."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(6):
        _draw(folder / f"{number}.png", number)
    return folder


@pytest.fixture
def catalog() -> Catalog:
    """Four train and two test products, one a photo."""
    link = "https://shop.example/i/{}.png".format
    return _catalog({f"a{n}": link(n) for n in range(4)}, {f"b{n}": link(n) for n in (4, 5)})
