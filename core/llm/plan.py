"""What would be sent, where to, and what it would cost: said before anything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.llm.answers import UNANSWERED
from core.llm.endpoint import Endpoint, Tariff
from core.llm.gauge import dollars
from core.llm.kept import Answer
from core.llm.key import KEY_VARIABLE, key_is_set
from core.llm.task import CHARS_PER_TOKEN, Question
from core.spans import span

SAMPLE: Final = 20
"""Rows of the timed sample."""
LEAST_MEASURED: Final = 5
PHOTO_TOKENS: Final = 500.0
"""Rule of thumb for a photo of 512 px; models differ widely, the sample tells."""


@dataclass(frozen=True)
class SendPlan:
    """What a run would send.

    Attributes:
        what: What is asked for, in words.
        products: Rows of the catalogue that it concerns.
        inputs: Different texts (with photos) among them.
        to_ask: Those that were not asked yet.
        photos: Photos among those.
        tokens_in, tokens_out: Of those, estimated.
        cost: Dollars for them, None without prices.
        seconds: That they take, None without a sample.
        measured: Answers of this endpoint that the estimates rest on; 0 for a rule of thumb.
    """

    endpoint: Endpoint
    what: str
    products: int
    inputs: int
    to_ask: int
    photos: int
    tokens_in: float
    tokens_out: float
    cost: float | None
    seconds: float | None
    measured: int

    def lines(self) -> list[str]:
        """Which fields, how much, where to, and what it costs; for the page and the terminal."""
        photo = f" and {self.photos:,} photos (at most 512 px)" if self.photos else "; no photos"
        basis = (
            f"measured on {self.measured:,} answers"
            if self.measured
            else f"a rule of thumb until {LEAST_MEASURED} are answered"
        )
        key = "with the key from" if key_is_set() else "without a key; none in"
        plain = "; not encrypted, so anyone on the way can read it" if self.endpoint.readable else ""
        cost = "no price of tokens given, so no cost" if self.cost is None else f"about {dollars(self.cost)}"
        took = "time not known before that" if self.seconds is None else f"about {span(max(1.0, self.seconds))}"
        return [
            f"Asked for: {self.what}.",
            f"Sent: the field catalog_content of {self.to_ask:,} different products{photo}. Never sent: prices,"
            " sample_id, image_link.",
            f"To: {self.endpoint.where}, model {self.endpoint.model}, {key} {KEY_VARIABLE}{plain}.",
            f"How much: about {self.tokens_in:,.0f} tokens in, {self.tokens_out:,.0f} out ({basis}); {cost}; {took}.",
            f"Already answered: {self.inputs - self.to_ask:,} of {self.inputs:,}, for {self.products:,} rows.",
        ]


def plan_of(
    what: str,
    products: int,
    questions: Sequence[Question],
    left: Sequence[Question],
    with_photo: frozenset[str],
    answers: Mapping[str, Answer],
    endpoint: Endpoint,
    *,
    tariff: Tariff,
    concurrency: int,
    tokens_out: float,
) -> SendPlan:
    """The plan for the questions that are ``left`` of ``questions``.

    Time is by Little's law: with ``concurrency`` requests under way, one ends every mean time of a request divided by
    ``concurrency``. All means are of the endpoint's own answers, once there are :data:`LEAST_MEASURED`.
    """
    photos = sum(question.key in with_photo for question in left)
    seen = [answer for answer in answers.values() if answer.at == endpoint.where and answer.status not in UNANSWERED]
    measured = len(seen) if len(seen) >= LEAST_MEASURED else 0
    if measured:
        each_in = sum(answer.tokens_in for answer in seen) / measured
        each_out = sum(answer.tokens_out for answer in seen) / measured
        each_s = sum(answer.seconds for answer in seen) / measured
        told_in, told_out = each_in * len(left), each_out * len(left)
        seconds: float | None = each_s * len(left) / concurrency
    else:
        told_in = sum(question.chars for question in left) / CHARS_PER_TOKEN + PHOTO_TOKENS * photos
        told_out, seconds = tokens_out * len(left), None
    return SendPlan(
        endpoint,
        what,
        products,
        len(questions),
        len(left),
        photos,
        told_in,
        told_out,
        tariff.cost(told_in, told_out),
        seconds,
        measured,
    )
