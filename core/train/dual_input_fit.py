"""Training the dual-input network with PyTorch: several nets at once, AdamW, weights averaged over the last steps.

Every draw comes from a generator of the fit's own and every sum is made by one thread, so that on a CPU the same data
and seed give the same bits, whatever other fold is being fitted beside it.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.train.dual_input_net import halved
from core.train.losses import CORE
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray

N_NETS: Final = 4
WIDTHS: Final = {"text": 48, "image": 32, "table": 64}
HIDDEN: Final = 64
DROPPED: Final = {"text": 0.3, "image": 0.3, "table": 0.1}
HIDDEN_DROPPED: Final = 0.1
MOST_ROWS, FEWEST_ROWS, STEPS_AN_EPOCH = 256, 16, 20
"""A step takes at most so many rows, and fewer where an epoch would be too few steps."""
AVERAGED: Final = 0.99
"""Share of the old in the running mean of the weights; it lowers SMAPE by 0.4 and makes the curve smooth."""
RATE, DECAY = 0.05, 0.01
"""AdamW's step size and weight decay for a learning rate and an ``l2`` of 1, which are in the trees' units."""


@functools.lru_cache(maxsize=1)
def device() -> str:
    """``"cuda"`` when a card answers, else ``"cpu"``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@dataclass
class _Scope:
    """How PyTorch stood before the first fit began; several folds may be inside."""

    inside: int = 0
    threads: int = 1
    deterministic: bool = False
    warn_only: bool = False


_SCOPE = _Scope()
_SCOPE_LOCK = threading.Lock()


@contextmanager
def repeatable(on: str) -> Iterator[None]:
    """One thread and deterministic operations inside, and everything as it was once the last fit has left.

    The settings are PyTorch's globals, so folds that are fitted side by side share them.
    """
    import torch

    with _SCOPE_LOCK:
        if not _SCOPE.inside:
            _SCOPE.threads = torch.get_num_threads()
            _SCOPE.deterministic = torch.are_deterministic_algorithms_enabled()
            _SCOPE.warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
        _SCOPE.inside += 1
        # Each thread has a number of its own, so every fold says it.
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True, warn_only=on != "cpu")
    try:
        yield
    finally:
        with _SCOPE_LOCK:
            _SCOPE.inside -= 1
            if not _SCOPE.inside:
                torch.set_num_threads(_SCOPE.threads)
                torch.use_deterministic_algorithms(_SCOPE.deterministic, warn_only=_SCOPE.warn_only)


@dataclass(frozen=True)
class _Shape:
    """Widths and dropped shares of the branches, in their order."""

    widths: tuple[int, ...]
    dropped: tuple[float, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> _Shape:
        return cls(tuple(WIDTHS[name] for name in names), tuple(DROPPED[name] for name in names))


def train_epochs(
    names: Sequence[str],
    features: Sequence[Float32Array],
    goal: Float32Array,
    spec: TrainSpec,
    *,
    epochs: int,
    on: str,
) -> Iterator[list[np.ndarray]]:
    """The weights after each epoch, as :class:`core.train.dual_input_net.Epochs` keeps them.

    Args:
        names: Of the branches.
        features: Of each branch, shape (n_fit, n_features).
        goal: ``log_price`` less a constant, shape (n_fit,).
        on: Device.
    """
    import torch

    draw = torch.Generator(device=on).manual_seed(spec.seed)
    shape = _Shape.of(names)
    weights = _begin([x.shape[1] for x in features], shape, draw, on)
    kept = [value.detach().clone() for value in weights]
    optimiser = torch.optim.AdamW(
        [
            {"params": weights[0::2], "weight_decay": DECAY * spec.l2},
            {"params": weights[1::2], "weight_decay": 0.0},
        ],
        lr=RATE * spec.learning_rate,
    )
    inputs, target = [torch.from_numpy(x).to(on) for x in features], torch.from_numpy(goal).to(on)
    loss, step = loss_of(spec), 0
    for _ in range(epochs):
        for rows in _batches(len(goal), draw, on):
            found = _forward([x[rows] for x in inputs], weights, shape, draw)
            optimiser.zero_grad(set_to_none=True)
            loss(found - target[rows]).mean(dim=1).sum().backward()
            optimiser.step()
            step += 1
            with torch.no_grad():
                for mean, value in zip(kept, weights, strict=True):
                    # At first the mean is of few steps, so that the beginning is soon forgotten.
                    mean.lerp_(value, 1.0 - min(AVERAGED, (1.0 + step) / (10.0 + step)))
        yield halved([value.cpu().numpy() for value in kept])


def _begin(n_features: Sequence[int], shape: _Shape, draw: Any, on: str) -> list[Any]:
    import torch

    total = sum(shape.widths)
    sizes = [*zip(n_features, shape.widths, strict=True), (total, HIDDEN), (HIDDEN, 1)]
    begun = []
    for n_in, n_out in sizes:
        spread = 2.0 * torch.rand(N_NETS, n_in, n_out, generator=draw, device=on) - 1.0
        begun += [(spread / n_in**0.5).requires_grad_(), torch.zeros(N_NETS, 1, n_out, device=on, requires_grad=True)]
    return begun


def _batches(n_rows: int, draw: Any, on: str) -> Iterator[Any]:
    """Places of the rows of each step, shape (n_nets, n_batch): every net sees every row once, in its own order."""
    import torch

    size = max(FEWEST_ROWS, min(MOST_ROWS, n_rows // STEPS_AN_EPOCH))
    orders = torch.stack([torch.randperm(n_rows, generator=draw, device=on) for _ in range(N_NETS)])
    yield from torch.split(orders, size, dim=1)


def _forward(inputs: Sequence[Any], weights: Sequence[Any], shape: _Shape, draw: Any) -> Any:
    import torch

    made = [
        _dropped(torch.relu(x @ weights[2 * place] + weights[2 * place + 1]), shape.dropped[place], draw)
        for place, x in enumerate(inputs)
    ]
    hidden = torch.relu(torch.cat(made, dim=-1) @ weights[-4] + weights[-3])
    return (_dropped(hidden, HIDDEN_DROPPED, draw) @ weights[-2] + weights[-1])[..., 0]


def _dropped(value: Any, share: float, draw: Any) -> Any:
    import torch

    kept = torch.rand(value.shape, generator=draw, device=value.device) >= share
    return value * kept / (1.0 - share)


def loss_of(spec: TrainSpec) -> Callable[[Any], Any]:
    """The loss of residuals (prediction less goal), one value each; smooth enough as they are for small steps."""
    import torch

    def huber(residual: Any) -> Any:
        size = residual.abs()
        return torch.where(size < CORE, 0.5 * size**2 / CORE, size - 0.5 * CORE)

    def quantile(residual: Any) -> Any:
        return torch.maximum(-spec.quantile * residual, (1.0 - spec.quantile) * residual)

    def smape(residual: Any) -> Any:
        return 2.0 * torch.tanh(residual.abs() / 2.0)

    losses: dict[str, Callable[[Any], Any]] = {"huber": huber, "quantile": quantile, "smape": smape}
    return losses.get(spec.loss, torch.abs)


def goal_of(log_price: FloatArray) -> tuple[Float32Array, float]:
    """What the nets aim at, and the constant that was taken off: the median of the fitted rows."""
    level = float(np.median(log_price))
    return (log_price - level).astype(np.float32), level
