"""Jobs that ask a language model; see :mod:`core.tasks`. The key is in no parameter: the worker has its environment."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

from core.catalog import CatalogSource, load_catalog
from core.config import settings
from core.errors import InputError
from core.llm import (
    AskSpec,
    AskSummary,
    Endpoint,
    Inputs,
    Probe,
    SendSpec,
    Tariff,
    ask_attributes,
    ask_probe,
    attribute_answers,
    attribute_inputs,
    attribute_table,
    probe_answers,
    probe_inputs,
    read_probe,
    side_name,
    write_side_table,
)
from core.params import list_of, source_of, text_of
from core.runs import best_oof_price
from core.store import ArtifactStore, canonical_json, default_store, hash_bytes
from core.types import Catalog, JsonDict, ProgressFn, part_of

_HASH_DIGITS = 12


def attributes_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Attributes of all products. Params: ``source`` and those of :func:`spec_params`. Result: the counts and the two
    files of the side table, which is written at the end, also when the limit of the cost ended it."""
    report(0.0, "reading the files")
    source, store = source_of(params), default_store()
    catalog = load_catalog(source)
    endpoint, spec = asked_of(params)
    inputs = attribute_inputs(catalog, spec.images, store=store)
    done = ask_attributes(inputs, endpoint, spec, store=store, report=part_of(report, 0.02, 0.98))
    paths = write_table(inputs, endpoint.model, table_folder(source), store=store)
    return {**summary_json(done), "files": [str(path) for path in paths]}


def probe_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """The zero-shot probe. Params: ``source`` and those of :func:`spec_params`. Result: the counts and the probe's
    numbers; the page finds the rows by :func:`core.llm.read_probe`."""
    report(0.0, "reading the files")
    store = default_store()
    catalog = load_catalog(source_of(params))
    endpoint, spec = asked_of(params)
    inputs = probe_inputs(catalog, spec.images, store=store)
    done = ask_probe(inputs, endpoint, spec, store=store, report=part_of(report, 0.05, 1.0))
    found = find_probe(catalog, inputs, endpoint.model, spec, store=store)
    return {**summary_json(done), "probe": None if found is None else found.to_json()}


def find_probe(catalog: Catalog, inputs: Inputs, model: str, spec: AskSpec, *, store: ArtifactStore) -> Probe | None:
    """The probe from what is kept, beside the best run on the catalogue; None while a row was not asked."""
    best = best_oof_price(catalog, store=store)
    return read_probe(
        catalog,
        inputs,
        probe_answers(model, store=store),
        tariff=spec.tariff,
        concurrency=spec.send.concurrency,
        run=None if best is None else best[1],
        run_name="" if best is None else best[0],
    )


def write_table(inputs: Inputs, model: str, folder: Path, *, store: ArtifactStore) -> tuple[Path, Path]:
    """Write the side table of everything that the model has answered so far."""
    table = attribute_table(inputs, attribute_answers(model, store=store))
    return write_side_table(table, folder, side_name(model))


def table_folder(source: CatalogSource) -> Path:
    """Where the page's side tables of a catalogue lie in the cache; the same for the same two files."""
    files = [str(Path(file).resolve()) for file in (source.train, source.test)]
    return settings().cache_dir / "llm" / "tables" / hash_bytes(canonical_json(files).encode())[:_HASH_DIGITS]


def spec_params(endpoint: Endpoint, spec: AskSpec) -> JsonDict:
    """An endpoint and a spec as plain JSON; :func:`asked_of` undoes it. Nothing secret is in it."""
    return {
        "url": endpoint.url,
        "model": endpoint.model,
        "images": None if spec.images is None else str(spec.images.absolute()),
        "limit": spec.limit,
        "retry": [*spec.retry],
        "per_million_in": spec.tariff.per_million_in,
        "per_million_out": spec.tariff.per_million_out,
        "max_cost": spec.max_cost,
        "concurrency": spec.send.concurrency,
    }


def asked_of(params: JsonDict) -> tuple[Endpoint, AskSpec]:
    """What a job asks where.

    Raises:
        InputError: A parameter is missing or of the wrong type.
    """
    images, limit = params.get("images"), params.get("limit")
    prices = [params.get(name) for name in ("per_million_in", "per_million_out", "max_cost")]
    concurrency = params.get("concurrency")
    numbers = all(price is None or (isinstance(price, int | float) and not isinstance(price, bool)) for price in prices)
    whole = [value for value in (limit, concurrency) if value is not None]
    if not numbers or not all(isinstance(value, int) and not isinstance(value, bool) for value in whole):
        raise InputError("a job with numbers that are none.", "Start it again from its page.")
    per_in, per_out, most = (None if price is None else float(cast(float, price)) for price in prices)
    spec = AskSpec(
        images=None if images is None else Path(text_of(params, "images")),
        limit=cast("int | None", limit),
        retry=tuple(str(name) for name in list_of(params, "retry")),
        tariff=Tariff(per_in, per_out),
        max_cost=most,
        send=SendSpec() if concurrency is None else SendSpec(concurrency=cast(int, concurrency)),
    )
    return Endpoint(text_of(params, "url"), text_of(params, "model")), spec


def summary_json(done: AskSummary) -> JsonDict:
    """What a run came to, as plain JSON."""
    return cast(JsonDict, asdict(done))
