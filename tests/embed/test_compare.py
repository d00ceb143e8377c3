from __future__ import annotations

from pathlib import Path

import pytest

from core.embed import MODELS, MeasuredGain, ModelSpec, best_gains, compare_models
from core.embed.encode import Outcome
from core.embed.rates import keep_rate
from core.store import ArtifactStore

FIRST = MODELS[0].spec


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path)


def test_the_model_in_use_comes_first_when_it_is_not_of_the_list(store: ArtifactStore) -> None:
    table = compare_models(ModelSpec("ViT-B-32"), {"text": 10}, {}, store=store)
    assert len(table) == len(MODELS) + 1
    assert table["in_use"].tolist() == [True] + [False] * len(MODELS)
    assert table.loc[0, "licence"] == ""
    listed = compare_models(FIRST, {"text": 10}, {}, store=store)
    assert listed["in_use"].tolist() == [True] + [False] * (len(MODELS) - 1)
    assert listed.loc[0, ["dim", "image_px", "licence", "open_licence"]].tolist() == [512, 224, "MIT", True]
    assert listed.loc[0, "size_mb"] == pytest.approx(605, abs=1)


def test_the_hours_stand_once_every_tower_was_timed_here(store: ArtifactStore) -> None:
    left = {"image": 7200, "text": 36000}
    keep_rate(FIRST, "image", "cpu", Outcome(encoded=32, seconds=16.0), store)
    assert compare_models(FIRST, left, {}, store=store)["hours"].isna().all()
    keep_rate(FIRST, "text", "cpu", Outcome(encoded=40, seconds=4.0), store)
    line = compare_models(FIRST, left, {}, store=store).iloc[0]
    assert (line["image_per_s"], line["text_per_s"], line["hours"]) == (2.0, 10.0, 2.0)


def test_the_best_block_of_a_model_is_its_gain(store: ArtifactStore) -> None:
    name = "ViT-B-32/laion2b_s34b_b79k"
    lines = [
        MeasuredGain("size", 9.0, 8.0, 10.0),
        MeasuredGain(f"text@{name}", 0.5, 0.2, 0.8),
        MeasuredGain(f"text_price@{name}", 0.7, 0.3, 1.1),
        MeasuredGain("image@other", -0.1, -0.2, 0.0),
    ]
    best = best_gains(lines)
    assert {model: gain.block for model, gain in best.items()} == {name: f"text_price@{name}", "other": "image@other"}
    line = compare_models(FIRST, {}, best, store=store).iloc[0]
    assert line[["block", "gain_pct", "low_pct", "high_pct"]].tolist() == [f"text_price@{name}", 0.7, 0.3, 1.1]
