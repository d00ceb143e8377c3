"""What the product promises to show on the challenge's own rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import read_catalog
from core.features import brands
from core.folds import random_plan
from core.shift import (
    OwnScores,
    catalog_adversarial,
    catalog_overlap,
    explain_gap,
    gap_ladder,
    no_shift,
    unseen_change,
)
from core.store import ArtifactStore


@pytest.mark.real_rows
@pytest.mark.slow
def test_the_leak_flatters_and_the_files_are_alike(challenge_dir: Path, store: ArtifactStore) -> None:
    catalog = read_catalog(challenge_dir / "train.csv", challenge_dir / "test.csv", name="challenge")
    steps = {step.setting: step for step in gap_ladder(catalog, store=store)}
    score = {setting: step.oof_smape_pct for setting, step in steps.items()}
    assert 36 < score["in_sample_brand_price"] < 46
    assert 56 < score["out_of_fold"] < 63
    assert score["out_of_fold"] < score["five_simple"] < score["brand_grouped"] + 3
    assert score["all_text"] < score["five_simple"] - 8
    assert abs(score["test_like"] - score["out_of_fold"]) < 1.5
    verdicts = {setting: step.verdict for setting, step in steps.items()}
    assert (verdicts["out_of_fold"], verdicts["all_text"], verdicts["twins_together"]) == ("real", "real", "noise")
    # The gap that the product was built to explain.
    told = explain_gap(
        OwnScores(45.76, 51.5), list(steps.values()), n_validation=catalog.n_train, n_test=catalog.n_test
    )
    assert told.verdict == "leak"
    # By the attributes that a vision-language model read, 28.4 % of the test rows have a brand unseen in train.
    assert abs(catalog_overlap(catalog, store=store).rows_pct["unseen"] - 28.4) < 4
    plan = random_plan(catalog)
    found = catalog_adversarial(catalog, plan, store=store)
    assert no_shift(found, unseen_change=unseen_change(brands(catalog, store=store).value, plan))
