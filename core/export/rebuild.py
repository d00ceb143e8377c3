"""A submission made again from a bundle: blocks from the data, the bundle's models or new ones, its mix."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.blend import Member, Mix, mixed_test
from core.errors import InputError
from core.export.archive import Archive
from core.export.bundle import FOLDS
from core.export.numerics import value_hashes
from core.export.recipe import MemberRecipe, Recipe
from core.folds import FoldPlan, make_plan
from core.store import ArtifactStore
from core.train import Ingredients, fold_matrix, gather, predicted_by_files, train
from core.types import ID, Catalog, FloatArray, ProgressFn, no_progress, part_of

MOST_ROWS = 5_000_000


@dataclass(frozen=True)
class Rebuilt:
    """What came out.

    Attributes:
        test_log_price: Of the test rows.
        block_keys: Key of each block as it was made now.
        block_values: Hash of its values as the bundle has them.
    """

    test_log_price: pd.Series
    block_keys: Mapping[str, str]
    block_values: Mapping[str, str]


def rebuild(
    archive: Archive,
    recipe: Recipe,
    catalog: Catalog,
    *,
    store: ArtifactStore,
    retrain: bool = False,
    report: ProgressFn = no_progress,
) -> Rebuilt:
    """Apply the bundle's models to blocks made from ``catalog``, or models trained anew by its settings.

    Args:
        store: What it holds is read instead of computed, so give an empty one to make everything anew.

    Raises:
        InputError: An entry is missing, damaged or does not fit, or a block is not known here.
        Cancelled: From ``report``.
    """
    plan = kept_folds(archive, recipe, catalog)
    groups: dict[tuple[str, ...], list[MemberRecipe]] = defaultdict(list)
    for member in recipe.members:
        groups[member.spec.blocks].append(member)
    predicted: dict[str, pd.Series] = {}
    keys: dict[str, str] = {}
    values: dict[str, str] = {}
    for place, (blocks, members) in enumerate(groups.items()):
        told = part_of(report, place / len(groups), (place + 1) / len(groups))
        ingredients = gather(catalog, plan, blocks, store=store, report=part_of(told, 0.0, 0.4 if retrain else 0.8))
        keys |= {name: block.key for name, block in ingredients.named.items()}
        values |= value_hashes(ingredients, plan.n_folds)
        if retrain:
            stretch = part_of(told, 0.4, 1.0)
            predicted |= _trained(members, catalog, plan, store=store, report=stretch)
        else:
            predicted |= _applied(archive, members, ingredients, catalog, report=part_of(told, 0.8, 1.0))
    predicted |= {one.name: _series(archive, one.predictions, catalog) for one in recipe.imported}
    return Rebuilt(_mixed(archive, recipe, predicted, catalog), keys, values)


def kept_folds(archive: Archive, recipe: Recipe, catalog: Catalog) -> FoldPlan:
    """The plan as the bundle holds it, row by row.

    Raises:
        InputError: It is of other rows, or not the plan that the manifest names.
    """
    fold = _column(archive, FOLDS, "fold", catalog.items.train.index)
    if not np.isin(fold, range(recipe.plan.n_folds)).all():
        raise InputError(f"{archive.name}: {FOLDS} names folds that there are not.", "Fetch the bundle again.")
    told = recipe.plan
    plan = make_plan(catalog, told.kind, told.n_folds, told.seed, fold.astype(np.int8))
    if plan.key != told.key:
        raise InputError(f"{archive.name}: {FOLDS} is not the manifest's fold plan.", "Fetch the bundle again.")
    return plan


def _applied(
    archive: Archive,
    members: list[MemberRecipe],
    ingredients: Ingredients,
    catalog: Catalog,
    *,
    report: ProgressFn,
) -> dict[str, pd.Series]:
    """Test rows by the mean of each member's fold models."""
    n_folds = len(members[0].rounds)
    found = {member.name: np.empty((catalog.n_test, n_folds)) for member in members}
    for fold in range(n_folds):
        report(fold / n_folds, f"applying the models of fold {fold + 1}")
        matrix = fold_matrix(ingredients, fold)
        for member in members:
            files = [archive.read(name) for name in member.models[fold]]
            try:
                made = predicted_by_files(member.spec.family, files, matrix.test, rounds=member.rounds[fold])
            except InputError as error:
                where = f"{archive.name}: member {member.name}, fold {fold + 1}: {error.what}"
                raise InputError(where, f"{error.remedy} Or take --retrain.") from error
            found[member.name][:, fold] = made
    columns = [f"fold{fold}" for fold in range(n_folds)]
    frames = {name: pd.DataFrame(one, index=catalog.items.test.index, columns=columns) for name, one in found.items()}
    return {name: frame.mean(axis=1) for name, frame in frames.items()}


def _trained(
    members: list[MemberRecipe], catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, report: ProgressFn
) -> dict[str, pd.Series]:
    found = {}
    for place, member in enumerate(members):
        told = part_of(report, place / len(members), (place + 1) / len(members))
        found[member.name] = train(catalog, plan, member.spec, store=store, report=told, record=False).test_log_price
    return found


def _mixed(archive: Archive, recipe: Recipe, predicted: Mapping[str, pd.Series], catalog: Catalog) -> pd.Series:
    mix, ids = recipe.mix, catalog.items.test.index
    weight = {**{one.name: one.weight for one in recipe.members}, **{one.name: one.weight for one in recipe.imported}}
    members = [Member(name, predicted[name], predicted[name]) for name in mix.order]
    weights = np.array([weight[name] for name in mix.order], dtype=np.float64)
    plain = mixed_test(members, Mix(weights, mix.intercept), mix.space)
    if mix.rule == "by_row":
        return plain + _column(archive, mix.moves, "log_price", ids).astype(np.float64)
    return plain + mix.log_price_move if mix.rule == "shift" else plain


def _series(archive: Archive, entry: str, catalog: Catalog) -> pd.Series:
    ids = catalog.items.test.index
    return pd.Series(_column(archive, entry, "log_price", ids).astype(np.float64), index=ids, name="log_price")


def _column(archive: Archive, entry: str, name: str, ids: pd.Index) -> FloatArray:
    """A column of numbers of a Parquet entry whose ids must be ``ids``."""
    data = archive.read(entry)
    try:
        # The size that it will take is in the footer: a small file can hold billions of equal numbers.
        if pq.read_metadata(io.BytesIO(data)).num_rows > MOST_ROWS:
            raise InputError(f"{archive.name}: {entry} has too many rows.", "Fetch the bundle again.")
        table = pq.read_table(io.BytesIO(data), columns=[ID, name])
        found = table.column(name).to_numpy().astype(np.float64)
        named = table.column(ID).to_pylist()
    except (pa.ArrowException, KeyError, ValueError, TypeError, OSError) as error:
        raise InputError(f"{archive.name}: {entry} cannot be read ({error}).", "Fetch the bundle again.") from error
    if named != list(ids) or not np.isfinite(found).all():
        raise InputError(f"{archive.name}: {entry} is of other rows than the data.", "Fetch the bundle again.")
    return np.asarray(found, dtype=np.float64)
