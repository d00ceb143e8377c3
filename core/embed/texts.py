"""What the text tower reads of a product: the size, then the title.

The catalogue puts Value and Unit last, where a tower with a context of 64 or 77 tokens never sees them; so they come
first here. Only a product without a title is read by its bullet points or its description.
"""

from __future__ import annotations

import math

import pandas as pd

from core.features import artifact_key, parsed_catalog
from core.store import ArtifactStore, cache_key, hash_bytes
from core.types import Catalog, SplitFrame

VERSION = 1
"""Raised when a product's text is composed in another way."""
# A longer title is a description; a tower that cannot hold so much at once reads it in pieces.
MAX_CHARACTERS = 1200


def text_table(catalog: Catalog, *, store: ArtifactStore) -> SplitFrame:
    """Each product's composed text with its hash, kept: composing 150,000 takes as long as reading their vectors.

    Returns:
        Columns ``text``, ``status`` (``ok`` or ``blank``), ``detail`` (``""``) and ``content`` (hash of the text,
        ``""`` when blank), all ``str``.
    """

    def compose() -> SplitFrame:
        parsed = parsed_catalog(catalog, store=store).value
        return SplitFrame(_describe(parsed.train), _describe(parsed.test))

    key = cache_key("embed.texts", VERSION, {"characters": MAX_CHARACTERS}, [artifact_key(catalog, "parse")])
    return store.split_frame(key, compose).value


def compose_text(title: str, size: str, rest: str) -> str:
    """One text of at most :data:`MAX_CHARACTERS`: ``"12 ounce. Title"``, with ``rest`` in the place of no title."""
    parts = [" ".join(part.split()) for part in (size, title if title.strip(" -") else rest)]
    text = ". ".join(part for part in parts if part)[:MAX_CHARACTERS]
    return text.encode("utf-8", "replace").decode()


def _describe(parsed: pd.DataFrame) -> pd.DataFrame:
    columns = (parsed[name] for name in ("title", "value", "unit", "bullets", "description"))
    texts = [
        compose_text(title, _size(value, unit), f"{bullets}\n{description}")
        for title, value, unit, bullets, description in zip(*columns, strict=True)
    ]
    content = [hash_bytes(text.encode()) if text else "" for text in texts]
    status = ["ok" if text else "blank" for text in texts]
    columns_out = {"text": texts, "status": status, "detail": [""] * len(texts), "content": content}
    return pd.DataFrame(columns_out, index=parsed.index, dtype="str")


def _size(value: float, unit: str) -> str:
    if math.isnan(value):
        return ""
    return f"{value:g} {unit.replace('_', ' ')}".strip()
