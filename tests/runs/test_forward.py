"""A forward path: at each step the best of what is left, kept, and gone on with after a stop."""

from __future__ import annotations

import pytest

from core.errors import Cancelled, InputError
from core.folds import random_plan
from core.runs import ForwardPath, latest_path, measure_path, path_looks, path_seconds, path_table
from core.store import ArtifactStore
from core.train import QuickSpec, quick_look
from core.types import Catalog

BLOCKS = ("size", "brand", "category")


def test_every_step_is_the_best_of_what_is_left(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    told = []
    found = measure_path(tiny_catalog, plan, BLOCKS, store=store, told=lambda count, step: told.append((count, step)))
    assert [count for count, _ in told] == [1, 2, 3]
    assert tuple(step for _, step in told) == found.steps
    taken: tuple[str, ...] = ()
    for step in found.steps:
        left = [name for name in BLOCKS if name not in taken]
        looks = {
            name: quick_look(tiny_catalog, plan, QuickSpec((*taken, name)), store=store).smape_pct for name in left
        }
        assert step.smape_pct == min(looks.values()) == looks[step.block]
        assert step.tried == len(left)
        taken = (*taken, step.block)
    assert found.first(2) == taken[:2] and set(found.first(3)) == set(BLOCKS)
    assert found.steps[0].change is None
    change = found.steps[1].change
    assert change is not None
    assert change.change_pct == pytest.approx(found.steps[1].smape_pct - found.steps[0].smape_pct)
    assert latest_path(plan, store=store) == found
    assert ForwardPath.from_json(found.to_json()) == found

    table = path_table(found, {found.steps[0].block: "The first"})
    assert table["n_blocks"].tolist() == [1, 2, 3]
    assert table["title"].iloc[0] == "The first"
    assert table["verdict"].iloc[0] == "" and table["verdict"].iloc[1] == change.verdict


def test_a_stopped_path_goes_on_with_its_looks(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = random_plan(tiny_catalog)

    def stop(_fraction: float, message: str) -> None:
        if message.startswith("2 of 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_path(tiny_catalog, plan, BLOCKS, store=store, report=stop)
    assert latest_path(plan, store=store) is None
    cached = []

    def watched(*args: object, **kwargs: object) -> object:
        look = quick_look(*args, **kwargs)  # type: ignore[arg-type]
        cached.append(look.cached)
        return look

    monkeypatch.setattr("core.runs.forward.quick_look", watched)
    measure_path(tiny_catalog, plan, BLOCKS, store=store)
    assert cached == [True] * 3 + [False] * 3


def test_the_bar_never_goes_back(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    seen: list[float] = []
    measure_path(
        tiny_catalog, random_plan(tiny_catalog), BLOCKS, store=store, report=lambda fraction, _: seen.append(fraction)
    )
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_how_long_it_takes() -> None:
    assert path_looks(8) == 36
    assert path_seconds(1, 2.0) == pytest.approx(2.0)
    assert 20.0 < path_seconds(8, 1.0) < 36.0


def test_no_block_is_told(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    with pytest.raises(InputError, match="no block to add"):
        measure_path(tiny_catalog, random_plan(tiny_catalog), (), store=store)
    assert path_table(None, {}).empty
