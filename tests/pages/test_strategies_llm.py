"""The language model's part: off until an endpoint is named, a click that says what it sends, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.catalog import CatalogSource
from core.folds import random_plan
from core.jobs import list_jobs
from core.jobs.kinds import load_function
from core.llm import KEY_VARIABLE, AskSpec, Endpoint, SendSpec, Tariff
from core.llm_tasks import spec_params
from core.store import ArtifactStore, RecordStore
from core.train import TrainSpec, train
from core.types import Catalog, no_progress
from tests.llm.conftest import SECRET, files_with
from tests.llm.server import GOOD, Asked, Behave, ModelServer, model_server, says
from tests.pages.conftest import Open, sound, texts

Serve = Callable[[Behave], ModelServer]
Part = Callable[[], AppTest]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda behave: stack.enter_context(model_server(behave))


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def named(store: ArtifactStore, server: ModelServer, *, tariff: Tariff | None = None) -> tuple[Endpoint, AskSpec]:
    """The endpoint as the form keeps it."""
    endpoint = Endpoint(server.url, "some-model")
    spec = AskSpec(tariff=tariff or Tariff(), send=SendSpec(concurrency=4))
    RecordStore("llm_settings", store.root).put("endpoint", spec_params(endpoint, spec))
    return endpoint, spec


@pytest.fixture
def open_part(open_page: Open) -> Part:
    """The page, with the language model's tab open."""

    def opened_part() -> AppTest:
        app = open_page("strategies")
        app.session_state["strategies.tabs"] = "Language model"
        return sound(app.run())

    return opened_part


def opened(app: AppTest, tab: str) -> AppTest:
    app.session_state["llm.tabs"] = tab
    return sound(app.run())


def test_it_is_off_until_an_endpoint_is_named(open_part: Part, data: Path, serve: Serve) -> None:
    server = serve(lambda asked: says(GOOD))
    app = open_part()
    assert "No endpoint is named yet" in texts(app)
    assert "No key." in texts(app)
    app.text_input(key="llm.url").set_value(server.url)
    app.text_input(key="llm.model").set_value("some-model")
    sound(next(button for button in app.button if button.label == "Use this endpoint").click().run())
    assert any(f"some-model at 127.0.0.1:{server.server_port}" in item.label.replace("\\", "") for item in app.expander)
    assert (server.asked, list_jobs()) == ([], [])
    sound(app.button(key="llm.off").click().run())
    assert "No endpoint is named yet" in texts(app)


def test_an_address_that_cannot_be_is_said_and_not_kept(open_part: Part, data: Path, studio: Path) -> None:
    app = open_part()
    app.text_input(key="llm.url").set_value(f"https://user:{SECRET}@host/v1")
    app.text_input(key="llm.model").set_value("m")
    next(button for button in app.button if button.label == "Use this endpoint").click().run()
    (error,) = app.error
    assert "user, a query or a fragment" in error.value
    assert SECRET not in error.value
    assert files_with(SECRET, studio) == []


