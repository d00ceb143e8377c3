"""A search that is kept: Optuna's journal, one JSON line an event, appended and never unpickled.

A kill may cut the last line short and leave the lock behind. Only one process searches in a journal at a time (jobs run
one by one), so that both are mended when it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from core.errors import StorageError
from core.train import TrainSpec

if TYPE_CHECKING:
    import optuna

STARTUP_TRIALS: Final = 5
WARMUP_STEPS: Final = 4
FOLDER: Final = "studies"


def open_study(path: Path, *, seed: int) -> optuna.Study:
    """The study kept in ``path``, or a new one; trials that a kill left running are marked as failed.

    Raises:
        StorageError: The disk refused.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _mend(path)
        storage = JournalStorage(JournalFileBackend(str(path)))
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}). Free some space.") from error
    study = optuna.create_study(
        storage=storage,
        study_name=path.stem,
        load_if_exists=True,
        direction="minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS, n_warmup_steps=WARMUP_STEPS),
    )
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
    # Going on with the same numbers would ask for the same points again.
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials), n_startup_trials=2 * STARTUP_TRIALS)
    return study


RANGES: Final[Mapping[str, tuple[float, float, bool]]] = MappingProxyType(
    {
        "learning_rate": (0.015, 0.12, True),
        "leaves": (8, 128, True),
        "min_leaf_rows": (5, 100, True),
        "column_share": (0.15, 1.0, False),
        "row_share": (0.4, 1.0, False),
        "l2": (0.1, 50.0, True),
    }
)
"""What is searched: from, to, and whether in logarithms."""


def suggest(trial: optuna.Trial, spec: TrainSpec) -> dict[str, float | int]:
    """Settings to try, by their names in :class:`core.train.TrainSpec`; the ranges reach as far as ``spec`` itself."""
    found: dict[str, float | int] = {}
    for name, (low, high, log) in RANGES.items():
        start = getattr(spec, name)
        low, high = min(low, max(start, 1e-6)), max(high, start)
        if isinstance(start, int):
            found[name] = trial.suggest_int(name, int(low), int(high), log=log)
        else:
            found[name] = round(trial.suggest_float(name, low, high, log=log), 5)
    return found


def tried_first(spec: TrainSpec) -> dict[str, float | int]:
    """The settings that the search starts from, so that it knows what it has to beat."""
    return {name: getattr(spec, name) for name in RANGES}


def importances(study: optuna.Study) -> Mapping[str, float]:
    """Share of each setting in what decides a good score, adding up to 1, the largest first; empty for few trials."""
    import optuna

    done = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if len(done) < STARTUP_TRIALS or len({trial.value for trial in done}) < 2:
        return {}
    found = optuna.importance.get_param_importances(study)
    return {name: float(share) for name, share in sorted(found.items(), key=lambda item: -item[1])}


def spent_seconds(study: optuna.Study) -> float:
    """What all ended trials took."""
    return sum(trial.duration.total_seconds() for trial in study.trials if trial.duration is not None)


def _mend(path: Path) -> None:
    for ending in (".lock", ".lock.rename"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    if not path.exists():
        return
    text = path.read_bytes()
    whole = text.rfind(b"\n") + 1
    if whole < len(text):
        with path.open("r+b") as file:
            file.truncate(whole)
