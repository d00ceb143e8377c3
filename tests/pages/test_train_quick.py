from __future__ import annotations

from core.folds import random_plan
from core.jobs import list_jobs
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import QuickSpec, gather, quick_look
from core.types import BlockInfo, Catalog
from pages._train.quick import switched
from tests.pages.conftest import Open, sound, texts
from tests.pages.test_train import quick_run


def _made(catalog: Catalog, store: ArtifactStore, *more: str) -> None:
    names = [*PRESETS[DEFAULT_PRESET].blocks_for(catalog), *more]
    gather(catalog, random_plan(catalog), names, store=store)


def _score(catalog: Catalog, store: ArtifactStore, *blocks: str) -> str:
    return f"{quick_look(catalog, random_plan(catalog), QuickSpec(blocks), store=store).smape_pct:.2f} %"


def test_blocks_that_are_not_made_are_offered_as_a_job_and_not_computed(open_page: Open, catalog: Catalog) -> None:
    app = sound(open_page("train"))
    assert "not computed for these rows yet" in texts(app)
    assert not [metric for metric in app.metric if "quick look" in metric.label]
    sound(app.button(key="train.quick.make").click().run())
    job = list_jobs()[0]
    assert (job.kind, job.params["blocks"]) == ("quick", sorted(PRESETS[DEFAULT_PRESET].blocks_for(catalog)))


def test_a_toggle_is_scored_compared_and_remembered(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    _made(catalog, store)
    app = sound(open_page("train"))
    chosen = sorted(PRESETS[DEFAULT_PRESET].blocks_for(catalog))
    (metric,) = [metric for metric in app.metric if "quick look" in metric.label]
    assert metric.value == _score(catalog, store, *chosen)
    assert "Switch a block above" in texts(app)
    fewer = [name for name in chosen if name != "words"]
    sound(app.button_group(key=f"train.blocks.{catalog.key}").set_value(fewer).run())
    (metric,) = [metric for metric in app.metric if "quick look" in metric.label]
    assert metric.value == _score(catalog, store, *fewer)
    assert "Words off" in texts(app)
    assert "1 toggle of this session" in [expander.label for expander in app.expander]
    sound(app.button(key="train.quick.back").click().run())
    assert sorted(app.session_state[f"train.blocks.{catalog.key}"]) == chosen
    assert "Words on" in texts(app)
    history = app.session_state[f"train.toggles.{random_plan(catalog).key}"]
    assert [line.changed for line in history] == [f"{len(chosen)} blocks", "Words off", "Words on"]
    assert history[1].change.change_pct == -history[2].change.change_pct


def test_a_full_run_of_the_same_blocks_stands_beside_it(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    quick_run(catalog, store)
    _made(catalog, store)
    app = open_page("train")
    assert "No full run of exactly these blocks" in texts(app)
    sound(app.button(key="train.preset.five-simple").click().run())
    assert "full run: " in texts(app)
    assert "No full run of exactly these blocks" not in texts(app)


def test_without_a_block_it_asks_for_one(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    app = open_page("train")
    sound(app.button_group(key=f"train.blocks.{catalog.key}").set_value([]).run())
    assert "Switch a block on" in texts(app)


def test_what_was_switched_is_named() -> None:
    infos = {"words": BlockInfo("words", "Words", "")}
    assert switched(("a", "words"), ("a", "b"), infos) == "b on, Words off"
    assert switched(("a",), ("a",), infos) == "same blocks, read otherwise"
