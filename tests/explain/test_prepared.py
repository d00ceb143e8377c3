"""What a run needs before its products can be edited: foretold, made once, then only read."""

from __future__ import annotations

import sys

import pytest

from core.errors import InputError
from core.explain import foretell_what_if, open_run, open_what_if, prepare_what_if
from core.folds import FoldPlan, random_plan
from core.store import ArtifactStore
from core.train import Run, TrainSpec, load_run, train
from core.types import Catalog

BLOCKS = ("brand", "size", "text_size", "words")


def trained(catalog: Catalog, store: ArtifactStore, *blocks: str) -> tuple[Run, FoldPlan]:
    plan = random_plan(catalog, n_folds=2)
    spec = TrainSpec("lightgbm", blocks, learning_rate=0.2, max_rounds=4, leaves=4, min_leaf_rows=5)
    return train(catalog, plan, spec, store=store), plan


def test_what_is_to_be_made_is_told_and_then_nothing_is(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = trained(tiny_catalog, store, *BLOCKS)
    before = foretell_what_if(run, tiny_catalog, plan, store=store)
    assert set(before.parts) == {"brands", "text_size", "words"}
    ridges = sum(run.facts.block_seconds[name] for name in ("text_size", "words"))
    assert before.seconds > 0.6 * ridges > 0
    prepare_what_if(run, tiny_catalog, plan, store=store)
    after = foretell_what_if(run, tiny_catalog, plan, store=store)
    assert (after.parts, after.seconds) == ((), 0.0)


def test_a_restarted_studio_fits_nothing_again(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, plan = trained(tiny_catalog, store, *BLOCKS)
    prepare_what_if(run, tiny_catalog, plan, store=store)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("fitted again")

    for module, name in (
        ("encode.words_row", "masked_ridge"),
        ("encode.kernel_row", "masked_ridge"),
        ("features.brand_index", "index_tables"),
    ):
        # By the module's full name: its package has a function that is called like it.
        monkeypatch.setattr(sys.modules[f"core.{module}"], name, refuse)
    again = ArtifactStore(store.root)
    loaded = load_run(run.run_id, store=again)
    assert loaded is not None
    ready = open_what_if(open_run(loaded, tiny_catalog, plan, store=again), store=again)
    assert set(ready.encoders.encoders) == {"text_size", "words"}
    again.close()


def test_without_brands_at_hand_their_reading_is_foretold_too(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = trained(tiny_catalog, store, "five_simple")
    found = foretell_what_if(run, tiny_catalog, plan, store=store)
    assert found.parts == ("brands",) and found.seconds > 0


def test_progress_never_goes_back(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = trained(tiny_catalog, store, *BLOCKS)
    seen: list[float] = []
    prepare_what_if(run, tiny_catalog, plan, store=store, report=lambda fraction, _: seen.append(fraction))
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_other_folds_are_told(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, _ = trained(tiny_catalog, store, "size")
    with pytest.raises(InputError, match="other data or other folds"):
        prepare_what_if(run, tiny_catalog, random_plan(tiny_catalog, n_folds=3), store=store)
