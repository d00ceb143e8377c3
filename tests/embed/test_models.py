from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from core.embed import ModelSpec, weights_hash
from core.embed import hub as hub_module
from core.embed.crew import open_towers, pick_devices
from core.embed.models import _arguments, build_model
from core.embed.towers import Towers, resolve_precision
from core.embed.weights import find_card, keep_card
from core.errors import InputError, ModelUnavailableError
from core.store import ArtifactStore


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that never answers, whatever network this machine has."""
    monkeypatch.setattr(hub_module, "hub_reachable", lambda: False)


def test_random_weights_follow_from_the_seed(tiny: ModelSpec) -> None:
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    same, again = build_model(tiny), build_model(tiny)
    assert weights_hash(same) == weights_hash(again)
    assert weights_hash(same) != weights_hash(build_model(ModelSpec(tiny.tag, seed=1)))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_one_changed_weight_changes_the_hash(tiny: ModelSpec) -> None:
    model = build_model(tiny)
    before = weights_hash(model)
    with torch.no_grad():
        model.visual.proj[0, 0] += 1e-3
    assert weights_hash(model) != before


def test_vectors_are_of_unit_length_and_those_of_open_clip(tiny: ModelSpec) -> None:
    towers = Towers(tiny, "cpu")
    photo = Image.effect_noise((50, 40), 60).convert("RGB")
    vector = towers.encode_photos([towers.photo_tensor(photo)])[0]
    model, transform = build_model(tiny), open_clip.image_transform(32, is_train=False)
    with torch.inference_mode():
        plain = torch.nn.functional.normalize(model.encode_image(transform(photo)[None]))[0].numpy()
        words = torch.nn.functional.normalize(model.encode_text(open_clip.get_tokenizer(tiny.tag)(["plum jam"])))[0]
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(vector, plain, atol=1e-5)
    np.testing.assert_allclose(towers.encode_texts(["plum jam"])[0], words.numpy(), atol=1e-5)


def test_a_text_longer_than_the_context_is_read_in_pieces_and_pooled(tiny: ModelSpec) -> None:
    towers = Towers(tiny, "cpu")
    words = [f"w{number}" for number in range(40)]
    pieces = towers.pieces(" ".join(words))
    assert len(pieces) > 1
    assert " ".join(pieces).split() == words
    assert not any(towers._is_cut(piece) for piece in pieces)
    short, whole, last = towers.encode_texts(["plum jam", " ".join(words), "fig"])
    mean = towers.encode_texts(pieces).mean(axis=0)
    np.testing.assert_allclose(whole, mean / np.linalg.norm(mean), atol=1e-6)
    np.testing.assert_allclose(np.stack([short, last]), towers.encode_texts(["plum jam", "fig"]), atol=1e-6)


def test_a_word_longer_than_the_context_is_cut_and_ends(tiny: ModelSpec) -> None:
    towers = Towers(tiny, "cpu")
    assert towers.pieces("x9" * 400) == ["x9" * 400]
    assert len(towers.pieces(" ".join(["x9" * 400] * 300))) <= 32


def test_a_vector_without_a_direction_is_nan(tiny: ModelSpec) -> None:
    towers = Towers(tiny, "cpu")
    torch.nn.init.zeros_(towers._model.visual.proj)
    assert np.isnan(towers.encode_photos([torch.zeros(3, 32, 32)])).all()


def test_weights_that_the_hub_holds_are_refused_at_once_without_it(no_hub: None) -> None:
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match=r"hub is out of reach.*not downloaded before.*Connect.*local-dir"):
        build_model(ModelSpec("ViT-B-32", "laion2b_s34b_b79k"))
    with pytest.raises(ModelUnavailableError, match="hub is out of reach"):
        build_model(ModelSpec("hf-hub:nobody/nothing-at-all"))
    with pytest.raises(ModelUnavailableError, match="hub is out of reach"):
        build_model(ModelSpec("RN50", "yfcc15m"))
    assert time.monotonic() - started < 45  # the libraries' own retries alone take longer


def test_the_hub_is_asked_once_and_shut_off_for_local_models(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    asked: list[int] = []
    monkeypatch.setattr(hub_module, "hub_reachable", lambda: asked.append(1) or True)
    before = constants.HF_HUB_OFFLINE
    with hub_module.hub_access(needed=False) as online:
        assert (online, constants.HF_HUB_OFFLINE, asked) == (False, True, [])
    with hub_module.hub_access(needed=True) as online:
        assert (online, constants.HF_HUB_OFFLINE, asked) == (True, False, [1])
    assert before == constants.HF_HUB_OFFLINE


@pytest.mark.parametrize(
    ("weights", "quick"), [(None, False), ("laion2b_s34b_b79k", False), ("openai", True), ("metaclip_400m", True)]
)
def test_weights_get_the_activation_that_they_were_trained_with(weights: str | None, quick: bool) -> None:
    arguments = _arguments(ModelSpec("ViT-B-32", weights))
    assert arguments["force_quick_gelu"] is quick
    assert arguments["require_pretrained"] is (weights is not None)


def test_a_local_checkpoint_is_preprocessed_like_the_published_ones(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").touch()
    siglip = _arguments(ModelSpec("ViT-B-16-SigLIP", str(tmp_path / "w.safetensors")))["force_preprocess_cfg"]
    assert (siglip["mean"], siglip["resize_mode"]) == ((0.5, 0.5, 0.5), "squash")
    assert _arguments(ModelSpec("ViT-L-14", str(tmp_path / "w.safetensors")))["force_preprocess_cfg"] is None


def test_an_unknown_name_gets_the_nearest(no_hub: None) -> None:
    with pytest.raises(ModelUnavailableError, match=r"no model 'ViT-B32'\. Did you mean ViT-B-32"):
        build_model(ModelSpec("ViT-B32"))
    with pytest.raises(ModelUnavailableError, match="neither a file nor published weights of ViT-B-32"):
        build_model(ModelSpec("ViT-B-32", "no_such_weights"))


@pytest.mark.parametrize(("suffix", "save"), [(".safetensors", save_file), (".pt", torch.save)])
def test_a_local_checkpoint_is_loaded(tiny: ModelSpec, tmp_path: Path, suffix: str, save: Callable[..., None]) -> None:
    state = {name: value.contiguous() for name, value in build_model(ModelSpec(tiny.tag, seed=5)).state_dict().items()}
    path = tmp_path / f"weights{suffix}"
    save(state, path)
    loaded = build_model(ModelSpec(tiny.tag, str(path)))
    assert weights_hash(loaded) == weights_hash(build_model(ModelSpec(tiny.tag, seed=5)))


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("code ran",))


def test_a_checkpoint_never_runs_code(tiny: ModelSpec, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"state_dict": {"x": _Trap()}}, tmp_path / "trap.pt")
    (tmp_path / "trap.bin").write_bytes(pickle.dumps(_Trap(), protocol=2))
    for name in ("trap.pt", "trap.bin"):
        with pytest.raises(ModelUnavailableError, match="could not be loaded"):
            build_model(ModelSpec(tiny.tag, str(tmp_path / name)))
    assert "code ran" not in capsys.readouterr().out


def test_a_folder_without_weights_is_refused_instead_of_random(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="There is no folder"):
        build_model(ModelSpec(f"local-dir:{tmp_path / 'nowhere'}"))
    with pytest.raises(ModelUnavailableError, match=r"no open_clip_config\.json"):
        build_model(ModelSpec(f"local-dir:{tmp_path}"))
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": {}}))
    with pytest.raises(ModelUnavailableError, match="holds no weights"):
        build_model(ModelSpec(f"local-dir:{tmp_path}"))


def test_a_card_is_remembered_until_the_files_change(tiny: ModelSpec, tmp_path: Path, store: ArtifactStore) -> None:
    path = tmp_path / "weights.safetensors"
    spec = ModelSpec(tiny.tag, str(path))
    for seed in (1, 2):
        save_file(build_model(ModelSpec(tiny.tag, seed=seed)).state_dict(), path)
        assert find_card(spec, "image", store) is None
        card = open_towers(spec, "cpu").card("image")
        keep_card(spec, "image", card, store)
        assert find_card(spec, "image", store) == card
        assert card.weights == weights_hash(build_model(ModelSpec(tiny.tag, seed=seed)))


def test_the_device_is_there_or_refused(tiny: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert (pick_devices(), pick_devices("cpu"), pick_devices("cpu, cpu")) == (("cpu",), ("cpu",), ("cpu", "cpu"))
    with pytest.raises(InputError, match="no cuda device"):
        pick_devices("cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert pick_devices() == ("mps",)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for cards, names in ((1, ("cuda",)), (2, ("cuda:0", "cuda:1"))):
        monkeypatch.setattr(torch.cuda, "device_count", lambda cards=cards: cards)
        assert pick_devices() == names
    assert pick_devices("cuda:1") == ("cuda:1",)
    with pytest.raises(InputError, match="no cuda:2 device"):
        pick_devices("cuda:2")
    assert resolve_precision(tiny, "cpu") == "float32"
    assert resolve_precision(ModelSpec(tiny.tag, precision="bfloat16"), "cpu") == "bfloat16"
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    assert resolve_precision(tiny, "cuda") == "float16"
