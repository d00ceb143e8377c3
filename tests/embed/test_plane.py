from __future__ import annotations

import numpy as np
import pytest

from core.embed import MapSpec
from core.embed.plane import project_vectors
from core.errors import InputError

SPEC = MapSpec(landmarks=60)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Three tight bundles of 40 unit vectors, and one row without a vector."""
    rng = np.random.default_rng(0)
    centres = np.eye(3, 16)
    raw = np.repeat(centres, 40, axis=0) + 0.05 * rng.standard_normal((120, 16))
    unit = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return np.concatenate([unit, np.full((1, 16), np.nan, dtype=np.float32)])


def test_alike_stand_together_and_nothing_stands_nowhere(vectors: np.ndarray) -> None:
    places = project_vectors(vectors, SPEC)
    assert places.dtype == np.float32
    assert np.isnan(places[120]).all()
    bundles = places[:120].reshape(3, 40, 2)
    centres = bundles.mean(axis=1)
    inside = np.linalg.norm(bundles - centres[:, None], axis=2).max()
    apart = min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert apart > inside


def test_the_same_seed_gives_the_same_map(vectors: np.ndarray) -> None:
    np.testing.assert_array_equal(project_vectors(vectors, SPEC), project_vectors(vectors, SPEC))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_handful_of_products_have_a_map_too(vectors: np.ndarray, count: int) -> None:
    places = project_vectors(vectors[:count], SPEC)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="landmarks"):
        MapSpec(landmarks=1)
    with pytest.raises(InputError, match="out of range"):
        MapSpec(neighbours=0)
