from __future__ import annotations

from pathlib import Path

import open_clip
import pytest

from core.embed import MODELS, EncodeOptions, ModelSpec
from core.embed.spec import local_checkpoint, local_folder
from core.errors import InputError


def test_a_label_says_what_the_weights_are() -> None:
    assert ModelSpec("ViT-B-32", "laion2b_s34b_b79k").label == "ViT-B-32 / laion2b_s34b_b79k"
    assert ModelSpec("ViT-B-32", seed=3).label == "ViT-B-32 (random weights, seed 3)"
    assert ModelSpec("local-dir:models/x").label == "local-dir:models/x"
    assert ModelSpec("local-dir:models/x").short_label == "x"
    assert ModelSpec("ViT-B-32", "weights/a.safetensors").short_label == "ViT-B-32 / a.safetensors"
    assert ModelSpec("ViT-B-32").short_label == "ViT-B-32 (random weights)"


@pytest.mark.parametrize("tag", ["", "  ", "a\nb", "x" * 500])
def test_a_tag_that_names_nothing_is_refused(tag: str) -> None:
    with pytest.raises(InputError, match="names no model"):
        ModelSpec(tag)


def test_a_folder_brings_its_own_weights() -> None:
    with pytest.raises(InputError, match="brings its own weights"):
        ModelSpec("local-dir:x", "openai")


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="precision"):
        ModelSpec("ViT-B-32", precision="int8")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="seed"):
        ModelSpec("ViT-B-32", seed=-1)
    with pytest.raises(InputError, match="batch"):
        EncodeOptions(batch_size=-1)
    with pytest.raises(InputError, match="device"):
        EncodeOptions(device="tpu")


def test_the_curated_list_agrees_with_open_clip() -> None:
    for info in MODELS:
        config = open_clip.get_model_config(info.spec.tag)
        assert (config["embed_dim"], config["vision_cfg"]["image_size"]) == (info.dim, info.image_px), info.spec
        assert info.spec.pretrained in open_clip.list_pretrained_tags_by_model(info.spec.tag)
        assert info.open_licence == (info.licence in ("MIT", "Apache-2.0"))


def test_a_relative_folder_is_found_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    assert local_folder(ModelSpec("local-dir:model"), tmp_path) == tmp_path / "model"
    assert local_folder(ModelSpec("ViT-B-32"), tmp_path) is None


def test_a_checkpoint_that_could_carry_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.pkl").write_bytes(b"x")
    with pytest.raises(InputError, match=r"weights\.pkl is no checkpoint"):
        local_checkpoint(ModelSpec("ViT-B-32", str(tmp_path / "weights.pkl")), tmp_path)
    assert local_checkpoint(ModelSpec("ViT-B-32", "openai"), tmp_path) is None
