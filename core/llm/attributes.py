"""Attributes of every product as a model reads them: planned, asked, kept, and laid out as a side table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.llm.asking import Asking, run_asking
from core.llm.endpoint import Endpoint, SendSpec, Tariff
from core.llm.gauge import Gauge
from core.llm.inputs import Inputs, inputs_of
from core.llm.kept import Answer, AnswerFile, answers_path, answers_stamp, check_failures, read_answers, settled
from core.llm.key import ApiKey
from core.llm.plan import SendPlan, plan_of
from core.llm.prompts import ATTRIBUTES, SCHEMA
from core.llm.reading import read_attributes
from core.llm.task import AskSummary, Question, Task
from core.store import ArtifactStore
from core.types import Catalog, ProgressFn, no_progress

ATTRIBUTES_TASK: Final = Task("attributes", ATTRIBUTES, read_attributes, SCHEMA, max_tokens=2048, usual_tokens=70.0)
WHAT: Final = "brand, category, quality words and size, as a JSON object"


@dataclass(frozen=True)
class AskSpec:
    """How products are asked about.

    Attributes:
        images: Folder of photos that are sent too; None sends texts alone.
        limit: Only the first so many inputs, in an order as good as drawn by lot; None for all.
        retry: Failures of earlier runs to ask again.
        tariff: Prices of tokens.
        max_cost: Dollars that a run may cost; it stops before a question that may pass them.
        send: Limits and manners.
    """

    images: Path | None = None
    limit: int | None = None
    retry: tuple[str, ...] = ()
    tariff: Tariff = field(default_factory=Tariff)
    max_cost: float | None = None
    send: SendSpec = field(default_factory=SendSpec)

    def __post_init__(self) -> None:
        check_failures(self.retry)
        if self.limit is not None and self.limit < 1:
            raise InputError(f"a limit of {self.limit} rows.", "Give 1 or more.")
        if self.max_cost is not None and not (self.max_cost > 0 and self.tariff.known):
            raise InputError(
                "a limit of the cost needs to be above 0, and needs the prices of tokens.",
                "Give the price of a million tokens in and out.",
            )


def attribute_inputs(catalog: Catalog, images: Path | None, *, store: ArtifactStore) -> Inputs:
    """The catalogue's products as inputs; see :func:`core.llm.inputs.inputs_of`."""
    return inputs_of(catalog, ATTRIBUTES_TASK, images, store=store)


def attribute_answers(model: str, *, store: ArtifactStore) -> dict[str, Answer]:
    """Everything that the model has answered so far, by key of the input."""
    return read_answers(answers_path(store, ATTRIBUTES_TASK.key(model)))


def attributes_stamp(model: str, *, store: ArtifactStore) -> str:
    """Changes whenever the model has answered more; ``""`` before its first answer."""
    return answers_stamp(answers_path(store, ATTRIBUTES_TASK.key(model)))


def plan_attributes(inputs: Inputs, answers: dict[str, Answer], endpoint: Endpoint, spec: AskSpec) -> SendPlan:
    """What :func:`ask_attributes` would send; nothing is sent."""
    questions = inputs.first(spec.limit)
    return plan_of(
        WHAT,
        rows_of(inputs, questions),
        questions,
        left_of(questions, answers, spec.retry),
        inputs.with_photo,
        answers,
        endpoint,
        tariff=spec.tariff,
        concurrency=spec.send.concurrency,
        tokens_out=ATTRIBUTES_TASK.usual_tokens,
    )


def ask_attributes(
    inputs: Inputs,
    endpoint: Endpoint,
    spec: AskSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> AskSummary:
    """Ask for the attributes of all products that were not asked about yet; this sends them.

    Every answer is on the disk the moment it is there. A second call asks nothing.

    Args:
        report: Called several times a second; may raise :class:`core.errors.Cancelled`.

    Raises:
        InputError: As :meth:`core.llm.asking.Asking.drive`, or the same is being asked already.
        StorageError: The disk refused.
    """
    return ask(ATTRIBUTES_TASK, inputs.first(spec.limit), endpoint, spec, store=store, report=report)


def ask(
    task: Task,
    questions: Sequence[Question],
    endpoint: Endpoint,
    spec: AskSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn,
) -> AskSummary:
    """Ask what is left of the questions, with the key from the environment; see :func:`ask_attributes`."""
    key = ApiKey.from_environment()
    file = AnswerFile(answers_path(store, task.key(endpoint.model)))
    try:
        left = left_of(questions, file.answers, spec.retry)
        gauge = Gauge(len(questions), len(questions) - len(left))
        asking = Asking(
            task, endpoint, left, file, spec.send, key, tariff=spec.tariff, max_cost=spec.max_cost, gauge=gauge
        )
        return run_asking(asking, questions, report)
    finally:
        file.close()


def left_of(questions: Sequence[Question], answers: dict[str, Answer], retry: tuple[str, ...] = ()) -> list[Question]:
    """The questions that a run would ask."""
    done = settled(answers.values(), retry)
    return [question for question in questions if question.key not in done]


def rows_of(inputs: Inputs, questions: Sequence[Question]) -> int:
    """Products that the questions concern."""
    rows = Counter(inputs.keys.train["key"]) + Counter(inputs.keys.test["key"])
    return sum(rows[question.key] for question in questions)
