"""Jobs on strategies; see :mod:`core.tasks`."""

from __future__ import annotations

from core.catalog import load_catalog
from core.embed import with_known
from core.errors import InputError
from core.jobs import feed_of
from core.params import list_of, source_of
from core.store import default_store
from core.strategies import Outcome, Strategy, run_all, saved_strategies, take_sample
from core.types import Catalog, JsonDict, ProgressFn, part_of


def strategies_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Run strategies one after the other. Params: ``source``, ``strategies`` (recipes), ``minutes`` or null. Result:
    how many were ``done`` and ``failed``, and the names ``too_long``; the board finds the outcomes by itself.

    Resumed, it goes on with the first that is not current; the minutes start anew.
    """
    catalog, wanted = _asked(params, report)
    feed = feed_of(report)

    def told(outcome: Outcome) -> None:
        if outcome.state == "done":
            feed.points(outcome.name, [outcome.seconds], [outcome.oof_smape_pct])

    minutes = params.get("minutes")
    if minutes is not None and (not isinstance(minutes, int | float) or isinstance(minutes, bool) or minutes <= 0):
        raise InputError("a job whose minutes are no number above 0.", "Start it again from its page.")
    everything = list(saved_strategies()[0].values())
    stretch = part_of(report, 0.02, 1.0)
    found = run_all(
        catalog, wanted, store=default_store(), board=everything, minutes=minutes, report=stretch, told=told
    )
    states = [outcome.state for outcome in found.outcomes]
    return {
        "done": states.count("done"),
        "failed": states.count("failed"),
        "too_long": [name for name, _ in found.too_long],
    }


def strategies_sample_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Time strategies on a part of the rows. Params: ``source``, ``strategies``. Result: ``seconds``
    that timing them took, now or before."""
    catalog, wanted = _asked(params, report)
    sample = take_sample(catalog, wanted, store=default_store(), report=part_of(report, 0.02, 1.0))
    return {"seconds": sample.seconds}


def _asked(params: JsonDict, report: ProgressFn) -> tuple[Catalog, list[Strategy]]:
    report(0.0, "reading the files")
    wanted = [Strategy.from_json(recipe) for recipe in list_of(params, "strategies")]
    return with_known(load_catalog(source_of(params)), store=default_store()), wanted
