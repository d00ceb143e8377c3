"""A run's fitted models as files in their libraries' own formats, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from core.errors import InputError
from core.store import ArtifactStore
from core.train.bag import as_one
from core.train.families import FAMILIES
from core.train.run import Run, model_key
from core.types import Float32Array, FloatArray

ENDINGS: Mapping[str, str] = MappingProxyType(
    {"lightgbm": "txt", "xgboost": "ubj", "linear": "npz", "dual_input": "npz"}
)
"""Of a file with a model of that family: LightGBM text, XGBoost UBJSON, NumPy npz; others end in ``bin``."""


def model_files(run: Run, *, store: ArtifactStore) -> list[list[bytes]]:
    """For each fold the bytes of its models; empty when one of them is gone from the cache."""
    places = range(run.spec.seeds_bagged)
    found = [[store.find_raw(model_key(run.key, fold, place)) for place in places] for fold in range(run.n_folds)]
    kept = [[data for data in of_fold if data is not None] for of_fold in found]
    return kept if all(map(all, found)) else []


def predicted_by_files(family: str, files: Sequence[bytes], x: Float32Array, *, rounds: int) -> FloatArray:
    """``log_price`` of each row by the models of one fold in ``files``, the mean of several, shape (n_rows,).

    Raises:
        InputError: The family is not known here, its library cannot read the files, or they are of other columns.
    """
    if family not in FAMILIES or not files:
        raise InputError(
            f"{len(files)} files with models of the family {family!r}.", "Use the version that wrote them."
        )
    errors: tuple[type[Exception], ...] = (ValueError, KeyError, IndexError, OSError, *_library_errors(family))
    try:
        return as_one([FAMILIES[family].load(data) for data in files]).predict(x, rounds=rounds)
    except errors as error:
        said = " ".join(str(error).split())[:120]
        raise InputError(
            f"a {FAMILIES[family].title} model cannot be read or does not fit {x.shape[1]} columns ({said}).",
            "Use the version of the studio that wrote it.",
        ) from error


def _library_errors(family: str) -> tuple[type[Exception], ...]:
    """XGBoost's own error is a ``ValueError``; LightGBM's is not."""
    if family != "lightgbm":
        return ()
    import lightgbm

    return (lightgbm.basic.LightGBMError,)
