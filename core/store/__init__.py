"""Keys, and what is kept under them: artifacts in a disk cache, runs in small files.

``cache_key`` names an artifact by what made it; :class:`ArtifactStore` keeps it in an open format and never
unpickles; :class:`RecordStore` keeps small records (runs, reports) for ever.
"""

from core.store.artifacts import ArtifactStore, Cached, default_store
from core.store.files import write_atomic, write_json_atomic
from core.store.keys import cache_key, canonical_json, hash_bytes
from core.store.records import RecordStore

__all__ = [
    "ArtifactStore",
    "Cached",
    "RecordStore",
    "cache_key",
    "canonical_json",
    "default_store",
    "hash_bytes",
    "write_atomic",
    "write_json_atomic",
]
