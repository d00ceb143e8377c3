"""Fit the weights of the brand reader to a brand column and print them as ``core/features/brand_weights.py`` has them.

    PYTHONPATH=. python benchmarks/brand_weights.py TRAIN.csv TEST.csv ATTRIBUTES_TRAIN.csv ATTRIBUTES_TEST.csv

The catalogue's counts come from both files, the weights from the train rows' ``brand_name`` alone; no price is read.
``tests/features/test_brand.py`` checks the agreement on the test rows, which the fit does not use.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from core.features.brand_features import Feature, Support, support_features
from core.features.brand_model import Readings, evidence, find_readings, second_pass
from core.features.brand_tokens import name_key
from core.features.parse import parse_text

RIDGE = 1.0


@dataclass(frozen=True)
class Design:
    """One row a reading: evidence, its product, and whether it is the right one."""

    matrix: np.ndarray
    names: list[str]
    product: np.ndarray
    right: np.ndarray


def _stack(parts: Sequence[Iterable[Feature]], rows: Sequence[np.ndarray], keep: Sequence[np.ndarray]) -> pd.DataFrame:
    frames = []
    for features, row, mask in zip(parts, rows, keep, strict=True):
        frame = pd.DataFrame({name: np.asarray(values, float).ravel()[mask] for name, values in features})
        frame["product"] = row[mask]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).fillna(0.0)


def design(readings: Readings, labels: Sequence[str], support: tuple[Support, Support] | None) -> Design:
    """All readings of all products; the right one has the label's key, or the closest key that overlaps it."""
    n, width = readings.prefix_key.shape
    openings, names, unknown = (list(part) for part in evidence(readings))
    if support:
        openings += list(support_features(support[0], "opening"))
        names += list(support_features(support[1], "named"))
    rows = [np.repeat(np.arange(n), width), readings.name_row, np.arange(n)]
    present = [(readings.prefix_key > 0).ravel(), np.ones(len(readings.names), bool), np.ones(n, bool)]
    frame = _stack([openings, names, unknown], rows, present)
    keys = np.concatenate([readings.prefix_key.ravel()[present[0]], readings.name_key, np.zeros(n, np.int64)])
    frame["closeness"] = [
        _closeness(readings.keys[key], labels[row]) for key, row in zip(keys, frame["product"], strict=True)
    ]
    best = frame.groupby("product")["closeness"].transform("max")
    right = (frame.pop("closeness") == best).to_numpy()
    product = frame.pop("product").to_numpy()
    return Design(frame.to_numpy(), list(frame.columns), product, right)


def _closeness(key: str, label: str) -> float:
    """2 for the label itself, up to 1 for a part of it, 0.001 for "unknown", 0 for something else."""
    if not key:
        return 0.001
    if key == label:
        return 2.0
    overlaps = len(key) > 2 and bool(label) and (key in label or label in key)
    return min(len(key), len(label)) / max(len(key), len(label)) if overlaps else 0.0


def fit(data: Design, rows: np.ndarray) -> dict[str, float]:
    """Ridge-penalised conditional logit on the products in ``rows``."""
    use = np.isin(data.product, rows)
    order = np.argsort(data.product[use], kind="stable")
    matrix, right, product = data.matrix[use][order], data.right[use][order], data.product[use][order]
    scale = np.sqrt((matrix**2).mean(axis=0)) + 1e-9
    matrix = matrix / scale
    starts = np.flatnonzero(np.r_[True, product[1:] != product[:-1]])
    sizes = np.diff(np.r_[starts, len(product)])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = matrix @ weights
        score = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), sizes))
        total, hit = np.add.reduceat(score, starts), np.add.reduceat(score * right, starts)
        belief = score / np.repeat(total, sizes) - score * right / np.repeat(hit, sizes)
        return float(np.log(total / hit).sum() + RIDGE * weights @ weights), matrix.T @ belief + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(data.names, found.x / scale, strict=True))


def show(title: str, weights: Mapping[str, float]) -> None:
    print(f"{title} = MappingProxyType(\n    {{")
    for name, weight in weights.items():
        print(f'        "{name}": {weight:.3f},')
    print("    }\n)")


def main(train: str, test: str, attributes_train: str, attributes_test: str) -> None:
    texts = [pd.read_csv(path, dtype=str).set_index("sample_id")["catalog_content"] for path in (train, test)]
    names = [
        pd.read_csv(path, dtype=str).set_index("sample_id")["brand_name"]
        for path in (attributes_train, attributes_test)
    ]
    labels = [name_key(label) for label in pd.concat(names).reindex(pd.concat(texts).index).fillna("")]
    parsed = [parse_text(text) for text in pd.concat(texts)]
    titles = [row.title for row in parsed]
    bodies = ["\n".join([*row.bullets, row.description]) for row in parsed]
    rows = np.arange(len(texts[0]))
    readings = find_readings(titles, bodies)
    first = fit(design(readings, labels, None), rows)
    wider, support = second_pass(readings, titles, bodies, first)
    second = fit(design(wider, labels, support), rows)
    show("FIRST_PASS", first)
    show("SECOND_PASS", second)


if __name__ == "__main__":
    main(*sys.argv[1:5])
