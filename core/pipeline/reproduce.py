"""``reproduce``: the submission of a bundle from the data files alone, and what differs if it is not the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog import OVERRIDES_FILE, CatalogSource, load_catalog, with_overrides
from core.config import settings
from core.embed import ModelSpec
from core.errors import InputError, StorageError
from core.export import (
    SUBMISSION_NAME,
    Archive,
    Rebuilt,
    Recipe,
    bundle_overrides,
    csv_bytes,
    differing,
    hash_json,
    open_archive,
    rebuild,
    same_file,
    source_hashes,
    submission_frame,
    versions,
    with_blas_threads,
)
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.pictures import with_pictures
from core.pipeline.reports import SCHEMA
from core.store import ArtifactStore, write_atomic, write_json_atomic
from core.train import FAMILIES
from core.types import Catalog, ProgressFn, no_progress, part_of


@dataclass(frozen=True)
class Reproduced:
    """The report's fields and the file."""

    report: dict[str, Any]
    data: bytes

    @property
    def identical(self) -> bool:
        """True when the file is that of the bundle, byte for byte."""
        return bool(self.report["identical"])


def bundle_reads_so(bundle: Path) -> bool:
    """Whether the bundle's train file was read with rows of bad prices dropped.

    Raises:
        InputError: No bundle that can be used.
    """
    return Recipe.from_json(open_archive(bundle).manifest).data.drop_bad_prices


def reproduce(
    bundle: Path,
    source: CatalogSource,
    *,
    store: ArtifactStore,
    retrain: bool = False,
    report: ProgressFn = no_progress,
) -> Reproduced:
    """Make a bundle's submission again; nothing is written but vectors into the cache.

    Blocks are computed in an empty cache of their own, so that nothing is believed that was computed before. Vectors of
    photos and texts, which would take hours, come from ``store`` where it has them for the same photos and model.

    Args:
        source: The data files; how they are read and corrected follows the bundle.

    Raises:
        InputError: No bundle that can be used, or other data than it was made from.
        Cancelled: From ``report``.
    """
    clock = Clock()
    with clock.stage("bundle"):
        report(0.0, "looking into the bundle")
        archive = open_archive(bundle)
        recipe = Recipe.from_json(archive.manifest)
        first = archive.read(SUBMISSION_NAME)
    with clock.stage("catalog"):
        catalog = _catalog(archive, recipe, source)
    if recipe.needs_photos or recipe.vectors:
        with clock.stage("pictures"):
            catalog = _pictured(recipe, catalog, source, store=store, report=part_of(report, 0.02, 0.3))
    threads = with_blas_threads(recipe.blas_threads)
    with clock.stage("retrain" if retrain else "apply"), threads, _empty_store() as fresh:
        stretch = part_of(report, 0.3 if recipe.vectors else 0.02, 0.99)
        made = rebuild(archive, recipe, catalog, store=fresh, retrain=retrain, report=stretch)
    data = csv_bytes(submission_frame(made.test_log_price))
    same = same_file(first, data)
    told = {
        "schema": SCHEMA,
        "command": "reproduce",
        "bundle": {"file": bundle.name, **hash_json(archive.data)},
        "retrained": retrain,
        "identical": same.identical,
        "file": {"name": SUBMISSION_NAME, **hash_json(data)},
        "difference": same.to_json(),
        "data": {"key": catalog.key, "n_train": catalog.n_train, "n_test": catalog.n_test, "same": True},
        "versions_that_differ": differing(recipe.versions, versions(with_vectors=bool(recipe.vectors))),
        "blocks_that_differ": _other_blocks(recipe, made),
        "block_values_that_differ": sorted(differing(recipe.block_values, made.block_values)),
        "blas_threads": recipe.blas_threads,
        "families_that_differ": _other_families(recipe),
        "seconds": clock.report(),
        "peak_rss_mb": peak_rss_mb(),
    }
    report(1.0, "done")
    return Reproduced(told, data)


