"""What the last digits of the numbers hang on beside the code: versions, the linear algebra library and its threads.

A float32 sum that is split over another number of threads ends in other digits, and a kernel ridge makes them visible:
the block ``text_size`` of the challenge's rows moves by up to 0.07 in ``log_price`` between one thread and two. So a
bundle says how many there were, and a reproduction takes as many.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import numpy as np

from core.train import Ingredients, fold_matrix

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "lightgbm", "xgboost")
VECTOR_LIBRARIES = ("torch", "open_clip_torch", "transformers", "pillow")


def versions(*, with_vectors: bool = False) -> dict[str, str]:
    """Of Python, the kind of machine, the linear algebra library, and the libraries that have a say in the numbers."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "blas": _blas_name()}
    for name in (*LIBRARIES, *(VECTOR_LIBRARIES if with_vectors else ())):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def blas_threads() -> int:
    """How many threads a matrix product is split over now; 1 where nothing tells."""
    return max([int(one["num_threads"]) for one in _pools()], default=1)


@contextmanager
def with_blas_threads(count: int) -> Iterator[None]:
    """Split matrix products over ``count`` threads, whether there are as many cores or not."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=count, user_api="blas"):
        yield


def value_hashes(ingredients: Ingredients, n_folds: int) -> dict[str, str]:
    """By block a hash of its columns of the test rows as every fold's model sees them."""
    digests: dict[str, Any] = {}
    for fold in range(n_folds):
        matrix = fold_matrix(ingredients, fold)
        blocks = np.asarray(matrix.column_blocks, dtype=object)
        for name in dict.fromkeys(matrix.column_blocks):
            values = np.ascontiguousarray(matrix.test[:, blocks == name])
            digests.setdefault(name, hashlib.blake2b(digest_size=16)).update(values.tobytes())
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _blas_name() -> str:
    names = {f"{one['internal_api']} {one['version']} {one.get('architecture', '')}".strip() for one in _pools()}
    return ", ".join(sorted(names)) or "unknown"


def _pools() -> list[dict[str, Any]]:
    import scipy.linalg  # noqa: F401  its own linear algebra library counts too, and only once it is loaded
    from threadpoolctl import threadpool_info

    return [one for one in threadpool_info() if one["user_api"] == "blas"]
