"""Several strategies in a row: nothing twice, failures aside, and no more than fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import Cancelled
from core.store import ArtifactStore
from core.strategies import Foretold, Strategy, find_outcome, find_sample, foretell, run_all, sample, take_sample
from core.strategies import unattended as module
from core.strategies.execute import Fitted, fit_strategy
from core.strategies.sample import can_be_timed
from core.types import Catalog
from tests.strategies.recipes import BRANDS, CONSTANT, PHOTOS, SIZES


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of 120 rows, so that the tiny catalogue is larger than a part."""
    monkeypatch.setattr(sample, "LEAST", 120)
    monkeypatch.setattr(sample, "WARM_UP_ROWS", 60)


def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(tiny_catalog: Catalog, store: ArtifactStore):
    told = []
    found = run_all(tiny_catalog, [CONSTANT, PHOTOS, SIZES], store=store, told=told.append)
    assert [(outcome.name, outcome.state) for outcome in told] == [
        ("constant", "done"),
        ("photos", "failed"),
        ("sizes", "done"),
    ]
    again = run_all(tiny_catalog, [CONSTANT, PHOTOS, SIZES], store=store)
    assert again.current == ("constant", "sizes")
    assert [outcome.name for outcome in again.outcomes] == ["photos"]
    assert found.too_long == ()


def test_stopped_in_the_middle_it_goes_on_with_the_next(tiny_catalog: Catalog, store: ArtifactStore):
    def stop(fraction: float, message: str) -> None:
        if message == "Brands":
            raise Cancelled

    with pytest.raises(Cancelled):
        run_all(tiny_catalog, [SIZES, BRANDS], store=store, report=stop)
    assert find_outcome(SIZES, tiny_catalog, store=store) is not None
    found = run_all(tiny_catalog, [SIZES, BRANDS], store=store)
    assert found.current == ("sizes",)
    assert [outcome.name for outcome in found.outcomes] == ["brands"]


def test_what_would_not_fit_is_left_out_and_named(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    seconds = {SIZES.key: 1.0, BRANDS.key: 2e6}
    monkeypatch.setattr(
        module, "foretell", lambda one, *_args, **_kwargs: Foretold(seconds[one.key], 0.0, seconds[one.key], False)
    )
    found = run_all(tiny_catalog, [SIZES, BRANDS], store=store, minutes=10)
    assert [outcome.name for outcome in found.outcomes] == ["sizes"]
    assert found.too_long == (("brands", 2e6),)
    assert found.outcomes[0].foretold_seconds == 1.0


@pytest.mark.usefixtures("small_parts")
def test_the_sample_is_the_strategies_on_a_part_of_the_rows_and_each_is_kept(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    found = take_sample(tiny_catalog, [SIZES, PHOTOS], store=store)
    assert found.timed.keys() == {SIZES.key, PHOTOS.key}
    assert found.timed[PHOTOS.key] is None
    timed = found.found[SIZES.key]
    assert timed.part.n_rows == 120
    assert timed.half.keys() == timed.part.blocks.keys() == {"size"}
    assert len(timed.paces) == len(timed.specs) == 1
    assert found.seconds > timed.forecast > 0
    assert find_sample(tiny_catalog, [SIZES, PHOTOS], store=store) == found
    # Nothing of the parts lies in the real cache, neither as an outcome nor as a run.
    assert find_outcome(SIZES, tiny_catalog, store=store) is None
    assert not list((store.root / "samples").iterdir())
    assert not find_sample(tiny_catalog, [SIZES, BRANDS], store=store).covers([SIZES, BRANDS])
    # A further one is timed by itself.
    tried = []

    def watched(part: Catalog, strategy: Strategy, **more: Any) -> Fitted:
        tried.append(strategy.name)
        return fit_strategy(part, strategy, **more)

    monkeypatch.setattr(sample, "fit_strategy", watched)
    both = take_sample(tiny_catalog, [SIZES, PHOTOS, BRANDS], store=store)
    assert set(tried) == {"brands"}
    assert both.covers([SIZES, PHOTOS, BRANDS])
    assert both.found[SIZES.key] == timed


@pytest.mark.usefixtures("small_parts")
def test_a_sample_that_is_stopped_keeps_what_it_has(tiny_catalog: Catalog, store: ArtifactStore):
    def stop(_fraction: float, message: str) -> None:
        if message.startswith("Brands on"):
            raise Cancelled

    with pytest.raises(Cancelled):
        take_sample(tiny_catalog, [SIZES, BRANDS], store=store, report=stop)
    assert find_sample(tiny_catalog, [SIZES, BRANDS], store=store).timed.keys() == {SIZES.key}
    assert not list((store.root / "samples").iterdir())


@pytest.mark.usefixtures("small_parts")
def test_foretelling_leaves_out_what_is_made(tiny_catalog: Catalog, store: ArtifactStore):
    found = take_sample(tiny_catalog, [SIZES], store=store)
    before = foretell(SIZES, tiny_catalog, found, {}, store=store)
    run_all(tiny_catalog, [SIZES], store=store)
    after = foretell(SIZES, tiny_catalog, found, {}, store=store)
    outcome = find_outcome(SIZES, tiny_catalog, store=store)
    known = foretell(SIZES, tiny_catalog, found, {SIZES.key: outcome}, store=store)
    assert before is not None and after is not None and known is not None and outcome is not None
    # Sizes were read already to tell the files apart.
    assert after.now < before.now <= before.cold
    assert known.measured and not after.measured
    assert outcome.costs is not None
    assert known.cold == pytest.approx(outcome.costs.cold)
    assert known.now == pytest.approx(outcome.costs.rest)
    assert foretell(BRANDS, tiny_catalog, found, {}, store=store) is None


def test_a_small_catalogue_needs_no_sample(tiny_catalog: Catalog, store: ArtifactStore):
    assert not take_sample(tiny_catalog, [SIZES], store=store).timed
    assert not can_be_timed(tiny_catalog)


def test_a_part_holds_rows_of_both_files(tiny_catalog: Catalog):
    part = sample.part_catalog(tiny_catalog, 60)
    assert (part.n_train, part.n_test) == (60, 60)
    assert set(part.price.index) < set(tiny_catalog.price.index)
    assert np.array_equal(part.price.to_numpy(), tiny_catalog.price.loc[part.price.index].to_numpy())
