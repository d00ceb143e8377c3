"""Which photo belongs to which product, from a folder of files named like the last part of the link, or the id.

A name from the catalogue is only ever looked up among the names that the folder lists, so it cannot lead out of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from core.config import settings
from core.embed.decode import DecodeFailure, check_header, read_bounded
from core.embed.prefetch import prefetch
from core.errors import InputError
from core.images import stored_names
from core.store import ArtifactStore, cache_key, hash_bytes
from core.types import IMAGE, Catalog, ProgressFn, SplitFrame, no_progress

VERSION = 1
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
STATUS_MEANING = {
    "ok": "there is a vector",
    "pending": "at hand, not encoded yet",
    "missing": "no file of that name in the folder",
    "unreadable": "the file is no photo, or it is damaged",
    "too_large": "more bytes or pixels than a photo of a product has",
    "refused": "a link that leads out of the folder",
    "changed": "the file changed while it was being read",
    "failed": "the model gave no finite vector",
    "blank": "the catalogue has no text",
}
_MARK = ["size", "mtime_ns", "inode"]
_VERDICT = ["content", "status", "detail"]
_SAVE_EVERY = 20_000
_REPORT_EVERY = 500


def find_photos(catalog: Catalog, images_dir: Path) -> SplitFrame:
    """Which file each product's photo is in, by name alone; nothing is opened.

    Args:
        images_dir: Folder with the photos, without sub-folders.

    Returns:
        Columns ``file`` (name in the folder, ``""`` = none) and ``status`` (``pending`` or ``missing``).

    Raises:
        InputError: There is no such folder.
    """
    names = {entry.name for entry in _entries(images_dir)}
    with_own = any("~" in name for name in names)
    by_stem: dict[str, str] = {}
    for name in sorted(names, reverse=True):
        stem, dot, suffix = name.rpartition(".")
        if dot and f".{suffix.lower()}" in SUFFIXES:
            by_stem[stem] = name

    def match(frame: pd.DataFrame) -> pd.DataFrame:
        pairs = zip(frame.index, frame[IMAGE], strict=True)
        files = [_match(str(sample_id), str(link), names, by_stem, with_own) for sample_id, link in pairs]
        status = ["pending" if file else "missing" for file in files]
        return pd.DataFrame({"file": files, "status": status}, index=frame.index, dtype="str")

    return SplitFrame(match(catalog.items.train), match(catalog.items.test))


def photo_table(
    catalog: Catalog, images_dir: Path, *, store: ArtifactStore | None = None, report: ProgressFn = no_progress
) -> SplitFrame:
    """Each product's photo with the hash of its content.

    A file is read once and remembered by its name, size, time of change and inode, so that the next call reads only
    what is new.

    Returns:
        Columns ``file``, ``status`` (``ok``, ``missing``, ``unreadable``, ``too_large``, ``refused``), ``detail``
        (what the decoder said) and ``content`` (hash of the bytes, ``""`` unless ``ok``), all ``str``. Broken photos
        that have a sound header are only found out when they are decoded.

    Raises:
        InputError: There is no such folder.
    """
    found = find_photos(catalog, images_dir)
    wanted = set(found.train["file"]) | set(found.test["file"])
    known = _examine(images_dir, wanted - {""}, store, report)

    def describe(frame: pd.DataFrame) -> pd.DataFrame:
        picked = known.reindex(frame["file"])[["status", "detail", "content"]].fillna("")
        picked.index = frame.index
        picked.loc[frame["file"].eq("").to_numpy(), "status"] = "missing"
        return pd.concat([frame["file"], picked], axis=1).astype("str")

    return SplitFrame(describe(found.train), describe(found.test))


def photo_path(images_dir: Path, file: str) -> Path | None:
    """The path of a file that a table of ours names, or None when it leads out of the folder or is gone."""
    if not file or "/" in file or "\\" in file or file in (".", ".."):
        return None
    root = images_dir.resolve()
    path = (root / file).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _entries(images_dir: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(images_dir) as entries:
            return list(entries)
    except OSError as error:
        raise InputError(
            f"The photo folder {images_dir} cannot be opened ({error.strerror}).",
            "Name a folder that holds the photos.",
        ) from error


def _match(sample_id: str, link: str, names: set[str], by_stem: dict[str, str], with_own: bool) -> str:
    last = link.split("?", 1)[0].split("#", 1)[0].rstrip("/").rsplit("/", 1)[-1]
    if last:
        for name in (*stored_names(link, with_own=with_own), last, unquote(last)):
            if name in names:
                return name
    return by_stem.get(sample_id, "")


def _examine(images_dir: Path, files: set[str], store: ArtifactStore | None, report: ProgressFn) -> pd.DataFrame:
    """One row a file, indexed by its name: what is remembered, and the new ones examined now."""
    root = images_dir.resolve()
    key = cache_key("embed.folder", VERSION, {"folder": str(root)})
    memo = store.find_frame(key) if store is not None else None
    marks = _marks(root, files)
    if memo is None:
        return _examine_new(marks, root, _keeper(store, key, None), None, report)
    both = memo.index.intersection(marks.index)
    there = memo.loc[both]
    known = there[(there[_MARK] == marks.loc[both]).all(axis=1)]
    if len(known) == len(marks):
        return known
    new = marks[~marks.index.isin(known.index)]
    rest = memo[~memo.index.isin(marks.index)]
    return _examine_new(new, root, _keeper(store, key, rest), known, report)


def _marks(root: Path, files: set[str]) -> pd.DataFrame:
    """Size, time of change and inode of each file, indexed by its name."""
    stats = {entry.name: _stat(entry) for entry in _entries(root) if entry.name in files}
    rows = [(stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats.values()]
    return pd.DataFrame(rows, columns=_MARK, index=pd.Index(list(stats), name="file", dtype="str"))


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    """Of the file that a link leads to; of the link itself when it leads nowhere."""
    try:
        return entry.stat()
    except OSError:
        return entry.stat(follow_symlinks=False)


def _examine_new(
    new: pd.DataFrame,
    root: Path,
    keep: Callable[[pd.DataFrame], None],
    known: pd.DataFrame | None,
    report: ProgressFn,
) -> pd.DataFrame:
    """Examine files in threads; what is done is kept every :data:`_SAVE_EVERY` files and at the end, also cancelled."""
    tables = [] if known is None else [known]
    for start in range(0, len(new), _SAVE_EVERY):
        part = new.iloc[start : start + _SAVE_EVERY]
        verdicts: list[tuple[str, str, str]] = []
        judging = prefetch(part.index, lambda name: _verdict(root, name), workers=settings().threads, ahead=64)
        try:
            for verdict in judging:
                verdicts.append(verdict)
                if len(verdicts) % _REPORT_EVERY == 0:
                    at = start + len(verdicts)
                    report(at / len(new), f"looking through the photos, {at:,} of {len(new):,}")
        finally:
            judging.close()
            tables.append(_judged(part, verdicts))
            keep(pd.concat(tables))
    return pd.concat(tables) if tables else _judged(new, [])


def _judged(part: pd.DataFrame, verdicts: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    judged = part.iloc[: len(verdicts)]
    columns = pd.DataFrame(list(verdicts), columns=_VERDICT, index=judged.index, dtype="str")
    return pd.concat([judged, columns], axis=1)


def _keeper(store: ArtifactStore | None, key: str, rest: pd.DataFrame | None) -> Callable[[pd.DataFrame], None]:
    """Keeps the table together with what is remembered of files that this catalogue does not name."""

    def keep(table: pd.DataFrame) -> None:
        if store is not None:
            whole = table if rest is None else pd.concat([rest, table])
            store.forget(key)
            store.frame(key, lambda: whole)

    return keep


def _verdict(root: Path, name: str) -> tuple[str, str, str]:
    """Content hash, status and detail of one file."""
    path = photo_path(root, name)
    if path is None:
        return "", "refused", "leads out of the folder, or is no plain file"
    data = read_bounded(path)
    bad = data if isinstance(data, DecodeFailure) else check_header(data)
    if bad is not None or isinstance(data, DecodeFailure):
        return "", bad.status if bad else "unreadable", bad.detail if bad else ""
    return hash_bytes(data), "ok", ""


def failed_rows(table: SplitFrame, limit: int) -> tuple[pd.DataFrame, int]:
    """The first products whose photo or text is there and gave no vector, and how many there are in all.

    Returns:
        Columns ``sample_id``, ``status``, ``meaning``, ``detail`` and ``file`` or ``text``.
    """
    stacked = table.stacked()
    failed = stacked[~stacked["status"].isin(["ok", "pending", "missing", "blank"])]
    shown = failed.head(limit).reset_index().drop(columns="content", errors="ignore")
    shown["meaning"] = [STATUS_MEANING[status] for status in shown["status"]]
    first = [name for name in ("sample_id", "status", "meaning", "detail") if name in shown]
    return shown[[*first, *(name for name in shown if name not in first)]], len(failed)


def count_statuses(table: SplitFrame) -> pd.DataFrame:
    """How many products have which status: one row a status, columns ``train``, ``test``, ``all``, ``meaning``."""
    train, test = (side["status"].value_counts() for side in (table.train, table.test))
    names: Iterable[str] = [name for name in STATUS_MEANING if name in train.index or name in test.index]
    rows = [(name, int(train.get(name, 0)), int(test.get(name, 0)), STATUS_MEANING[name]) for name in names]
    counts = pd.DataFrame(rows, columns=["status", "train", "test", "meaning"])
    counts.insert(3, "all", counts["train"] + counts["test"])
    return counts.set_index("status")
