"""What a job may do: the functions behind :data:`core.jobs.kinds.KINDS`, called in a worker process.

Parameters and results are plain JSON; the bulky parts of a result lie in the artifact cache under keys that the pages
derive for themselves.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from core.catalog import load_catalog
from core.config import settings
from core.embed import (
    TOWERS,
    Embedding,
    EncodeOptions,
    ModelSpec,
    embed_images,
    embed_texts,
    photo_block,
    project_map,
    remember_photos,
    remember_vectors,
    with_known,
)
from core.encode import nearby_rows, vector_nearest
from core.errors import InputError
from core.folds import random_plan
from core.gains import GainSpec, measure_gains
from core.images import FetchSpec, fetch_photos
from core.jobs import feed_of
from core.params import list_of as _list
from core.params import number_of as _number
from core.params import source_of as _source
from core.params import text_of as _text
from core.pipeline import PipelineSpec, run_pipeline
from core.pipeline import diagnose as diagnose_catalog
from core.pipeline.run import N_FOLDS
from core.plans import draw_plan, plan_asked
from core.runs import LiveFolds, with_settings
from core.store import default_store
from core.train import FamilyName, QuickSpec, TrainSpec, quick_look, train
from core.types import IMAGE, Catalog, JsonDict, ProgressFn, part_of


def run_pipeline_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """The whole way. Params: ``source``, ``preset``, ``seed``. Result: the report."""
    spec = PipelineSpec(preset=_text(params, "preset"), seed=_number(params, "seed"))
    return run_pipeline(_source(params), spec, store=default_store(), report=report).report


def diagnose_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Brand shift, gap and forecast. Params: ``source``, ``seed``. Result: the report."""
    return diagnose_catalog(_source(params), store=default_store(), seed=_number(params, "seed"), report=report)


def train_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """One run. Params: ``source``, ``family``, ``blocks``, ``seed`` (of the models), and ``settings`` and ``plan``
    where they differ from the default. Result: ``run_id`` and score. The curve of each fold is told while it grows.

    Every run from the page has the fold plan of seed 0, so that any two of one plan can be blended.
    """
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(_source(params)), store=default_store())
    blocks = tuple(str(name) for name in _list(params, "blocks"))
    spec = TrainSpec(cast(FamilyName, _text(params, "family")), blocks, seed=_number(params, "seed"))
    spec = with_settings(spec, params.get("settings"))
    plan = draw_plan(catalog, plan_asked(params), store=default_store(), n_folds=N_FOLDS)
    told = part_of(report, 0.02, 1.0)
    run = train(catalog, plan, spec, store=default_store(), report=told, watch=LiveFolds(feed_of(report)))
    return {"run_id": run.run_id, "oof_smape_pct": run.oof_smape_pct, "cached": run.cached}


def quick_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """A quick look at a set of blocks, which are made first where they are missing. Params: ``source``, ``blocks``,
    ``plan`` where it is not random. Result: ``quick_smape_pct``; the page finds the rest in the cache.

    On the same fold plan as the runs from the page.
    """
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(_source(params)), store=default_store())
    spec = QuickSpec(tuple(str(name) for name in _list(params, "blocks")))
    plan = draw_plan(catalog, plan_asked(params), store=default_store(), n_folds=N_FOLDS)
    look = quick_look(catalog, plan, spec, store=default_store(), report=part_of(report, 0.02, 1.0))
    return {"quick_smape_pct": look.smape_pct}


def gains_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """What each block is worth. Params: ``source``, ``spec`` of a :class:`core.gains.GainSpec`. Result: the chosen
    blocks' score and the suggested blocks; the table is found by :func:`core.gains.latest_gains`.

    On the random fold plan of the runs from the page.
    """
    report(0.0, "reading the files")
    spec = params.get("spec")
    if not isinstance(spec, dict):
        raise InputError("a job without its settings.", "Start it again from its page.")
    try:
        settings = GainSpec.from_json(spec)
    except TypeError as error:
        raise InputError(f"settings that this version does not know ({error}).", "Start it from its page.") from error
    catalog = with_known(load_catalog(_source(params)), store=default_store())
    plan = random_plan(catalog, n_folds=N_FOLDS)
    found = measure_gains(catalog, plan, settings, store=default_store(), report=part_of(report, 0.02, 1.0))
    return {"chosen_smape_pct": found.chosen_smape_pct, "suggested": [*found.suggestion.blocks]}


