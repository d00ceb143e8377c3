"""The size block against labels read by eye; ``benchmarks/size_labels.py`` tells the rule and lists the misses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.features.parse import parse_text
from core.features.size import read_size

LABELS = pd.read_csv(Path(__file__).with_name("size_labels.csv"), dtype={"sample_id": str, "kind": str})
PACK_BAR, TOTAL_BAR = 0.95, 0.92


def test_the_labels_are_numbers_by_id() -> None:
    assert LABELS["sample"].value_counts().to_dict() == {"bar": 200, "second": 60, "third": 60}
    assert LABELS["sample_id"].is_unique
    assert set(LABELS["kind"].dropna()) == {"weight", "volume", "count"}
    assert (LABELS["kind"].isna() == LABELS["total"].isna()).all()
    assert (LABELS["pack_count"].dropna() >= 1).all() and (LABELS["total"].dropna() > 0).all()


@pytest.mark.real_rows
def test_packs_and_totals_agree_with_a_careful_reader(challenge_dir: Path) -> None:
    texts = pd.read_csv(challenge_dir / "train.csv", dtype=str).set_index("sample_id")["catalog_content"]
    right: dict[str, list[bool]] = {"pack": [], "total": []}
    for label in LABELS[LABELS["sample"] == "bar"].itertuples():
        found = read_size(parse_text(texts[label.sample_id]))
        totals = {"weight": found.total_weight_g, "volume": found.total_volume_ml, "count": found.total_count}
        if not pd.isna(label.pack_count):
            right["pack"].append(found.pack_count == label.pack_count)
        if not pd.isna(label.total):
            # The kind has to agree too: a weight that is read as a volume leaves the other one NaN.
            right["total"].append(abs(totals[label.kind] / label.total - 1.0) <= 0.02)
    assert sum(right["pack"]) / len(right["pack"]) >= PACK_BAR
    assert sum(right["total"]) / len(right["total"]) >= TOTAL_BAR
