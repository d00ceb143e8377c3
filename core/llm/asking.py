"""A run of questions: bounded in number at once, tried again where that may help, each ending as value or failure."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from core.errors import InputError
from core.event_loop import in_own_loop
from core.llm.answers import OK, RETRIED, UNANSWERED, BadAnswer, said
from core.llm.endpoint import Endpoint, SendSpec, Tariff
from core.llm.gauge import Gauge
from core.llm.kept import Answer, AnswerFile
from core.llm.key import ApiKey
from core.llm.send import FORMS, Form, Reply, body_of, send
from core.llm.task import CHARS_PER_TOKEN, AskSummary, Question, Task
from core.types import JsonDict, JsonValue, ProgressFn

if TYPE_CHECKING:
    import httpx

_LOOK_EVERY_S: Final = 0.2


@dataclass
class Asking:
    """A run's state; :meth:`drive` runs it."""

    task: Task
    endpoint: Endpoint
    questions: Sequence[Question]
    file: AnswerFile
    spec: SendSpec
    key: ApiKey
    tariff: Tariff
    max_cost: float | None
    gauge: Gauge
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    asked: int = 0
    stopped: str = ""
    _heard: bool = False
    _form: Form = "schema"
    _sure_of_form: bool = False
    _resume_at: float = 0.0
    _under_way: int = 0
    _held: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue = deque(self.questions)
        self._random = random.Random(self.spec.seed)
        self._form = "schema" if self.task.schema is not None else "plain"

    async def drive(self, report: ProgressFn) -> None:
        """Ask every question.

        Raises:
            InputError: Nobody answers, or the server wants another key or more patience; what is finished is kept.
            StorageError: The disk refused.
            Cancelled: From ``report``.
        """
        import httpx

        limits = httpx.Limits(max_connections=self.spec.concurrency)
        wait = httpx.Timeout(
            self.spec.stall_s, connect=self.spec.connect_s, pool=self.spec.total_s, write=self.spec.stall_s
        )
        # Nothing of the environment: a proxy would see what was meant for this machine, a .netrc holds other keys.
        async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=wait, limits=limits) as client:
            workers = [asyncio.create_task(self._work(client)) for _ in range(self.spec.concurrency)]
            try:
                await self._watch(workers, report)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
        self._end()

    async def _watch(self, workers: list[asyncio.Task[None]], report: ProgressFn) -> None:
        left: set[asyncio.Task[None]] = set(workers)
        while left:
            ended, left = await asyncio.wait(left, timeout=_LOOK_EVERY_S)
            for worker in ended:
                worker.result()
            cost = self.tariff.cost(self.tokens_in, self.tokens_out)
            report(self.gauge.fraction, self.gauge.words(time.monotonic(), cost))

    async def _work(self, client: httpx.AsyncClient) -> None:
        while self._queue and not self.stopped:
            if self._too_dear():
                # What is under way may turn out cheaper than the mean.
                if not self._under_way:
                    self.stopped = "cost"
                await asyncio.sleep(_LOOK_EVERY_S / 10)
                continue
            question = self._queue.popleft()
            self._under_way += 1
            try:
                self._settle(await self._ask(client, question))
            finally:
                self._under_way -= 1

    def _too_dear(self) -> bool:
        """True when one more question may pass the limit, those under way counted as dear as the mean so far."""
        spent = self.tariff.cost(self.tokens_in, self.tokens_out)
        if self.max_cost is None or spent is None:
            return False
        if self.asked:
            each = spent / self.asked
        else:
            tokens = self._queue[0].chars / CHARS_PER_TOKEN
            each = self.tariff.cost(tokens, self.task.usual_tokens) or 0.0
        return spent + each * (self._under_way + 1) > self.max_cost

    async def _ask(self, client: httpx.AsyncClient, question: Question) -> Answer:
        """Ask until there is a value, a failure that stays, or no attempt left."""
        begun = time.monotonic()
        tokens_in = tokens_out = attempts = 0
        messages = await asyncio.to_thread(question.messages)
        while True:
            attempts += 1
            reply = await self._in_some_form(client, messages)
            more_in, more_out = self._counted(reply, question)
            tokens_in, tokens_out = tokens_in + more_in, tokens_out + more_out
            if reply.status not in RETRIED or attempts >= self.spec.attempts:
                break
            await self._patience(reply, attempts)
        status, value, detail = self._value(reply)
        return Answer(
            question.key,
            status,
            value,
            seconds=round(time.monotonic() - begun, 3),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            attempts=attempts,
            at=self.endpoint.where,
            detail=detail,
        )

    async def _in_some_form(self, client: httpx.AsyncClient, messages: list[JsonValue]) -> Reply:
        """Ask in the richest form that the server takes; which one that is, is learnt from the first that it takes."""
        forms = FORMS[FORMS.index(self._form) :]
        reply = Reply("rejected")
        for form in forms[:1] if self._sure_of_form else forms:
            await self._until_welcome()
            body = body_of(self.endpoint, messages, form, schema=self.task.schema, max_tokens=self.task.max_tokens)
            self.requests += 1
            reply = await send(client, self.endpoint, body, self.spec, self.key)
            if reply.status == OK:
                self._form = form if not self._sure_of_form else self._form
                self._sure_of_form = True
            if reply.status != "rejected":
                break
        return reply

    async def _until_welcome(self) -> None:
        while (wait := self._resume_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    async def _patience(self, reply: Reply, attempts: int) -> None:
        """Wait before another attempt; a server that throttles is left alone by all, for as long as it has asked."""
        if reply.retry_after_s > self.spec.retry_after_max_s:
            raise InputError(
                f"{self.endpoint.where} asks to be left alone for {reply.retry_after_s:,.0f} s.",
                "Start again then; what is finished is kept.",
            )
        most = min(self.spec.backoff_max_s, self.spec.backoff_s * 2.0 ** (attempts - 1))
        pause = reply.retry_after_s or (most / 2 if reply.status == "throttled" else 0.0)
        if pause:
            self._resume_at = max(self._resume_at, time.monotonic() + pause)
        await asyncio.sleep(reply.retry_after_s + self._random.uniform(0.0, most))

    def _counted(self, reply: Reply, question: Question) -> tuple[int, int]:
        """Tokens of a reply, estimated where the server does not count; none where no model has spoken."""
        if reply.http != 200:
            return 0, 0
        tokens_in = round(question.chars / CHARS_PER_TOKEN) if reply.tokens_in is None else reply.tokens_in
        tokens_out = round(len(reply.content) / CHARS_PER_TOKEN) if reply.tokens_out is None else reply.tokens_out
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        return tokens_in, tokens_out

    def _value(self, reply: Reply) -> tuple[str, JsonDict, str]:
        if reply.status != OK:
            return reply.status, {}, reply.detail
        try:
            value = self.task.parse(reply.content, reply.cut)
        except BadAnswer as bad:
            return bad.kind, {}, said(self.key.hidden_in(str(bad)))
        # The key may have come spelt with JSON's escapes.
        return OK, {name: self._plain(item) for name, item in value.items()}, ""

    def _plain(self, item: JsonValue) -> JsonValue:
        return self.key.hidden_in(item) if isinstance(item, str) else item

    def _settle(self, answer: Answer) -> None:
        """Keep an answer. Failures of the endpoint are held back until it is sure that it is not gone altogether; so
        are requests that it does not take, while it has taken none: the model's name may be wrong."""
        if answer.status in UNANSWERED or (answer.status == "rejected" and not self._heard):
            self._held.append(answer)
            if answer.status == "denied" and not self._heard:
                raise self._nobody(answer)
            if len(self._held) >= self.spec.gives_up:
                raise self._nobody(answer)
            return
        self._heard = True
        self._keep_held()
        self._keep(answer)

    def _keep_held(self) -> None:
        while self._held:
            self._keep(self._held.pop(0))

    def _keep(self, answer: Answer) -> None:
        self.file.append(answer)
        self.asked += 1
        self.gauge.count(failed=answer.status != OK)

    def _end(self) -> None:
        if self._held and not self._heard:
            raise self._nobody(self._held[-1])
        self._keep_held()

    def _nobody(self, answer: Answer) -> InputError:
        kind = answer.status.replace("_", " ")
        return InputError(
            f"{self.endpoint.where} gave no usable answer to {len(self._held)} in a row ({kind}: {answer.detail}).",
            "See to the endpoint, its address and its key, then start again; what is finished is kept.",
        )


def run_asking(asking: Asking, every: Sequence[Question], report: ProgressFn) -> AskSummary:
    """Run it in a loop of its own, also where one runs already, as in a notebook.

    Args:
        every: The questions that the counts are of, with those that were asked before.

    Raises:
        As :meth:`Asking.drive`.
    """
    begun = time.monotonic()
    if asking.questions:
        in_own_loop(lambda: asking.drive(report))
    answers = asking.file.answers
    counts = Counter(answers[q.key].status if q.key in answers else "pending" for q in every)
    cost = asking.tariff.cost(asking.tokens_in, asking.tokens_out)
    return AskSummary(
        dict(counts),
        asking.asked,
        asking.requests,
        asking.tokens_in,
        asking.tokens_out,
        cost,
        time.monotonic() - begun,
        asking.stopped,
    )