def nearest_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Every product's nearest train rows by title. Params: ``source``. Result: ``products``."""
    report(0.0, "reading the files")
    catalog = load_catalog(_source(params))
    report(0.1, "comparing titles")
    nearby = nearby_rows(catalog, store=default_store())
    return {"products": len(nearby.log_total)}


def embed_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Vectors of photos and texts. Params: ``source``, ``images``, ``tag``, ``pretrained``, ``towers``,
    ``batch_size``; ``make_room`` (true) agrees to what the limit of the cache asks for. Result: ``embeddings``, one
    entry a tower."""
    report(0.0, "reading the files")
    catalog = load_catalog(_source(params))
    pretrained = params.get("pretrained")
    spec = ModelSpec(_text(params, "tag"), None if pretrained is None else str(pretrained))
    options = EncodeOptions(batch_size=_number(params, "batch_size"), make_room=params.get("make_room") is True)
    towers = [tower for tower in spec.towers if tower in _list(params, "towers")]
    if not towers:
        raise InputError("no tower chosen that this model has.", f"Take {' or '.join(spec.towers)}.")
    made = []
    for position, tower in enumerate(towers):
        stretch = part_of(report, position / len(towers), (position + 1) / len(towers))
        embedding = _embed(catalog, tower, params, spec, options, part_of(stretch, 0.0, 0.95))
        remember_vectors(catalog, embedding, _folder(params) if tower == "image" else None, store=default_store())
        # The map is made while the user waits for the vectors anyway, so that its tab opens at once.
        project_map(embedding, store=default_store())
        made.append(embedding.report())
    return {"embeddings": cast(Any, made)}


def vector_nearest_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Nearest train products by the vectors of a tower. Params: ``source``, ``tower``, ``model`` (as in the names of
    its blocks). Result: ``products`` that were compared; the rest is found by :func:`core.encode.vector_nearest`."""
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(_source(params)), store=default_store())
    tower = next((tower for tower in TOWERS if tower == params.get("tower")), None)
    if tower is None:
        raise InputError("a job without a tower.", "Start it again from its page.")
    found = vector_nearest(
        catalog, tower, _text(params, "model"), store=default_store(), report=part_of(report, 0.02, 1.0)
    )
    return {"products": len(found.rows)}


def images_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Photos behind the links. Params: ``source``, ``folder``, ``retry`` (statuses to try again). Result: ``links``,
    ``fetched``, ``requests``, ``counts`` by status."""
    report(0.0, "reading the files")
    items = load_catalog(_source(params)).items
    links = [str(link) for side in (items.train, items.test) for link in side[IMAGE]]
    retry = tuple(str(status) for status in _list(params, "retry"))
    spec = FetchSpec(loopback_ports=settings().loopback_ports)
    summary = fetch_photos(links, Path(_text(params, "folder")), spec, retry=retry, report=report)
    return cast(JsonDict, asdict(summary))


def _embed(
    catalog: Catalog, tower: str, params: JsonDict, spec: ModelSpec, options: EncodeOptions, report: ProgressFn
) -> Embedding:
    if tower == "text":
        return embed_texts(catalog, spec, store=default_store(), report=report, options=options)
    folder = _folder(params)
    measured = photo_block(catalog, folder, store=default_store(), report=part_of(report, 0.0, 0.1))
    remember_photos(catalog, measured, folder, store=default_store())
    rest = part_of(report, 0.1, 1.0)
    return embed_images(catalog, folder, spec, store=default_store(), report=rest, options=options)


def _folder(params: JsonDict) -> Path:
    return Path(_text(params, "images"))
