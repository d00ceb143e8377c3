"""Can a classifier tell train rows from test rows? Where it cannot, the gap between scores is not shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.shift.auc import Auc, auc_interval, single_auc
from core.shift.design_matrix import design_matrix
from core.types import ID, BoolArray, FloatArray, JsonDict, SplitFrame

NO_SHIFT_AUC = 0.53
"""An AUC below it changes no forecast by more than its noise, however many rows make it certain."""
MIN_ROWS = 20


@dataclass(frozen=True)
class AdversarialSpec:
    """How the two files are told apart.

    Attributes:
        seed: Draws the folds.
        n_folds: Cross-fitting folds.
        penalty_c: scikit-learn's ``C`` of the logistic regression, divided by the rows: small = strong penalty.
        max_fit_rows: Rows that a fold's classifier learns from at most; more change the AUC by less than its noise.
        level: Level of the interval.
    """

    seed: int = 0
    n_folds: int = 5
    max_fit_rows: int = 30_000
    penalty_c: float = 30.0
    level: float = 0.9

    def __post_init__(self) -> None:
        if self.n_folds < 2 or not self.penalty_c > 0 or not 0 < self.level < 1:
            raise InputError(f"{self} cannot be used.", "Use 2 folds or more, a positive penalty, a level in 0 to 1.")


@dataclass(frozen=True)
class Adversarial:
    """How far train and test can be told apart.

    Attributes:
        auc, low, high: Cross-fitted AUC with all columns and its interval; 0.5 = not at all.
        by_modality: The same with the columns of one modality only.
        propensity: Cross-fitted chance that a row is a test row, ``SplitFrame`` with the column ``propensity``.
        top_columns: ``column``, ``modality``, ``weight`` (standardised coefficient; positive = more in test),
            ``auc_alone`` (of the column by itself, NaN for a category); strongest first.
        n_train, n_test: Rows compared.
    """

    auc: float
    low: float
    high: float
    by_modality: Mapping[str, Auc]
    propensity: SplitFrame
    top_columns: pd.DataFrame
    n_train: int
    n_test: int

    def weights(self, *, low: float = 0.05, high: float = 10.0) -> pd.Series:
        """Weight of each train row that makes train look like test: odds by set size, clipped, mean 1."""
        chance = self.propensity.train["propensity"]
        odds = (chance / (1.0 - chance) * (self.n_train / max(1, self.n_test))).clip(low, high)
        return (odds / odds.mean()).rename("weight")

    def to_json(self) -> JsonDict:
        """The ``shift`` part of ``report.json``, without the duplicates."""
        return {
            "adversarial_auc": self.auc,
            "auc_low": self.low,
            "auc_high": self.high,
            "by_modality": {name: auc.value for name, auc in self.by_modality.items()},
        }


def adversarial(
    features: SplitFrame, *, modalities: Mapping[str, Sequence[str]] | None = None, spec: AdversarialSpec | None = None
) -> Adversarial:
    """Adversarial validation by a cross-fitted, strongly penalised logistic regression.

    A file of fewer than :data:`MIN_ROWS` rows decides nothing: the AUC is 0.5, between 0 and 1, every weight one.

    Columns must be exchangeable when the files are alike: a count of train rows belongs in here only as
    :func:`core.shift.fold_support` makes it.

    Args:
        features: Numeric and category columns; missing is NaN.
        modalities: Name to columns; ``{"all columns": …}`` when None.

    Raises:
        InputError: No column varies.
    """
    spec = spec or AdversarialSpec()
    n_train, n_test = len(features.train), len(features.test)
    if min(n_train, n_test) < MIN_ROWS:
        return _undecided(features)
    groups = dict(modalities or {"all columns": features.columns})
    stacked = features.stacked()
    matrix, origin = design_matrix(stacked[[column for columns in groups.values() for column in columns]])
    if not origin:
        raise InputError("no column varies between the rows.", "Give at least one that does.")
    is_test = np.arange(len(stacked)) >= n_train
    chance, weight = _cross_fit(matrix, is_test, spec)
    total = auc_interval(is_test, chance, level=spec.level)
    by_modality = {name: _modality_auc(matrix, origin, columns, is_test, spec) for name, columns in groups.items()}
    propensity = SplitFrame.unstacked(
        pd.DataFrame({"propensity": chance}, index=pd.Index(stacked.index, name=ID)), n_train
    )
    top = _top_columns(stacked, origin, weight, groups, is_test)
    return Adversarial(total.value, total.low, total.high, by_modality, propensity, top, n_train, n_test)


def _undecided(features: SplitFrame) -> Adversarial:
    sides = (pd.DataFrame({"propensity": 0.5}, index=side.index) for side in (features.train, features.test))
    top = pd.DataFrame({"column": [], "modality": [], "weight": [], "auc_alone": []}).astype({"column": "str"})
    return Adversarial(0.5, 0.0, 1.0, {}, SplitFrame(*sides), top, len(features.train), len(features.test))


def _modality_auc(
    matrix: FloatArray, origin: list[str], columns: Sequence[str], is_test: BoolArray, spec: AdversarialSpec
) -> Auc:
    keep = np.isin(origin, list(columns))
    if not keep.any():
        return Auc(0.5, 0.5, 0.5)
    chance, _ = _cross_fit(matrix[:, keep], is_test, spec)
    return auc_interval(is_test, chance, level=spec.level)


def _cross_fit(matrix: FloatArray, is_test: BoolArray, spec: AdversarialSpec) -> tuple[FloatArray, FloatArray]:
    """Out-of-fold chance of being a test row, and the coefficients averaged over the folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    chance = np.empty(len(matrix))
    weight = np.zeros(matrix.shape[1])
    folds = StratifiedKFold(spec.n_folds, shuffle=True, random_state=spec.seed)
    draw = np.random.default_rng(spec.seed)
    for fold_rows, score in folds.split(matrix, is_test):
        fit = draw.permutation(fold_rows)[: spec.max_fit_rows]
        model = LogisticRegression(C=spec.penalty_c / len(fit), max_iter=200)
        model.fit(matrix[fit], is_test[fit])
        chance[score] = model.predict_proba(matrix[score])[:, 1]
        weight += model.coef_[0] / spec.n_folds
    return chance, weight


def _top_columns(
    stacked: pd.DataFrame,
    origin: list[str],
    weight: FloatArray,
    groups: Mapping[str, Sequence[str]],
    is_test: BoolArray,
) -> pd.DataFrame:
    modality = {column: name for name, columns in groups.items() for column in columns}
    made = pd.DataFrame({"column": origin, "weight": weight})
    strongest = made.loc[made.groupby("column")["weight"].apply(lambda part: part.abs().idxmax())]
    alone = {
        name: single_auc(is_test, stacked[name])
        for name in strongest["column"]
        if pd.api.types.is_numeric_dtype(stacked[name].dtype)
    }
    table = strongest.assign(modality=strongest["column"].map(modality), auc_alone=strongest["column"].map(alone))
    order = table["weight"].abs().to_numpy().argsort(kind="stable")[::-1]
    return table.iloc[order][["column", "modality", "weight", "auc_alone"]].reset_index(drop=True)
