"""The bundle: one zip with the submission and all that gives it again byte for byte from the data alone.

``test_out.csv``; ``manifest.json``; ``folds.parquet``, the fold of each train row; ``models/<run>/``, every fold's
models in their libraries' own formats; ``imported/``, predictions of members from elsewhere; ``overrides.csv``, where
corrections held; ``moves.parquet``, where the decision moves rows by different amounts.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.blend import Blend, Member, Mix, mixed_test
from core.catalog import CatalogSource, write_overrides
from core.embed import vector_models
from core.errors import AlignmentError, InputError, StorageError
from core.export.archive import Archive, pack
from core.export.numerics import blas_threads, value_hashes, versions
from core.export.recipe import DataRecipe, ImportedRecipe, MemberRecipe, MixRecipe, PlanRecipe, Recipe
from core.export.submission import SUBMISSION_NAME, Judged, csv_bytes, passed, submission_frame
from core.folds import FoldPlan
from core.store import ArtifactStore, write_atomic
from core.train import ENDINGS, Run, gather, model_files
from core.types import ID, Catalog, FloatArray, JsonDict

BUNDLE_NAME = "bundle.zip"
OVERRIDES, FOLDS, MOVES = "overrides.csv", "folds.parquet", "moves.parquet"
MOVE_DECIMALS = 6


@dataclass(frozen=True)
class Export:
    """Everything that a bundle holds.

    Attributes:
        source: Where the catalogue was read from, for the hashes of its files; None leaves them out.
        runs: Members that the studio trained.
        imported: Members from elsewhere.
        mixed: The blend that is exported, moved to the point of least expected SMAPE where that was decided.
        judged: The submission with its checks.
        reason: Why it goes out against a check; blank where it does not.
        forecast: The ``forecast`` of a report; None where nothing was foretold.
        sentinel: Verdicts as in a report.
    """

    catalog: Catalog
    source: CatalogSource | None
    plan: FoldPlan
    runs: Sequence[Run]
    mixed: Blend
    judged: Judged
    imported: Sequence[Member] = ()
    reason: str = ""
    forecast: JsonDict | None = None
    sentinel: Sequence[JsonDict] = field(default_factory=tuple)


def bundle_bytes(export: Export, *, store: ArtifactStore) -> bytes:
    """The zip; the same export always gives the same bytes.

    Raises:
        InputError: A check failed, or a member is neither a run nor imported.
        StorageError: The models of a run are no longer in the cache, so that the bundle could not be used.
    """
    entries = {SUBMISSION_NAME: passed(export.judged).data, FOLDS: _folds(export.plan)}
    if export.catalog.overrides.key:
        entries[OVERRIDES] = write_overrides(export.catalog.overrides.lines)
    members = tuple(_member(export, run, entries, store) for run in export.runs)
    imported = tuple(_imported(export, place, one, entries) for place, one in enumerate(export.imported))
    mix, vectors = _mix(export, entries), _vectors(export, store)
    recipe = Recipe(
        _data(export),
        PlanRecipe(export.plan.kind, export.plan.n_folds, export.plan.seed, export.plan.key),
        members,
        imported,
        mix,
        vectors,
        _values(export, store),
        blas_threads(),
        versions(with_vectors=bool(vectors)),
    )
    return pack(entries, {**recipe.to_json(), **_told(export)})


def write_bundle(data: bytes, folder: Path) -> Path:
    """Write ``bundle.zip`` into ``folder``, whole or not at all.

    Raises:
        StorageError: The disk refused.
    """
    path = folder / BUNDLE_NAME
    write_atomic(path, data)
    return path


def bundle_overrides(archive: Archive) -> bytes:
    """The corrections that held when the bundle was made, as their file's bytes.

    Raises:
        InputError: They are missing.
    """
    return archive.read(OVERRIDES)


def source_hashes(source: CatalogSource) -> dict[str, str]:
    """SHA-256 of each file by its role.

    Raises:
        StorageError: A file that was read a moment ago can no longer be.
    """
    sides = {f"side:{Path(side).name}": side for side in source.sides}
    return {
        role: _file_hash(Path(path)) for role, path in {"train": source.train, "test": source.test, **sides}.items()
    }


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(f"{path} can no longer be read ({error.strerror}).") from error


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Columns of a frame with its ids, without an account of pandas, which would change with its version."""
    held = io.BytesIO()
    columns = {ID: pa.array(frame.index.astype(str)), **{name: pa.array(frame[name].to_numpy()) for name in frame}}
    pq.write_table(pa.table(columns), held, compression="zstd")
    return held.getvalue()


def _folds(plan: FoldPlan) -> bytes:
    return parquet_bytes(plan.fold_of.to_frame("fold"))


def _data(export: Export) -> DataRecipe:
    catalog, source = export.catalog, export.source
    return DataRecipe(
        catalog.key,
        catalog.n_train,
        catalog.n_test,
        drop_bad_prices=False if source is None else source.drop_bad_prices,
        overrides_key=catalog.overrides.key,
        side_tables={side.name: side.key for side in catalog.sides},
        files={} if source is None else source_hashes(source),
    )


