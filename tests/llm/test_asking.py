"""Asking a server that is slow, answers garbage, cuts off, throttles, fails: every input ends as value or failure."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog import CatalogSource, load_catalog
from core.errors import Cancelled, InputError
from core.llm import (
    OK,
    AskSpec,
    Endpoint,
    Inputs,
    Tariff,
    ask_attributes,
    attribute_answers,
    attribute_inputs,
    plan_attributes,
)
from core.store import ArtifactStore
from tests.llm.conftest import Serve
from tests.llm.kinds import CUT_HTTP, KINDS
from tests.llm.server import GOOD, Answer, Asked, ModelServer, says


@pytest.fixture
def inputs(source: CatalogSource, store: ArtifactStore) -> Inputs:
    return attribute_inputs(load_catalog(source), None, store=store)


def endpoint(server: ModelServer) -> Endpoint:
    return Endpoint(server.url, "some-model")


def first_then_good(trouble: Answer) -> Serve:
    return lambda asked: trouble if asked.times == 1 else says(GOOD)


def test_every_row_ends_as_value_or_counted_failure_and_a_second_run_asks_nothing(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    spec = replace(quick, send=replace(quick.send, total_s=3.0, attempts=2, concurrency=16, gives_up=1000))
    kinds = list(KINDS)
    order = [question.key for question in inputs.first(None)]
    texts = {
        inputs.questions[key].messages()[1]["content"]: kinds[place % len(kinds)] for place, key in enumerate(order)
    }
    server = serve(lambda asked: KINDS[texts[asked.text]][0])
    done = ask_attributes(inputs, endpoint(server), spec, store=store)
    answers = attribute_answers("some-model", store=store)
    expected = {key: KINDS[kinds[place % len(kinds)]][1] for place, key in enumerate(order)}
    assert {key: answer.status for key, answer in answers.items()} == expected
    assert sum(done.counts.values()) == len(order)
    assert "pending" not in done.counts
    assert all(bool(answer.value) == (answer.status == OK) for answer in answers.values())
    assert all(answer.detail for answer in answers.values() if answer.status != OK)
    n_requests = len(server.asked)
    assert done.requests == n_requests
    again = ask_attributes(inputs, endpoint(server), spec, store=store)
    assert (again.requests, again.asked, again.counts) == (0, 0, done.counts)
    assert len(server.asked) == n_requests


def test_failures_are_asked_again_only_when_that_is_wanted(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says("nothing" if asked.times == 1 else GOOD))
    few = replace(quick, limit=6)
    assert ask_attributes(inputs, endpoint(server), few, store=store).counts == {"no_json": 6}
    assert ask_attributes(inputs, endpoint(server), replace(few, retry=("cut_off",)), store=store).requests == 0
    assert ask_attributes(inputs, endpoint(server), replace(few, retry=("no_json",)), store=store).counts == {OK: 6}


@pytest.mark.parametrize(
    "trouble",
    [Answer(b"", 429, {"Retry-After": "0"}), Answer(b"", 503, {"Retry-After": "0"}), Answer(b"", 500), CUT_HTTP],
    ids=["429", "503", "500", "hung up"],
)
def test_what_passes_is_tried_again(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec, trouble: Answer
):
    server = serve(first_then_good(trouble))
    assert ask_attributes(inputs, endpoint(server), replace(quick, limit=5), store=store).counts == {OK: 5}
    assert len(server.asked) == 10
    assert {answer.attempts for answer in attribute_answers("some-model", store=store).values()} == {2}


def test_a_server_that_asks_for_patience_is_left_alone_for_as_long(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    came: list[float] = []

    def behave(asked: Asked) -> Answer:
        came.append(time.monotonic())
        return says(GOOD) if len(came) > 1 else Answer(b"", 429, {"Retry-After": "1"})

    spec = replace(quick, limit=3, send=replace(quick.send, concurrency=1))
    assert ask_attributes(inputs, endpoint(serve(behave)), spec, store=store).counts == {OK: 3}
    assert came[1] - came[0] >= 1.0


def test_a_server_that_asks_for_more_patience_than_anyone_has_ends_the_run(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: Answer(b"", 429, {"Retry-After": "7200"}))
    with pytest.raises(InputError, match="7,200 s"):
        ask_attributes(inputs, endpoint(server), quick, store=store)
    assert attribute_answers("some-model", store=store) == {}
    assert len(server.asked) <= quick.send.concurrency


def test_a_dead_endpoint_ends_the_run_and_spoils_no_row(inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    nobody = Endpoint("http://127.0.0.1:9/v1", "some-model")
    for spec in (quick, replace(quick, limit=3)):
        with pytest.raises(InputError, match=r"127\.0\.0\.1:9"):
            ask_attributes(inputs, nobody, spec, store=store)
    assert attribute_answers("some-model", store=store) == {}


def test_a_wrong_key_ends_the_run_at_once(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec, secret: str
):
    server = serve(lambda asked: Answer({"error": f"Incorrect API key provided: {secret}"}, 401))
    with pytest.raises(InputError, match="denied") as ended:
        ask_attributes(inputs, endpoint(server), quick, store=store)
    assert secret not in str(ended.value)
    assert "[key]" in str(ended.value)
    assert len(server.asked) <= quick.send.concurrency
    assert attribute_answers("some-model", store=store) == {}


def test_a_wrong_model_name_ends_the_run_and_spoils_no_row(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: Answer({"error": "no such model"}, 404))
    with pytest.raises(InputError, match="no such model"):
        ask_attributes(inputs, endpoint(server), replace(quick, send=replace(quick.send, gives_up=5)), store=store)
    assert len(server.asked) <= 3 * (5 + quick.send.concurrency)
    assert attribute_answers("some-model", store=store) == {}


def test_an_endpoint_that_dies_in_the_middle_keeps_what_it_gave(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    dead = [False]

    def behave(asked: Asked) -> Answer:
        dead[0] = dead[0] or len(server.asked) > 10
        return Answer(b"", 500) if dead[0] else says(GOOD)

    server = serve(behave)
    spec = replace(quick, send=replace(quick.send, gives_up=5, concurrency=2))
    with pytest.raises(InputError, match="server error"):
        ask_attributes(inputs, endpoint(server), spec, store=store)
    kept = attribute_answers("some-model", store=store)
    assert {answer.status for answer in kept.values()} == {OK}
    assert 8 <= len(kept) <= 10
    server.behave = lambda asked: says(GOOD)
    assert ask_attributes(inputs, endpoint(server), spec, store=store).asked == len(inputs.questions) - len(kept)


@pytest.mark.parametrize("knows", ["plain", "bare"])
def test_a_server_without_schemas_is_asked_plainly_from_the_first_answer_on(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec, knows: str
):
    taken = ("plain", "bare") if knows == "plain" else ("bare",)
    server = serve(lambda asked: says(GOOD) if asked.form in taken else Answer(b"unknown field", 400))
    spec = replace(quick, send=replace(quick.send, concurrency=1))
    assert ask_attributes(inputs, endpoint(server), spec, store=store).counts == {OK: len(inputs.questions)}
    refused = [asked.form for asked in server.asked if asked.form not in taken]
    assert refused == (["schema"] if knows == "plain" else ["schema", "plain"])


def test_the_schema_is_strict_and_goes_along(serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    server = serve(lambda asked: says(GOOD))
    ask_attributes(inputs, endpoint(server), replace(quick, limit=1), store=store)
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert "Authorization" not in asked.headers
    assert asked.body["model"] == "some-model"
    assert asked.body["temperature"] == 0
    wanted = asked.body["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["additionalProperties"] is False
    assert set(wanted["schema"]["required"]) == set(wanted["schema"]["properties"]) == set(GOOD)


def test_no_more_requests_at_once_than_allowed(serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    server = serve(lambda asked: says(GOOD, wait_s=0.02))
    ask_attributes(inputs, endpoint(server), replace(quick, send=replace(quick.send, concurrency=3)), store=store)
    assert server.most_at_once == 3


def test_a_run_stops_before_it_costs_more_than_it_may(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says(GOOD, tokens=(1000, 100)))
    # A row costs 1000 * 1 + 100 * 10 millionths, which is 0.002 dollars.
    spec = replace(quick, tariff=Tariff(1.0, 10.0), max_cost=0.0205)
    done = ask_attributes(inputs, endpoint(server), spec, store=store)
    assert (done.stopped, done.counts[OK]) == ("cost", 10)
    assert done.cost == pytest.approx(0.02)
    assert done.counts["pending"] == len(inputs.questions) - 10


def test_tokens_are_estimated_where_the_server_does_not_count(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says(GOOD, tokens=None))
    done = ask_attributes(inputs, endpoint(server), replace(quick, limit=1), store=store)
    (question,) = inputs.first(1)
    assert done.tokens_in == round(question.chars / 4)
    assert done.tokens_out == round(len(json.dumps(GOOD)) / 4)


def test_cancelled_it_ends_at_once_and_goes_on_from_there(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says(GOOD, wait_s=0.0 if len(server.asked) <= 12 else 600.0))

    def report(fraction: float, message: str) -> None:
        if len(server.asked) > 12:
            raise Cancelled

    with pytest.raises(Cancelled):
        ask_attributes(inputs, endpoint(server), quick, store=store, report=report)
    kept = attribute_answers("some-model", store=store)
    assert len(kept) == 12
    server.behave = lambda asked: says(GOOD)
    assert ask_attributes(inputs, endpoint(server), quick, store=store).asked == len(inputs.questions) - 12


def test_a_torn_line_is_asked_again_and_spoils_no_other(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says(GOOD))
    ask_attributes(inputs, endpoint(server), quick, store=store)
    (path,) = (store.root / "llm").glob("attributes-*.jsonl")
    path.write_bytes(path.read_bytes()[:-20])
    done = ask_attributes(inputs, endpoint(server), quick, store=store)
    assert (done.asked, done.counts) == (1, {OK: len(inputs.questions)})
    assert ask_attributes(inputs, endpoint(server), quick, store=store).asked == 0


def test_another_model_has_answers_of_its_own(serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    server = serve(lambda asked: says(GOOD))
    ask_attributes(inputs, endpoint(server), replace(quick, limit=4), store=store)
    other = Endpoint(server.url, "other-model")
    assert ask_attributes(inputs, other, replace(quick, limit=2), store=store).asked == 2
    assert len(attribute_answers("some-model", store=store)) == 4


def test_one_run_at_a_time(serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    server = serve(lambda asked: says(GOOD))

    def report(fraction: float, message: str) -> None:
        with pytest.raises(InputError, match="already"):
            ask_attributes(inputs, endpoint(server), quick, store=store)

    ask_attributes(inputs, endpoint(server), quick, store=store, report=report)


def test_time_and_cost_are_foretold_from_a_sample_that_is_kept(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec
):
    server = serve(lambda asked: says(GOOD, tokens=(200, 50)))
    spec = replace(quick, tariff=Tariff(1.0, 2.0))
    before = plan_attributes(inputs, attribute_answers("some-model", store=store), endpoint(server), spec)
    assert (before.measured, before.seconds, before.to_ask) == (0, None, len(inputs.questions))
    assert len(server.asked) == 0
    ask_attributes(inputs, endpoint(server), replace(spec, limit=20), store=store)
    answers = attribute_answers("some-model", store=store)
    after = plan_attributes(inputs, answers, endpoint(server), spec)
    left = len(inputs.questions) - 20
    assert (after.measured, after.to_ask) == (20, left)
    assert (after.tokens_in, after.tokens_out) == (200.0 * left, 50.0 * left)
    assert after.cost == pytest.approx(left * 300e-6)
    mean_s = sum(answer.seconds for answer in answers.values()) / 20
    assert after.seconds == pytest.approx(left * mean_s / 6)
    text = "\n".join(after.lines())
    for words in (f"{left} different products", "catalog_content", "Never sent: prices", endpoint(server).where):
        assert words in text


def test_a_run_from_a_loop_of_the_callers_own(serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec):
    import asyncio

    server = serve(lambda asked: says(GOOD))

    async def notebook() -> int:
        return ask_attributes(inputs, endpoint(server), replace(quick, limit=2), store=store).asked

    assert asyncio.run(notebook()) == 2


def test_proxies_of_the_environment_see_nothing(
    serve: Serve, inputs: Inputs, store: ArtifactStore, quick: AskSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("default login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server = serve(lambda asked: says(GOOD))
    assert ask_attributes(inputs, endpoint(server), replace(quick, limit=1), store=store).counts == {OK: 1}
    assert "Authorization" not in server.asked[0].headers
