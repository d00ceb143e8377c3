"""The probe: 100 rows, failures at 200 %, and a verdict that is right about a good and about a bad model."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.features import brands
from core.llm import (
    AskSpec,
    Endpoint,
    Inputs,
    Probe,
    Tariff,
    ask_probe,
    plan_probe,
    probe_answers,
    probe_inputs,
    read_probe,
)
from core.metrics import smape_pct
from core.store import ArtifactStore
from core.types import TEXT, Catalog
from tests.llm.conftest import Serve
from tests.llm.server import Answer, Asked, ModelServer, says

MODEL = "some-model"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    files = write_demo(tmp_path_factory.mktemp("probe"), DemoSpec(rows=400, unseen=0.3, seed=8, photos=0))
    return load_catalog(CatalogSource(str(files.train), str(files.test)))


@pytest.fixture
def inputs(catalog: Catalog, store: ArtifactStore) -> Inputs:
    return probe_inputs(catalog, None, store=store)


def knows(catalog: Catalog, noise: float, *, fails_each: int = 0):
    """A model that knows the true price up to some noise; every so-many-th answer is words."""
    prices = dict(zip(catalog.items.train[TEXT], catalog.price, strict=True))
    order = {text: place for place, text in enumerate(prices)}

    def behave(asked: Asked) -> Answer:
        if fails_each and order[asked.text] % fails_each == 0:
            return says("That depends.")
        factor = float(np.exp(random.Random(asked.text).gauss(0.0, noise)))
        return says(f"${prices[asked.text] * factor:.2f}", tokens=(300, 5))

    return behave


def probed(server: ModelServer, catalog: Catalog, inputs: Inputs, store: ArtifactStore, spec: AskSpec, **more) -> Probe:
    ask_probe(inputs, Endpoint(server.url, MODEL), spec, store=store)
    answers = probe_answers(MODEL, store=store)
    found = read_probe(catalog, inputs, answers, tariff=spec.tariff, concurrency=spec.send.concurrency, **more)
    assert found is not None
    return found


def test_the_rows_are_spread_like_the_catalogue(catalog: Catalog, inputs: Inputs, store: ArtifactStore):
    rows = inputs.keys.train.index
    assert len(rows) == 100
    assert len(inputs.keys.test) == 0
    key = brands(catalog, store=store).value.train["brand_key"]
    alone = key.eq("") | ~key.duplicated(keep=False)
    deciles = pd.qcut(catalog.price.rank(method="first"), 10, labels=False)
    whole = pd.crosstab(deciles, alone) / 4
    drawn = pd.crosstab(deciles.loc[rows], alone.loc[rows]).reindex_like(whole).fillna(0)
    assert alone.any()
    assert (drawn - whole).abs().max(axis=None) < 1
    assert list(probe_inputs(catalog, None, store=store).keys.train.index) == list(rows)
    assert list(probe_inputs(catalog, None, store=store, seed=1).keys.train.index) != list(rows)


def test_a_good_model_is_worth_considering(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(knows(catalog, 0.2))
    spec = replace(quick, tariff=Tariff(1.0, 2.0))
    found = probed(server, catalog, inputs, store, spec)
    low, high = found.interval_pct
    assert (found.verdict, found.straddles, len(found.table)) == ("consider", False, 100)
    assert low < found.smape_pct < high < 40
    assert found.smape_pct == pytest.approx(smape_pct(found.table["price"], found.table["predicted"]))
    assert found.smape_pct == found.priced_smape_pct
    assert found.cost_per_row == pytest.approx(310e-6)
    assert found.cost_in_all == pytest.approx(800 * 310e-6)
    assert found.seconds_in_all == pytest.approx(found.seconds_per_row * 800)
    assert "under the rule's 40 %" in found.said()
    n_asked = len(server.asked)
    assert n_asked == len(inputs.questions)
    assert probed(server, catalog, inputs, store, spec).smape_pct == found.smape_pct
    assert len(server.asked) == n_asked


def test_a_bad_model_is_left(serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    found = probed(serve(knows(catalog, 1.5)), catalog, inputs, store, quick)
    assert (found.verdict, found.straddles) == ("leave it", False)
    assert found.interval_pct[0] > 40
    assert found.said().startswith("Leave it: ")


def test_failures_are_counted_apart_and_scored_200(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    found = probed(serve(knows(catalog, 0.05, fails_each=4)), catalog, inputs, store, quick)
    failed = found.table["status"].ne("ok")
    assert found.failures == {"no_price": int(failed.sum())}
    assert 10 < failed.sum() < 45
    assert (found.table.loc[failed, "smape_pct"] == 200).all()
    assert found.table.loc[failed, "predicted"].isna().all()
    share = failed.mean()
    assert found.smape_pct == pytest.approx(share * 200 + (1 - share) * found.priced_smape_pct)
    assert found.priced_smape_pct < 10
    assert found.verdict == "leave it"


def test_a_server_that_fails_every_time_scores_200(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    found = probed(serve(lambda asked: says("no idea")), catalog, inputs, store, quick)
    assert (found.smape_pct, found.interval_pct, found.verdict) == (200.0, (200.0, 200.0), "leave it")
    assert np.isnan(found.priced_smape_pct)
    assert json.loads(json.dumps(found.to_json()))["priced_smape_pct"] is None


def test_an_interval_that_holds_the_bar_is_said(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    found = probed(serve(knows(catalog, 0.49)), catalog, inputs, store, quick)
    low, high = found.interval_pct
    assert low < 40 < high
    assert found.straddles
    assert "the interval holds 40 %" in found.said()


def test_it_is_held_against_another_prediction_of_the_same_rows(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    run = catalog.price * 1.5
    found = probed(serve(knows(catalog, 0.1)), catalog, inputs, store, quick, run=run, run_name="abc")
    assert found.compared is not None
    assert found.compared.name == "abc"
    assert found.compared.smape_pct == pytest.approx(40.0)
    assert found.compared.difference_pct == pytest.approx(found.smape_pct - 40.0)
    low, high = found.compared.interval_pct
    assert low < found.compared.difference_pct < high < 0
    assert found.to_json()["against_best_run"]["name"] == "abc"


def test_before_every_row_was_asked_there_is_no_probe(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(knows(catalog, 0.1))
    spec = replace(quick, tariff=Tariff(1.0, 2.0), max_cost=0.01)
    assert ask_probe(inputs, Endpoint(server.url, MODEL), spec, store=store).stopped == "cost"
    answers = probe_answers(MODEL, store=store)
    assert 0 < len(answers) < len(inputs.questions)
    assert read_probe(catalog, inputs, answers, tariff=spec.tariff, concurrency=6) is None
    plan = plan_probe(inputs, answers, Endpoint(server.url, MODEL), spec)
    assert plan.to_ask == len(inputs.questions) - len(answers)


def test_true_prices_are_never_sent(
    serve: Serve, catalog: Catalog, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says("5"))
    ask_probe(inputs, Endpoint(server.url, MODEL), quick, store=store)
    texts = set(catalog.items.train[TEXT])
    for asked in server.asked:
        assert asked.text in texts
        assert "response_format" not in asked.body
        assert set(asked.body) == {"model", "messages", "temperature", "max_tokens"}
    system = {asked.body["messages"][0]["content"] for asked in server.asked}
    assert len(system) == 1


def test_a_small_catalogue_gives_all_its_rows(tmp_path_factory: pytest.TempPathFactory, store: ArtifactStore):
    files = write_demo(tmp_path_factory.mktemp("small"), DemoSpec(rows=30, unseen=0.3, seed=8, photos=0))
    small = load_catalog(CatalogSource(str(files.train), str(files.test)))
    assert len(probe_inputs(small, None, store=store).keys.train) == 30