def test_a_click_names_what_it_sends_and_starts_the_job(
    open_part: Part, data: Path, serve: Serve, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, studio: Path
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    server = serve(lambda asked: says("12.50", wait_s=300.0))
    named(store, server, tariff=Tariff(1.0, 2.0))
    app = open_part()
    said = texts(app)
    where = f"127.0.0.1:{server.server_port}"
    for words in ("catalog_content of 100 different products", "Never sent: prices", where, "tokens in", "about $"):
        assert words in said
    assert app.button(key="llm.probe").label == f"Probe: send 100 texts to {where}"
    assert server.asked == []
    sound(app.button(key="llm.probe").click().run())
    (job,) = list_jobs()
    assert (job.kind, job.params["url"], job.params["model"]) == ("probe", server.url, "some-model")
    assert SECRET not in str(job.params) + texts(app)
    assert files_with(SECRET, studio) == []


def test_the_probe_is_shown_with_its_verdict_and_beside_the_best_run(
    open_part: Part, data: Path, catalog: Catalog, serve: Serve, store: ArtifactStore
) -> None:
    prices = dict(zip(catalog.items.train["catalog_content"], catalog.price, strict=True))

    def behave(asked: Asked) -> object:
        fails = list(prices).index(asked.text) % 20 == 0
        return says("who knows" if fails else f"{prices[asked.text] * 1.1:.2f}", tokens=(200, 4))

    endpoint, spec = named(store, serve(behave), tariff=Tariff(1.0, 2.0))
    run = train(catalog, random_plan(catalog), TrainSpec("linear", ("size",)), store=store)
    source = CatalogSource(str(data / "train.csv"), str(data / "test.csv"), name="data")
    load_function("probe")({"source": source.to_json(), **spec_params(endpoint, spec)}, no_progress)
    app = open_part()
    (verdict,) = app.success
    assert verdict.value.replace("\\", "").startswith("Consider: ")
    said = texts(app)
    assert "Failed: 5 of 100" in said
    assert f"the best run (`{run.run_id}`)" in said
    (failures,) = [item.value for item in app.dataframe if "failure" in item.value]
    assert failures[["failure", "rows"]].to_numpy().tolist() == [["no price", 5]]
    (rows,) = [item.value for item in app.dataframe if "predicted" in item.value]
    assert rows["smape_pct"].tolist()[:5] == [200.0] * 5
    assert len(app.get("plotly_chart")) == 1
    assert "llm.probe" not in [button.key for button in app.button]
    app.pills(key="llm.probe_retry").set_value(["no_price"])
    sound(app.run())
    assert "send 5 texts to 127.0.0.1" in app.button(key="llm.probe_again").label


def test_attributes_from_the_sample_to_the_side_table(
    open_part: Part, data: Path, serve: Serve, store: ArtifactStore
) -> None:
    server = serve(lambda asked: says("no" if "Sea Salt" in asked.text else GOOD))
    endpoint, spec = named(store, server)
    app = opened(open_part(), "Attributes")
    assert app.button(key="llm.sample").label.startswith("Timed sample of 20: send 20 texts to 127.0.0.1")
    assert "time not known before that" in texts(app)
    source = CatalogSource(str(data / "train.csv"), str(data / "test.csv"), name="data").to_json()
    load_function("attributes")({"source": source, **spec_params(endpoint, spec), "limit": 20}, no_progress)
    sound(app.run())
    said = texts(app)
    assert "measured on 20 answers" in said
    assert "Left to ask: 120" in said
    assert "llm.sample" not in [button.key for button in app.button]
    assert app.button(key="llm.all").label.startswith("All that are left: send 120 texts to 127.0.0.1")
    load_function("attributes")({"source": source, **spec_params(endpoint, spec)}, no_progress)
    sound(app.run())
    (failures,) = [item.value for item in app.dataframe if "failure" in item.value]
    n_failed = int(failures["rows"].sum())
    assert failures["failure"].tolist() == ["no json"]
    assert f"Texts read: {140 - n_failed}" in texts(app)
    app.pills(key="llm.retry").set_value(["no_json"])
    sound(app.run())
    assert f"send {n_failed} texts" in app.button(key="llm.again").label
    assert app.button(key="llm.attach").label == "Use as side table llm_some_model"
    app.button(key="llm.attach").click()
    app = opened(app, "Attributes")
    assert "In use as block side:llm_some_model" in texts(app)
    assert app.button(key="llm.attach").label == "Bring the side table up to date"
    assert len(server.asked) == 140


def test_the_rules_stand_beside_it(open_part: Part, data: Path) -> None:
    app = open_part()
    said = texts(app)
    assert "at most 8 billion parameters" in said
    assert "MIT or Apache-2.0" in said
    (models,) = [item.value for item in app.dataframe if "licence" in item.value]
    fits = models[models["fits the rules"]]
    assert fits["parameters, billions"].max() <= 8
    assert set(fits["licence"]) == {"MIT", "Apache-2.0"}
    assert not models.loc[models["model"].str.startswith("Llama"), "fits the rules"].any()
