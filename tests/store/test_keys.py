from __future__ import annotations

import pytest

from core.store import cache_key, canonical_json

BASE = ("features.size", 1, {"a": 1, "b": [1, 2]}, ["p", "q"])


@pytest.mark.parametrize(
    "other",
    [
        ("features.brand", 1, {"a": 1, "b": [1, 2]}, ["p", "q"]),
        ("features.size", 2, {"a": 1, "b": [1, 2]}, ["p", "q"]),
        ("features.size", 1, {"a": 2, "b": [1, 2]}, ["p", "q"]),
        ("features.size", 1, {"a": 1, "b": [2, 1]}, ["p", "q"]),
        ("features.size", 1, {"a": "1", "b": [1, 2]}, ["p", "q"]),
        ("features.size", 1, {"a": 1, "b": [1, 2]}, ["q", "p"]),
        ("features.size", 1, {"a": 1, "b": [1, 2]}, ["pq"]),
        ("features.size", 1, {"a": 1, "b": [1, 2]}, []),
    ],
)
def test_each_ingredient_moves_the_key(other: tuple[str, int, dict[str, object], list[str]]) -> None:
    assert cache_key(*other) != cache_key(*BASE)


def test_the_order_of_settings_does_not() -> None:
    assert cache_key("features.size", 1, {"b": [1, 2], "a": 1}, ["p", "q"]) == cache_key(*BASE)
    assert len(cache_key(*BASE)) == 32


def test_canonical_json() -> None:
    assert canonical_json({"b": 1, "a": [1.5, None, "ä"]}) == '{"a":[1.5,null,"ä"],"b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})
