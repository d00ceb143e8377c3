from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.embed import ModelSpec, precision
from core.embed.precision import Choice, settle_precision
from core.embed.towers import Towers
from core.store import ArtifactStore


@pytest.fixture
def towers(tiny: ModelSpec) -> Towers:
    return Towers(tiny, "cpu")


def photo(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (40, 40, 3), dtype=np.uint8))


def test_a_tower_in_bfloat16_is_near_and_the_other_tower_is_untouched(towers: Towers) -> None:
    tensors = [towers.photo_tensor(photo(seed)) for seed in range(3)]
    exact, words = towers.encode_photos(tensors), towers.encode_texts(["tea"])
    card = towers.card("image")
    towers.compute_in("image", "bfloat16")
    near = towers.encode_photos(tensors)
    assert near.dtype == np.float32
    assert not np.array_equal(near, exact)
    assert (1.0 - (near * exact).sum(axis=1)).max() < precision.TOLERANCE
    np.testing.assert_array_equal(towers.encode_texts(["tea"]), words)
    assert towers.card("image") != card
    towers.forget_lowered("image")
    np.testing.assert_array_equal(towers.encode_photos(tensors), exact)
    assert towers.card("image") == card


def test_texts_in_bfloat16_are_near(towers: Towers) -> None:
    texts = ["tea", "12 ounce. Roasted almonds", "word " * 60]
    exact = towers.encode_texts(texts)
    towers.compute_in("text", "bfloat16")
    assert (1.0 - (towers.encode_texts(texts) * exact).sum(axis=1)).max() < precision.TOLERANCE


def test_the_copy_shares_the_other_towers_weights(towers: Towers) -> None:
    copy = precision.lowered(towers._model, "text", torch.bfloat16)
    assert copy.visual.conv1.weight is towers._model.visual.conv1.weight
    assert copy.token_embedding.weight.dtype == torch.bfloat16
    assert towers._model.token_embedding.weight.dtype == torch.float32


def test_too_small_a_sample_stays_in_float32(towers: Towers, store: ArtifactStore) -> None:
    assert settle_precision([towers], "image", store=store) == Choice("float32", 1.0, 0.0)


@pytest.mark.parametrize(("speedup", "chosen"), [(2.0, "bfloat16"), (1.1, "float32")])
def test_the_faster_is_taken_and_remembered(
    towers: Towers, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, speedup: float, chosen: str
) -> None:
    clock = iter(np.cumsum([0.0, speedup, 0.0, 1.0] * 2))
    monkeypatch.setattr("core.embed.precision.time.process_time", lambda: next(clock))
    choice = settle_precision([towers], "image", store=store)
    assert (choice.precision, choice.speedup) == (chosen, pytest.approx(speedup))
    assert 0 < choice.deviation < precision.TOLERANCE
    again = Towers(towers.spec, "cpu")
    assert settle_precision([again], "image", store=store) == choice
    assert again.precision("image") == chosen


def test_vectors_that_move_too_far_stay_in_float32(
    towers: Towers, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(np.cumsum([0.0, 2.0, 0.0, 1.0] * 2))
    monkeypatch.setattr("core.embed.precision.time.process_time", lambda: next(clock))
    monkeypatch.setattr("core.embed.precision.TOLERANCE", 0.0)
    assert settle_precision([towers], "image", store=store).precision == "float32"


def test_what_the_user_asked_for_is_not_timed(tiny: ModelSpec, store: ArtifactStore) -> None:
    lower = Towers(ModelSpec(tiny.tag, precision="bfloat16"), "cpu")
    assert settle_precision([lower], "image", store=store) == Choice("bfloat16", 1.0, 0.0)


def test_a_twin_computes_the_same_with_weights_of_its_own(towers: Towers) -> None:
    twin = towers.twin("cpu")
    tensor = towers.photo_tensor(photo(0))
    np.testing.assert_array_equal(twin.encode_photos([tensor]), towers.encode_photos([tensor]))
    assert twin._model.visual.conv1.weight is not towers._model.visual.conv1.weight
    assert twin.card("image") == towers.card("image")


def test_a_large_photo_is_decoded_smaller_and_its_vector_stays(challenge_dir: Path) -> None:
    from core.embed.decode import decode_photo

    folder = challenge_dir.parent / "models" / "standin-clip"
    if not folder.is_dir():
        pytest.skip("the stand-in model is absent")
    towers = Towers(ModelSpec(f"local-dir:{folder}"), "cpu")
    smaller = 0
    for path in sorted((challenge_dir / "images_full").iterdir()):
        data = path.read_bytes()
        whole, part = decode_photo(data), decode_photo(data, towers.enough_pixels)
        assert isinstance(whole, Image.Image)
        assert isinstance(part, Image.Image)
        smaller += part.size != whole.size
        exact, near = (towers.encode_photos([towers.photo_tensor(each)])[0] for each in (whole, part))
        assert 1.0 - float(exact @ near) < precision.TOLERANCE
    assert smaller >= 4


def test_a_model_that_cannot_compute_lower_stays_in_float32(
    towers: Towers, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(model: torch.nn.Module, tower: str, dtype: torch.dtype) -> torch.nn.Module:
        raise RuntimeError("expected scalar type Float but found BFloat16")

    clock = iter(np.cumsum([0.0, 2.0] * 4))
    monkeypatch.setattr("core.embed.precision.time.process_time", lambda: next(clock))
    monkeypatch.setattr("core.embed.towers.lowered", refuse)
    assert settle_precision([towers], "image", store=store) == Choice("float32", 1.0, 0.0)
    assert np.isfinite(towers.encode_photos([towers.photo_tensor(photo(0))])).all()
