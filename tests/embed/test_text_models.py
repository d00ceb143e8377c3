"""Sentence models of transformers: safetensors alone, mean pooling, text only; a hub out of reach is said at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from core.embed import ModelSpec, embed_images, embed_texts, folder_licence, photo_query, read_texts, set_name
from core.embed import hub as hub_module
from core.embed.models import build_model
from core.embed.text_models import read_card
from core.embed.towers import Towers
from core.embed.weights import find_card
from core.errors import InputError, ModelUnavailableError
from core.store import ArtifactStore
from core.types import Catalog

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "plum", "jam", "fig", "2", "ounce", ".", "product", "a0", "a1"]


def _write(folder: Path, *, seed: int = 0, **settings: int) -> Path:
    """A model of a few hundred weights with its tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {"hidden_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(WORDS), max_position_embeddings=16, **{**sizes, **settings})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "sentences")


@pytest.fixture
def spec(folder: Path) -> ModelSpec:
    return ModelSpec(f"hf-dir:{folder}", precision="float32")


def _plain(folder: Path, words: list[str], *, first: bool = False) -> np.ndarray:
    model, cut = BertModel.from_pretrained(folder), BertTokenizerFast.from_pretrained(folder)
    model.eval()
    found = []
    for text in words:
        with torch.inference_mode():
            tokens = model(**cut([text], return_tensors="pt")).last_hidden_state[0]
        found.append((tokens[0] if first else tokens.mean(dim=0)).numpy())
    return np.stack([vector / np.linalg.norm(vector) for vector in found])


def test_a_vector_is_the_mean_of_the_tokens_whatever_is_beside_it(folder: Path, spec: ModelSpec) -> None:
    words = ["plum jam", "fig", "2 ounce. plum"]
    towers = Towers(spec, "cpu")
    np.testing.assert_allclose(towers.encode_texts(words), _plain(folder, words), atol=1e-6)
    assert towers.card("text").dim == 12


def test_a_folder_may_ask_for_the_first_token_and_a_shorter_context(folder: Path, spec: ModelSpec) -> None:
    plain = Towers(spec, "cpu").card("text")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 9}))
    towers = Towers(spec, "cpu")
    np.testing.assert_allclose(towers.encode_texts(["plum jam"]), _plain(folder, ["plum jam"], first=True), atol=1e-6)
    assert read_card(spec).context == 9
    assert towers.card("text").architecture != plain.architecture
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(ModelUnavailableError, match="pooling_mode_max_tokens"):
        Towers(spec, "cpu")


def test_a_long_text_is_read_in_pieces(spec: ModelSpec) -> None:
    towers = Towers(spec, "cpu")
    long = " ".join(["plum", "jam"] * 20)
    pieces = towers.pieces(long)
    assert len(pieces) > 1 and " ".join(pieces) == long
    mean = towers.encode_texts(pieces).mean(axis=0)
    np.testing.assert_allclose(towers.encode_texts([long])[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_a_catalogue_is_encoded_once_and_found_again(catalog: Catalog, spec: ModelSpec, store: ArtifactStore) -> None:
    assert read_texts(catalog, spec, store=store) is None
    made = embed_texts(catalog, spec, store=store)
    assert made.dim == 12 and made.pending == 0
    assert np.isfinite(made.vectors.train.to_numpy()).all()
    again = read_texts(catalog, spec, store=store)
    assert again is not None and again.key == made.key
    assert set_name(spec) == "sentences"


def test_other_weights_in_the_same_folder_have_another_key(
    folder: Path, catalog: Catalog, spec: ModelSpec, store: ArtifactStore
) -> None:
    first = embed_texts(catalog, spec, store=store)
    _write(folder, seed=1)
    assert find_card(spec, "text", store) is None
    assert embed_texts(catalog, spec, store=store).key != first.key


def test_it_has_no_photo_tower(catalog: Catalog, photos: Path, spec: ModelSpec, store: ArtifactStore) -> None:
    with pytest.raises(InputError, match="sentences reads text only"):
        embed_images(catalog, photos, spec, store=store)
    with pytest.raises(InputError, match="reads text only"):
        photo_query((photos / "0.png").read_bytes(), spec)


def test_weights_that_could_carry_code_are_refused(folder: Path, spec: ModelSpec) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailableError, match=r"\.safetensors; other formats could carry code"):
        build_model(spec)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "config.json").unlink(), "no config.json"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"no weights"), "could not be loaded"),
        (lambda folder: _write(folder / "other", num_hidden_layers=2), "lack encoder"),
        (lambda folder: (folder / "config.json").write_text('{"is_encoder_decoder": true}'), "writes text"),
        (lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}'), "no hidden_size"),
    ],
)
def test_a_spoiled_folder_says_what_is_wrong(
    folder: Path, spec: ModelSpec, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(folder)
    if (folder / "other").is_dir():
        # The configuration of two layers over the weights of one.
        (folder / "other" / "config.json").replace(folder / "config.json")
    with pytest.raises(ModelUnavailableError, match=said):
        build_model(spec)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="Check the path behind hf-dir:"):
        build_model(ModelSpec(f"hf-dir:{tmp_path / 'nowhere'}"))


def test_a_hub_out_of_reach_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hub_module, "hub_reachable", lambda: False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailableError, match=r"out of reach and the model hf-text:nobody/nothing.*hf-dir:PATH"):
        build_model(ModelSpec("hf-text:nobody/nothing"))


def test_the_licence_is_what_the_folder_says(folder: Path, spec: ModelSpec) -> None:
    assert folder_licence(spec) == ""
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# Sentences\nlicense: none\n")
    assert folder_licence(spec) == "apache-2.0"
    assert folder_licence(ModelSpec("hf-text:nobody/nothing")) == ""


def test_a_text_model_brings_its_weights() -> None:
    spec = ModelSpec("hf-text:owner/name")
    assert (spec.towers, spec.short_label, spec.random_weights) == (("text",), "hf-text:owner/name", False)
    with pytest.raises(InputError, match="brings its own weights"):
        ModelSpec("hf-dir:somewhere", "laion2b")
