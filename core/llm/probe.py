"""The zero-shot probe: what a model that has seen none of our prices says that a few products cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from core.llm.answers import OK
from core.llm.attributes import AskSpec, ask, left_of
from core.llm.drawn import draw_rows
from core.llm.endpoint import Endpoint, Tariff
from core.llm.inputs import Inputs, inputs_of
from core.llm.kept import Answer, answers_path, read_answers
from core.llm.plan import SendPlan, plan_of
from core.llm.price_text import read_price
from core.llm.prompts import PRICE
from core.llm.task import AskSummary, Task
from core.metrics import row_smape_pct
from core.store import ArtifactStore
from core.types import Catalog, FloatArray, JsonDict, JsonValue, ProgressFn, SplitFrame, no_progress

PROBE_ROWS: Final = 100
RULE_PCT: Final = 40.0
FAILED_PCT: Final = 200.0
LEVEL: Final = 0.9
PRICE_TASK: Final = Task("price", PRICE, read_price, None, max_tokens=1024, usual_tokens=5.0)
WHAT: Final = "the price in dollars, as plain text"
_DRAWS: Final = 5000

Verdict: TypeAlias = Literal["consider", "leave it"]


@dataclass(frozen=True)
class Paired:
    """The probe against another prediction of the same rows.

    Attributes:
        name: Of the other.
        smape_pct: Of the other on these rows.
        difference_pct: The probe's SMAPE less the other's; above 0 the probe is worse.
        interval_pct: Of the difference, at :data:`LEVEL`, from pairs of rows drawn again.
    """

    name: str
    smape_pct: float
    difference_pct: float
    interval_pct: tuple[float, float]


@dataclass(frozen=True)
class Probe:
    """What the probe found.

    Attributes:
        table: Indexed by ``sample_id``: ``price``, ``predicted`` (NaN where there is none), ``status``, ``smape_pct``,
            ``detail``.
        smape_pct: Over all rows, a failure scored 200.
        interval_pct: At :data:`LEVEL`, from rows drawn again.
        priced_smape_pct: Over the rows that were priced; NaN when none was.
        failures: Rows by kind of failure.
        seconds_per_row: On the clock, with the given number of requests at once.
        cost_per_row: Dollars, None without prices.
        rows_in_all: Rows of both files, that the extrapolations are for.
        compared: Against the best run, None without one.
    """

    table: pd.DataFrame
    smape_pct: float
    interval_pct: tuple[float, float]
    priced_smape_pct: float
    failures: Mapping[str, int]
    seconds_per_row: float
    cost_per_row: float | None
    rows_in_all: int
    compared: Paired | None

    @property
    def verdict(self) -> Verdict:
        """By the rule: under 40 % consider, otherwise leave it."""
        return "consider" if self.smape_pct < RULE_PCT else "leave it"

    @property
    def straddles(self) -> bool:
        """True when the interval holds the rule's bar, so that other rows could have said otherwise."""
        low, high = self.interval_pct
        return low < RULE_PCT <= high

    @property
    def seconds_in_all(self) -> float:
        return self.seconds_per_row * self.rows_in_all

    @property
    def cost_in_all(self) -> float | None:
        return None if self.cost_per_row is None else self.cost_per_row * self.rows_in_all

    def said(self) -> str:
        """The verdict in a sentence."""
        low, high = self.interval_pct
        rows = f"{self.smape_pct:.1f} % SMAPE on {len(self.table)} train rows ({low:.1f} to {high:.1f} at 90 %)"
        rule = f"{'under' if self.verdict == 'consider' else 'not under'} the rule's {RULE_PCT:.0f} %"
        if not self.straddles:
            return f"{self.verdict.capitalize()}: {rows}, {rule}."
        return (
            f"{self.verdict.capitalize()}, but not surely: {rows}, {rule}; the interval holds {RULE_PCT:.0f} %, so"
            " other rows might have said otherwise."
        )

    def to_json(self) -> JsonDict:
        """The numbers, without the rows."""
        failures: JsonDict = {**self.failures}
        low, high = self.interval_pct
        compared: JsonDict | None = None
        if self.compared is not None:
            compared = {
                "name": self.compared.name,
                "smape_pct": self.compared.smape_pct,
                "difference_pct": self.compared.difference_pct,
                "interval_90_pct": [*self.compared.interval_pct],
            }
        return {
            "rows": len(self.table),
            "smape_pct": self.smape_pct,
            "interval_90_pct": [low, high],
            "priced_smape_pct": None if np.isnan(self.priced_smape_pct) else self.priced_smape_pct,
            "failed": sum(self.failures.values()),
            "failures": failures,
            "verdict": self.verdict,
            "interval_holds_the_rule": self.straddles,
            "said": self.said(),
            "seconds_per_row": self.seconds_per_row,
            "cost_per_row": self.cost_per_row,
            "rows_in_all": self.rows_in_all,
            "seconds_in_all": self.seconds_in_all,
            "cost_in_all": self.cost_in_all,
            "against_best_run": compared,
        }


