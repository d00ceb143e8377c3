"""A language model's server on loopback that misbehaves: what becomes of each row, of a killed run, of the key, of the
probe's verdict, and of the time that was foretold.

    python benchmarks/hostile_llm.py [--rows 600] [--kills 8] [--probes 20]

Products are the demo's. The answers of half the rows are good, the rest one of the kinds of behaviour of the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from _common import machine

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.jobs import job_status, resume_job, start_job
from core.llm import (
    KEY_VARIABLE,
    AskSpec,
    Endpoint,
    Inputs,
    SendSpec,
    Tariff,
    ask_attributes,
    ask_probe,
    attribute_answers,
    attribute_inputs,
    plan_attributes,
    probe_answers,
    probe_inputs,
    read_probe,
)
from core.llm_tasks import spec_params
from core.store import ArtifactStore
from core.types import TEXT, Catalog
from tests.llm.kinds import KINDS
from tests.llm.server import GOOD, Answer, Asked, model_server, says

SECRET = "sk-bench-93b1d07c55aa"
GOOD_SHARE = 2
SEND = SendSpec(concurrency=16, attempts=2, total_s=4.0, backoff_s=0.01, backoff_max_s=0.05, gives_up=10_000)


def kind_of(text: str) -> str:
    number = crc32(text.encode())
    return "good" if number % GOOD_SHARE == 0 else list(KINDS)[(number // GOOD_SHARE) % len(KINDS)]


def hostile(asked: Asked) -> Answer:
    return KINDS[kind_of(asked.text)][0]


def every_row(inputs: Inputs, store: ArtifactStore) -> None:
    """Statuses of all rows, and the second run."""
    with model_server(hostile) as server:
        spec = AskSpec(send=SEND)
        ask_attributes(inputs, Endpoint(server.url, "hostile"), spec, store=store)
        answers = attribute_answers("hostile", store=store)
        texts = {key: question.messages()[1]["content"] for key, question in inputs.questions.items()}
        wrong = sum(answers[key].status != KINDS[kind_of(text)][1] for key, text in texts.items() if key in answers)
        again = ask_attributes(inputs, Endpoint(server.url, "hostile"), spec, store=store)
    failed = sum(answer.status != "ok" for answer in answers.values())
    print(f"rows {len(texts)}, not ended {len(texts) - len(answers)}, in another status than they should {wrong}")
    print(f"values {len(answers) - failed}, counted failures {failed}; second run: {again.requests} requests")


def killed(source: CatalogSource, cache: Path, kills: int) -> None:
    """A job that is killed at random moments and resumed until it ends."""
    draw, hits = random.Random(0), 0
    with model_server(lambda asked: says(GOOD, wait_s=0.2)) as server:
        spec = AskSpec(send=SendSpec(concurrency=4))
        params = {"source": source.to_json(), **spec_params(Endpoint(server.url, "killed"), spec)}
        job = start_job("attributes", params, title="killed")
        for _ in range(kills):
            time.sleep(draw.uniform(3.0, 5.0))
            if job_status(job).active:
                hits += 1
                process = json.loads((cache / "jobs" / job / "process.json").read_bytes())
                os.killpg(int(process["pid"]), signal.SIGKILL)
                while job_status(job).active:
                    time.sleep(0.02)
                resume_job(job)
        while job_status(job).active:
            time.sleep(0.1)
        asked = [one.text for one in server.asked]
    counts = (job_status(job).result or {}).get("counts")
    twice = len(asked) - len(set(asked))
    print(f"killed {hits} times: {job_status(job).state}, {counts}; asked twice {twice} (under way when killed)")


def foretold(inputs: Inputs, store: ArtifactStore) -> None:
    """Time foretold from the sample against the time of the rest, at half a second an answer."""

    def behave(asked: Asked) -> Answer:
        return says(GOOD, wait_s=random.Random(asked.text).lognormvariate(-0.8, 0.5))

    with model_server(behave) as server:
        endpoint, spec = Endpoint(server.url, "timed"), AskSpec()
        ask_attributes(inputs, endpoint, replace(spec, limit=20), store=store)
        plan = plan_attributes(inputs, attribute_answers("timed", store=store), endpoint, spec)
        done = ask_attributes(inputs, endpoint, spec, store=store)
    assert plan.seconds is not None
    print(f"foretold {plan.seconds:.1f} s from 20 rows, took {done.seconds:.1f} s: {plan.seconds / done.seconds:.2f}")


def verdicts(catalog: Catalog, cache: Path, probes: int) -> None:
    """Probes of models that know prices well (log error 0.3), badly (1.2), or whose every third answer is words."""
    prices = dict(zip(catalog.items.train[TEXT], catalog.price, strict=True))
    for name, noise, fails, right in (
        ("well", 0.3, 0, "consider"),
        ("badly", 1.2, 0, "leave it"),
        ("mumbles", 0.1, 3, "leave it"),
    ):
        hits = 0
        for seed in range(probes):
            model = f"{name}-{seed}"

            def behave(asked: Asked, model: str = model, noise: float = noise, fails: int = fails) -> Answer:
                draw = random.Random(f"{model} {asked.text}")
                words = fails and draw.randrange(fails) == 0
                return says("who knows" if words else f"{prices[asked.text] * draw.lognormvariate(0.0, noise):.2f}")

            store = ArtifactStore(cache)
            inputs = probe_inputs(catalog, None, store=store, seed=seed)
            with model_server(behave) as server:
                ask_probe(inputs, Endpoint(server.url, model), AskSpec(send=SEND), store=store)
            found = read_probe(catalog, inputs, probe_answers(model, store=store), tariff=Tariff(), concurrency=16)
            assert found is not None
            assert len(found.table) == 100
            hits += found.verdict == right
            store.close()
        print(f"probe of a model that answers {name}: verdict right in {hits} of {probes}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--probes", type=int, default=20)
    options = parser.parse_args()
    print(machine())
    os.environ[KEY_VARIABLE] = SECRET
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        os.environ["SHELFPRICE_CACHE"] = str(cache)
        files = write_demo(Path(folder) / "demo", DemoSpec(rows=options.rows // 2, photos=0, seed=1))
        source = CatalogSource(str(files.train), str(files.test))
        catalog, store = load_catalog(source), ArtifactStore(cache)
        inputs = attribute_inputs(catalog, None, store=store)
        every_row(inputs, store)
        killed(source, cache, options.kills)
        foretold(inputs, store)
        verdicts(catalog, cache, options.probes)
        store.close()
        held = [path for path in Path(folder).rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
        print(f"files with the key: {len(held)} of {sum(path.is_file() for path in Path(folder).rglob('*'))}")


if __name__ == "__main__":
    sys.exit(main())
