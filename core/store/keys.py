"""Cache keys: what an artifact is called follows from what made it, so nothing is invalidated by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

KEY_HEX = 32


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces; NaN is refused because it has no one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_bytes(data: bytes) -> str:
    """32 hex digits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=KEY_HEX // 2).hexdigest()


def cache_key(stage: str, version: int, spec: Mapping[str, Any], parents: Sequence[str] = ()) -> str:
    """Name of an artifact: a hash of the stage, its version, its settings and its parents' keys.

    Args:
        stage: Name of the stage, e.g. ``"features.size"``.
        version: The stage's version constant; raise it whenever the same input would give another output.
        spec: Settings as plain JSON values.
        parents: Keys of the artifacts it is made from; their order counts.
    """
    return hash_bytes(canonical_json([stage, version, dict(spec), list(parents)]).encode())