def probe_inputs(
    catalog: Catalog, images: Path | None, *, store: ArtifactStore, n_rows: int = PROBE_ROWS, seed: int = 0
) -> Inputs:
    """The probe's rows as inputs: train rows drawn by :func:`core.llm.drawn.draw_rows`, no test row."""
    ids = draw_rows(catalog, n_rows, seed=seed, store=store)
    items = SplitFrame(catalog.items.train.loc[ids], catalog.items.test.iloc[:0])
    part = Catalog(catalog.name, items, catalog.price.loc[ids], catalog.key)
    return inputs_of(part, PRICE_TASK, images, store=store)


def probe_answers(model: str, *, store: ArtifactStore) -> dict[str, Answer]:
    """Everything that the model has said of prices so far, by key of the input."""
    return read_answers(answers_path(store, PRICE_TASK.key(model)))


def plan_probe(inputs: Inputs, answers: dict[str, Answer], endpoint: Endpoint, spec: AskSpec) -> SendPlan:
    """What :func:`ask_probe` would send; nothing is sent."""
    questions = inputs.first(None)
    return plan_of(
        WHAT,
        inputs.products,
        questions,
        left_of(questions, answers, spec.retry),
        inputs.with_photo,
        answers,
        endpoint,
        tariff=spec.tariff,
        concurrency=spec.send.concurrency,
        tokens_out=PRICE_TASK.usual_tokens,
    )


def ask_probe(
    inputs: Inputs, endpoint: Endpoint, spec: AskSpec, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> AskSummary:
    """Ask for the prices; this sends the texts. As :func:`core.llm.ask_attributes` otherwise."""
    return ask(PRICE_TASK, inputs.first(None), endpoint, spec, store=store, report=report)


def read_probe(
    catalog: Catalog,
    inputs: Inputs,
    answers: Mapping[str, Answer],
    *,
    tariff: Tariff,
    concurrency: int,
    run: pd.Series | None = None,
    run_name: str = "",
    seed: int = 0,
) -> Probe | None:
    """The probe from its answers; None while a row was not asked.

    Args:
        run: Prices that another model predicts out of fold, in dollars, indexed by ``sample_id``.
        run_name: What that model is called.
        seed: Of the rows drawn again.
    """
    keys = inputs.keys.train["key"]
    if any(key and key not in answers for key in keys):
        return None
    table = _table(catalog, keys, answers)
    scores: FloatArray = table["smape_pct"].to_numpy(dtype=np.float64)
    priced = table["status"].eq(OK).to_numpy()
    asked = [answers[key] for key in dict.fromkeys(keys) if key]
    tokens = sum(answer.tokens_in for answer in asked), sum(answer.tokens_out for answer in asked)
    cost = tariff.cost(*tokens)
    return Probe(
        table,
        float(scores.mean()),
        _interval(scores, seed),
        float(scores[priced].mean()) if priced.any() else float("nan"),
        dict(Counter(table["status"][~priced])),
        sum(answer.seconds for answer in asked) / len(asked) / concurrency if asked else 0.0,
        None if cost is None else cost / max(1, len(asked)),
        catalog.n_train + catalog.n_test,
        None if run is None else _paired(table, run, run_name, seed),
    )


def _table(catalog: Catalog, keys: pd.Series, answers: Mapping[str, Answer]) -> pd.DataFrame:
    blank = Answer("", "empty", {}, detail="the catalogue has no text")
    found = [answers[key] if key else blank for key in keys]
    price = catalog.price.loc[keys.index].to_numpy(dtype=np.float64)
    predicted = np.array([_price(answer.value.get("price")) for answer in found], dtype=np.float64)
    good = np.isfinite(predicted)
    scores = np.where(good, row_smape_pct(price, np.where(good, predicted, price)), FAILED_PCT)
    return pd.DataFrame(
        {
            "price": price,
            "predicted": predicted,
            "status": pd.array([answer.status for answer in found], dtype="str"),
            "smape_pct": scores,
            "detail": pd.array([answer.detail for answer in found], dtype="str"),
        },
        index=keys.index,
    )


def _price(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _interval(values: FloatArray, seed: int) -> tuple[float, float]:
    """Percentile bootstrap of the mean, rows drawn alike; the strata are left out, which errs to the wide side."""
    draw = np.random.default_rng(seed)
    means = values[draw.integers(0, len(values), (_DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _paired(table: pd.DataFrame, run: pd.Series, name: str, seed: int) -> Paired:
    price = table["price"].to_numpy(dtype=np.float64)
    other = row_smape_pct(price, run.loc[table.index].to_numpy(dtype=np.float64))
    difference = table["smape_pct"].to_numpy(dtype=np.float64) - other
    return Paired(name, float(other.mean()), float(difference.mean()), _interval(difference, seed))
