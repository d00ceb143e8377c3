"""The tab Blocks: one choice for Features and Train, kept in the address; gains measured by a job and shown."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.config import PROJECT_ROOT
from core.folds import random_plan
from core.gains import GainReport, GainSpec, measure_gains
from core.jobs import list_jobs
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import known_blocks
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


def open_blocks(open_page: Open) -> AppTest:
    app = open_page("features")
    app.session_state["features.tabs"] = "Blocks"
    return sound(app.run())


def flip(app: AppTest, catalog: Catalog, block: str, *, on: bool) -> AppTest:
    toggle = app.toggle(key=f"features.use.{catalog.key}.{block}")
    return sound((toggle.set_value(True) if on else toggle.set_value(False)).run())


def measured(catalog: Catalog, store: ArtifactStore, *, orderings: int = 0) -> GainReport:
    chosen = ("size", "brand")
    spec = GainSpec(chosen, tuple(known_blocks(catalog)), seeds=1, rounds=3, orderings=orderings)
    return measure_gains(catalog, random_plan(catalog), spec, store=store)


def test_train_uses_what_is_switched_on_here(open_page: Open, catalog: Catalog) -> None:
    app = open_blocks(open_page)
    default = set(PRESETS[DEFAULT_PRESET].blocks_for(catalog))
    assert f"{len(default)} blocks in use" in texts(app)
    flip(app, catalog, "size", on=False)
    flip(app, catalog, "five_simple", on=True)
    app.switch_page("pages/train.py")
    sound(app.run())
    wanted = (default - {"size"}) | {"five_simple"}
    assert set(app.session_state[f"train.blocks.{catalog.key}"]) == wanted
    app.button(key="train.start").click().run()
    assert set(list_jobs()[0].params["blocks"]) == wanted


def test_what_train_chooses_is_switched_on_here(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    sound(app.button(key="train.preset.brand").click().run())
    app.switch_page("pages/features.py")
    app.run()
    app.session_state["features.tabs"] = "Blocks"
    sound(app.run())
    on = [name for name in known_blocks(catalog) if app.toggle(key=f"features.use.{catalog.key}.{name}").value]
    assert sorted(on) == ["brand", "brand_price", "size"]
    sound(app.button(key="features.default_blocks").click().run())
    assert app.toggle(key=f"features.use.{catalog.key}.words").value


def test_the_address_keeps_the_choice_over_a_reload(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    app.button(key="train.preset.brand").click().run()
    app.switch_page("pages/ensemble.py")
    sound(app.run())
    again = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    again.query_params["blocks"] = app.query_params["blocks"]
    again.run()
    again.switch_page("pages/train.py")
    sound(again.run())
    assert set(again.session_state[f"train.blocks.{catalog.key}"]) == {"brand", "brand_price", "size"}


@pytest.mark.parametrize("said", [["another", "size"], ["", "size"], ["{tag}", "nowhere", "<b>"], ["{tag}"]])
def test_what_the_address_says_of_other_data_is_dropped(studio: object, catalog: Catalog, said: list[str]) -> None:
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    app.query_params["blocks"] = [part.replace("{tag}", catalog.key[:8]) for part in said]
    app.run()
    app.switch_page("pages/train.py")
    sound(app.run())
    chosen = set(app.session_state[f"train.blocks.{catalog.key}"])
    assert chosen == (set() if said[0] == "{tag}" else set(PRESETS[DEFAULT_PRESET].blocks_for(catalog)))


def test_measuring_starts_a_job_that_says_how_long_it_takes(open_page: Open, catalog: Catalog) -> None:
    app = open_blocks(open_page)
    assert "No gain was measured on this data yet" in texts(app)
    assert "about" in app.button(key="features.measure").label
    assert "Still to be made for these folds" in texts(app)
    app.selectbox(key="features.orderings").set_value(4)
    sound(app.button(key="features.measure").click().run())
    job = list_jobs()[0]
    spec = GainSpec.from_json(dict(job.params["spec"]))
    assert (job.kind, spec.orderings) == ("gains", 4)
    assert spec.chosen == tuple(sorted(PRESETS[DEFAULT_PRESET].blocks_for(catalog)))
    assert spec.measured == tuple(sorted(known_blocks(catalog)))


def test_gains_are_shown_with_what_they_rest_on(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    report = measured(catalog, store, orderings=2)
    app = open_blocks(open_page)
    said = texts(app)
    assert "100 train rows, out of fold on 5 random folds (seed 0), by a small LightGBM of 3 rounds (seed 0)" in said
    assert f"{report.chosen_smape_pct:.2f} % with 2 chosen blocks" in said
    assert "measured around another set of blocks" in said
    line = report.line("size")
    assert f"**{line.away.gain_pct:+.2f}**".replace("-", "−") in said
    sound(app.button(key="features.suggested_blocks").click().run())
    on = [name for name in known_blocks(catalog) if app.toggle(key=f"features.use.{catalog.key}.{name}").value]
    assert tuple(sorted(on)) == report.suggestion.blocks


def test_lines_are_sorted_by_gain_a_second_at_first(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    report = measured(catalog, store)
    app = open_blocks(open_page)
    prefix = f"features.use.{catalog.key}."

    def order() -> list[str]:
        return [toggle.key.removeprefix(prefix) for toggle in app.toggle if toggle.key.startswith(prefix)]

    best = max(report.lines, key=lambda line: line.gain_a_second)
    assert order()[0] == best.block
    sound(app.button_group(key="features.gains_sort").set_value("gain, added alone").run())
    assert order()[0] == max(report.lines, key=lambda line: line.alone.gain_pct).block


def test_a_block_that_changed_since_is_measured_anew(
    open_page: Open, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(catalog, store)
    monkeypatch.setattr("pages._features.gains.current", lambda _report, _keys: None)
    assert "No gain was measured" in texts(open_blocks(open_page))


def test_a_fold_aware_block_can_be_looked_into(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    measured(catalog, store)
    app = open_blocks(open_page)
    sound(app.selectbox(key="features.block").set_value("brand_price").run())
    assert "as the first fold sees it" in texts(app)
    assert "How train and test spread over brand_price" in texts(app)
