"""Strategies as files: what is read is what was written, and what is wrong is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError
from core.strategies import (
    BUILTIN,
    MemberRecipe,
    Strategy,
    name_for,
    read_strategies,
    read_strategy,
    save_strategy,
    saved_strategies,
)
from core.train import TrainSpec
from tests.strategies.recipes import BRANDS, CONSTANT, SIZES


@pytest.mark.parametrize("strategy", [*BUILTIN.values(), CONSTANT, BRANDS], ids=lambda one: one.name)
def test_a_file_gives_back_the_strategy(strategy: Strategy):
    assert read_strategy(json.dumps(strategy.to_json()).encode(), where="x.json") == strategy


def test_the_key_moves_with_what_changes_a_score_and_with_nothing_else():
    assert replace(SIZES, title="Another", meaning="words", name="other").key == SIZES.key
    changed = [
        replace(SIZES, blocks=("brand",)),
        replace(SIZES, seed=1),
        replace(SIZES, folds=4),
        replace(SIZES, members=(MemberRecipe("lightgbm", "smape", SIZES.members[0].settings),)),
        replace(SIZES, members=(MemberRecipe("lightgbm"),)),
    ]
    assert len({SIZES.key, *(one.key for one in changed)}) == 6


def test_a_run_becomes_a_recipe_and_a_recipe_the_run():
    spec = TrainSpec("xgboost", ("size",), seed=3, leaves=7, loss="smape")
    recipe = MemberRecipe.of(spec)
    assert recipe == MemberRecipe("xgboost", "smape", {"leaves": 7})
    assert recipe.spec(("size",), seed=3) == spec


GOOD = SIZES.to_json()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "no strategy"),
        ({**GOOD, "command": "rm"}, "no strategy"),
        ({**GOOD, "schema": 2}, "schema 2"),
        ({**GOOD, "name": "../up"}, "no name of a strategy"),
        ({**GOOD, "blocks": "size"}, "blocks are names"),
        ({**GOOD, "blocks": []}, "go together"),
        ({**GOOD, "folds": 1}, "1 folds"),
        ({**GOOD, "folds": True}, "no whole number"),
        ({**GOOD, "title": 5}, "no text"),
        ({**GOOD, "members": [{"family": "forest"}]}, "no model family"),
        ({**GOOD, "members": [{"family": "lightgbm", "loss": "l7"}]}, "no loss"),
        ({**GOOD, "members": [{"family": "lightgbm", "settings": {"speed": 3}}]}, "does not know"),
        ({**GOOD, "members": [{"family": "lightgbm", "shell": "x"}]}, "a model with the fields"),
    ],
)
def test_what_is_no_strategy_is_refused_with_the_file_and_the_reason(value: Any, said: str):
    with pytest.raises(InputError, match=rf"^mine\.json: .*{said}"):
        read_strategy(json.dumps(value).encode(), where="mine.json")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 50_000], ids=["empty", "cut", "bytes", "deep"])
def test_no_json_is_refused(data: bytes):
    with pytest.raises(InputError, match="no JSON"):
        read_strategy(data, where="x")


def test_a_large_file_is_refused_unread():
    with pytest.raises(InputError, match="too large"):
        read_strategy(b" " * 100_001, where="x")


def test_a_folder_gives_its_strategies_and_what_is_wrong(tmp_path: Path):
    (tmp_path / "b.json").write_text(json.dumps(BRANDS.to_json()))
    (tmp_path / "a.json").write_text(json.dumps(SIZES.to_json()))
    (tmp_path / "c.json").write_text("{")
    (tmp_path / "notes.txt").write_text("mine")
    with (tmp_path / "d.json").open("wb") as file:
        file.truncate(10**12)
    found, wrong = read_strategies(tmp_path)
    assert [one.name for one in found] == ["brands", "sizes"]
    assert len(wrong) == 2 and wrong[0].startswith("c.json: no JSON")
    assert "d.json is too large" in wrong[1]
    assert read_strategies(tmp_path / "absent") == ([], [])


def test_one_of_ones_own_is_replaced_only_when_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SHELFPRICE_DATA", str(tmp_path))
    path = save_strategy(SIZES)
    with pytest.raises(InputError, match="there is a strategy sizes already"):
        save_strategy(replace(SIZES, title="Others"))
    assert json.loads(path.read_text())["title"] == SIZES.title
    save_strategy(replace(SIZES, title="Others"), replace=True)
    assert saved_strategies()[0]["sizes"].title == "Others"


@pytest.mark.parametrize("title", ["価格", "!?", "Größe & Marke", "x" * 60, "-" * 3 + "a"])
def test_whatever_it_is_called_a_strategy_gets_a_name(title: str):
    assert replace(SIZES, name=name_for(title), title=title).title == title