def _member(export: Export, run: Run, entries: dict[str, bytes], store: ArtifactStore) -> MemberRecipe:
    folds = model_files(run, store=store)
    if not folds:
        raise StorageError(f"the models of run {run.run_id} are no longer in the cache. Train it again for a bundle.")
    names = []
    for fold, files in enumerate(folds):
        of_fold = []
        for place, data in enumerate(files):
            seed = f"-seed{place}" if len(files) > 1 else ""
            name = f"models/{run.run_id}/fold{fold}{seed}.{ENDINGS.get(run.spec.family, 'bin')}"
            entries[name] = data
            of_fold.append(name)
        names.append(tuple(of_fold))
    return MemberRecipe(
        name=run.run_id,
        weight=export.mixed.weights.get(run.run_id, 0.0),
        key=run.key,
        spec=run.spec,
        family_version=run.facts.family_version,
        rounds=run.rounds,
        block_keys=dict(run.facts.block_keys),
        oof_smape_pct=run.oof_smape_pct,
        models=tuple(names),
    )


def _imported(export: Export, place: int, member: Member, entries: dict[str, bytes]) -> ImportedRecipe:
    name = f"imported/{place}.parquet"
    entries[name] = parquet_bytes(member.test_log_price.to_frame("log_price"))
    return ImportedRecipe(member.name, export.mixed.weights.get(member.name, 0.0), name)


def _mix(export: Export, entries: dict[str, bytes]) -> MixRecipe:
    """The mix, and what the decision adds to it; it must give the submission, or there is no bundle."""
    mixed, ids = export.mixed, export.mixed.test_log_price.index
    known = {run.run_id: run.test_log_price for run in export.runs}
    known |= {one.name: one.test_log_price for one in export.imported}
    if lacking := [name for name, weight in mixed.weights.items() if weight and name not in known]:
        raise InputError(f"the blend has a member {lacking[0]!r} whose predictions are not at hand.", "Choose it anew.")
    if odd := [name for name in known if not known[name].index.equals(ids)]:
        raise AlignmentError(f"member {odd[0]} predicts other test rows")
    # A member of no weight may have come without predictions of the test rows.
    order = tuple(name for name in mixed.weights if name in known)
    mix = Mix(np.array([mixed.weights[name] for name in order], dtype=np.float64), float(mixed.intercept))
    members = [Member(name, known[name], known[name]) for name in order]
    plain = mixed_test(members, mix, mixed.space).to_numpy(dtype=np.float64)
    move = _moves(mixed.test_log_price.to_numpy(dtype=np.float64) - plain)
    if csv_bytes(submission_frame(pd.Series(plain + move, index=ids))) != export.judged.data:
        raise AlignmentError("the blend's members do not give the submission")
    rule, amount, moves = "none", 0.0, ""
    if move.any():
        rule, amount = "shift", float(move[0])
        if (move != move[0]).any():
            rule, amount, moves = "by_row", 0.0, MOVES
            entries[MOVES] = parquet_bytes(pd.DataFrame({"log_price": move}, index=ids))
    return MixRecipe(mixed.method, mixed.space, float(mixed.intercept), order, rule, amount, moves)


def _moves(raw: FloatArray) -> FloatArray:
    """A decision's moves have six decimals: what is beyond them came from subtracting."""
    rounded: FloatArray = np.round(raw, MOVE_DECIMALS) + 0.0
    return rounded if np.allclose(raw, rounded, rtol=0.0, atol=1e-9) else raw


def _vectors(export: Export, store: ArtifactStore) -> Mapping[str, Any]:
    """Models of the vectors that a member's blocks were made from."""
    used = {name.partition("@")[2] for run in export.runs for name in run.spec.blocks if "@" in name}
    if not used:
        return {}
    known = vector_models(export.catalog, store=store)
    if lacking := sorted(used - set(known)):
        raise StorageError(f"nothing tells which model the vectors {lacking[0]!r} are of. Encode them again.")
    return {name: known[name] for name in sorted(used)}


def _values(export: Export, store: ArtifactStore) -> dict[str, str]:
    """Hashes of the blocks that the members were made from, as they lie in the cache."""
    found: dict[str, str] = {}
    for blocks in dict.fromkeys(run.spec.blocks for run in export.runs):
        found |= value_hashes(gather(export.catalog, export.plan, blocks, store=store), export.plan.n_folds)
    return found


def _told(export: Export) -> dict[str, Any]:
    """What a reader wants to know beside the recipe."""
    mixed = export.mixed
    return {
        "file": {
            "name": SUBMISSION_NAME,
            "rows": len(mixed.test_log_price),
            "sha256": export.judged.sha256,
        },
        "blend": {
            "method": mixed.method,
            "space": mixed.space,
            "weights": dict(mixed.weights),
            "in_sample_smape_pct": mixed.in_sample_smape_pct,
            "nested_smape_pct": mixed.nested_smape_pct,
        },
        "forecast": export.forecast,
        "checks": [check.to_json() for check in export.judged.checks],
        "sentinel": list(export.sentinel),
        "override_reason": export.reason or None,
    }