def write_reproduced(found: Reproduced, folder: Path) -> None:
    """Write ``test_out.csv`` and then ``report.json``, each whole or not at all.

    Raises:
        StorageError: The disk refused.
    """
    write_atomic(folder / SUBMISSION_NAME, found.data)
    write_json_atomic(folder / "report.json", found.report)


def reproduced_line(found: Reproduced) -> str:
    """One line for a terminal."""
    report, rows = found.report, found.report["difference"]["rows"]
    if found.identical:
        return f"identical: {rows:,} rows, SHA-256 {report['file']['sha256']}"
    apart = report["difference"]
    why = [
        f"{title}: {', '.join(report[name])}"
        for name, title in (
            ("versions_that_differ", "other versions"),
            ("blocks_that_differ", "other blocks"),
            ("block_values_that_differ", "other values in the blocks"),
            ("families_that_differ", "other model code"),
        )
        if report[name]
    ]
    return (
        f"differs in {apart['rows_that_differ']:,} of {rows:,} rows, by ${apart['largest_difference']:,.4f} at most,"
        f" {apart['smape_between_pct']:.4f} % SMAPE between the two; {'; '.join(why) or 'from the same blocks'}"
    )


def _catalog(archive: Archive, recipe: Recipe, source: CatalogSource) -> Catalog:
    """The data, read as the bundle says, once it is sure that it is the same.

    Raises:
        InputError: It is not; the message says which file differs.
    """
    catalog = load_catalog(source, corrected=False)
    if recipe.data.overrides_key:
        with tempfile.TemporaryDirectory(prefix="shelfprice-") as folder:
            path = Path(folder) / OVERRIDES_FILE
            path.write_bytes(bundle_overrides(archive))
            catalog = with_overrides(catalog, path)
    told = recipe.data
    sides = {side.name: side.key for side in catalog.sides}
    if (catalog.key, catalog.overrides.key, sides) == (told.key, told.overrides_key, dict(told.side_tables)):
        return catalog
    here = source_hashes(source)
    odd = list(differing(told.files, here)) or sorted(set(here) - set(told.files)) or ["the reading of the files"]
    raise InputError(
        f"{archive.name} was made from other data: {', '.join(odd)} differ (its key is {told.key[:12]} for"
        f" {told.n_train:,} + {told.n_test:,} rows; these files have {catalog.key[:12]} for {catalog.n_train:,} +"
        f" {catalog.n_test:,}).",
        "Name the files that it was made from"
        + (f", with the side tables {', '.join(told.side_tables)} by --side." if told.side_tables else "."),
    )


def _pictured(
    recipe: Recipe, catalog: Catalog, source: CatalogSource, *, store: ArtifactStore, report: ProgressFn
) -> Catalog:
    if recipe.needs_photos and source.images is None:
        raise InputError("the bundle's blocks were made from photos.", "Name their folder with --images.")
    models: list[ModelSpec | None] = [*recipe.vectors.values()]
    for model in models or [None]:
        catalog, _ = with_pictures(catalog, source, model, store=store, report=report)
    return catalog


def _other_blocks(recipe: Recipe, made: Rebuilt) -> dict[str, dict[str, str]]:
    return {
        name: keys for member in recipe.members for name, keys in differing(member.block_keys, made.block_keys).items()
    }


def _other_families(recipe: Recipe) -> dict[str, dict[str, str]]:
    before: dict[str, str] = {}
    for member in recipe.members:
        if member.family_version:
            before[member.spec.family] = str(member.family_version)
    return differing(before, {name: str(family.version) for name, family in FAMILIES.items()})


@contextmanager
def _empty_store() -> Iterator[ArtifactStore]:
    """A cache that goes with the command, on the disk that has room for caches."""
    root = settings().cache_dir
    try:
        root.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="reproduce-", dir=root)
    except OSError as error:
        raise StorageError(f"{root} cannot be written ({error.strerror}). Free some space.") from error
    with folder as name:
        fresh = ArtifactStore(Path(name))
        try:
            yield fresh
        finally:
            fresh.close()
