"""A bundle gives its submission again byte for byte from an empty cache, or says what differs; enemies get one line."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, DemoSpec, keep_overrides, load_catalog, overrides_path, write_demo
from core.cli import main
from core.errors import InputError
from core.export import SUBMISSION_NAME, open_archive
from core.overrides import Override
from core.pipeline import PipelineSpec, run_pipeline, write_result
from core.store import ArtifactStore
from core.types import ID

Entries = dict[str, bytes]
SPEC = PipelineSpec(preset="brand", forecast=False, plan="brand", seeds_bagged=2)
"""Folds that are not drawn from a seed alone, and several models a fold."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with ``train.csv``, ``test.csv``, a side table, a correction, and a run's ``out/``."""
    folder = tmp_path_factory.mktemp("made")
    files = write_demo(folder, DemoSpec(rows=200, unseen=0.3, seed=4, photos=0))
    ids = [*pd.read_csv(files.train, dtype={ID: str})[ID], *pd.read_csv(files.test, dtype={ID: str})[ID]]
    pd.DataFrame({ID: ids, "helper": np.arange(len(ids)) % 7}).to_csv(folder / "helper.csv", index=False)
    source = _source(folder)
    catalog = load_catalog(source)
    first = catalog.items.train.index[0]
    keep_overrides(overrides_path(source), [Override("pack_count", "12", "train", str(first))])
    store = ArtifactStore(folder / "cache")
    result = run_pipeline(source, SPEC, store=store)
    write_result(result, folder / "out")
    store.close()
    return folder


def _source(folder: Path) -> CatalogSource:
    return CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), sides=(str(folder / "helper.csv"),))


def _arguments(made: Path, bundle: Path, out: Path, *more: str) -> list[str]:
    files = ["--train", str(made / "train.csv"), "--test", str(made / "test.csv"), "--side", str(made / "helper.csv")]
    return ["reproduce", str(bundle), *files, "--out", str(out), *more]


def _entries(bundle: Path) -> Entries:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(path: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def _edited(entries: Entries, edit: Callable[[dict], None]) -> Entries:  # type: ignore[type-arg]
    manifest = json.loads(entries["manifest.json"])
    edit(manifest)
    return {**entries, "manifest.json": json.dumps(manifest).encode()}


def test_the_run_writes_a_bundle_whose_manifest_tells_all(made: Path):
    assert sorted(path.name for path in (made / "out").iterdir()) == ["bundle.zip", "report.json", "test_out.csv"]
    report = json.loads((made / "out/report.json").read_text())
    archive = open_archive(made / "out/bundle.zip")
    assert report["export"]["bundle"]["bytes"] == len(archive.data)
    assert archive.read(SUBMISSION_NAME) == (made / "out/test_out.csv").read_bytes()
    manifest = archive.manifest
    assert manifest["file"]["sha256"] == report["export"]["sha256"]
    assert manifest["data"]["key"] == report["data"]["key"]
    assert set(manifest["data"]["files"]) == {"train", "test", "side:helper.csv"}
    assert manifest["data"]["overrides_key"]
    assert b"pack_count" in archive.read("overrides.csv")
    assert [member["settings"]["family"] for member in manifest["members"]] == ["lightgbm", "xgboost"]
    assert {"size", "brand", "brand_price", "side:helper"} == set(manifest["members"][0]["block_keys"])
    assert manifest["blend"]["weights"] == report["blend"]["weights"]
    assert manifest["fold_plan"]["n_folds"] == 5
    assert {"python", "lightgbm", "xgboost", "numpy"} <= set(manifest["versions"])
    assert manifest["override_reason"] is None
    assert manifest["forecast"] is None
    endings = {name.rpartition(".")[2] for name in manifest["entries"] if name.startswith("models/")}
    assert endings == {"txt", "ubj"}
    assert [len(files) for files in manifest["members"][0]["models"]] == [2] * 5
    assert manifest["fold_plan"]["kind"] == "brand_grouped"


def test_the_same_run_gives_the_same_bundle(made: Path, tmp_path: Path):
    with_models = ArtifactStore(made / "cache")
    write_result(run_pipeline(_source(made), SPEC, store=with_models), tmp_path)
    with_models.close()
    assert (tmp_path / "bundle.zip").read_bytes() == (made / "out/bundle.zip").read_bytes()


@pytest.mark.parametrize("how", [(), ("--retrain",)])
def test_it_is_the_same_to_the_byte_from_an_empty_cache(
    how: tuple[str, ...], made: Path, tmp_path: Path, own_cache: Path, capsys: pytest.CaptureFixture[str]
):
    # The corrections are the bundle's own: a table beside the files is not asked.
    for name in ("train.csv", "test.csv", "helper.csv"):
        os.link(made / name, tmp_path / name)
    assert main(_arguments(tmp_path, made / "out/bundle.zip", tmp_path / "again", *how)) == 0
    assert (tmp_path / "again/test_out.csv").read_bytes() == (made / "out/test_out.csv").read_bytes()
    told = json.loads((tmp_path / "again/report.json").read_text())
    assert told["identical"] is True
    assert told["retrained"] is bool(how)
    assert told["blocks_that_differ"] == told["versions_that_differ"] == told["families_that_differ"] == {}
    assert "identical: 200 rows" in capsys.readouterr().out
    # Neither blocks nor runs of a reproduction are left in the user's cache.
    assert list(own_cache.glob("**/*.val")) == []
    assert list(own_cache.glob("reproduce-*")) == []


def test_what_differs_is_said_with_status_3(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    entries = _entries(made / "out/bundle.zip")
    lines = entries[SUBMISSION_NAME].decode().splitlines()
    sample_id, price = lines[3].split(",")
    lines[3] = f"{sample_id},{float(price) + 1:.4f}"
    changed = ("\n".join(lines) + "\n").encode()

    def edit(manifest: dict) -> None:  # type: ignore[type-arg]
        import hashlib

        manifest["entries"][SUBMISSION_NAME] = hashlib.sha256(changed).hexdigest()
        manifest["versions"]["numpy"] = "1.0"
        manifest["members"][0]["block_keys"]["size"] = "0" * 32
        manifest["block_values"]["brand"] = "0" * 32

    bundle = _zip(tmp_path / "b.zip", _edited({**entries, SUBMISSION_NAME: changed}, edit))
    assert main(_arguments(made, bundle, tmp_path / "again")) == 3
    told = json.loads((tmp_path / "again/report.json").read_text())
    assert told["identical"] is False
    assert told["difference"]["rows_that_differ"] == 1
    assert told["difference"]["largest_difference"] == pytest.approx(1.0)
    assert told["difference"]["first"][0]["sample_id"] == sample_id
    assert told["versions_that_differ"]["numpy"]["bundle"] == "1.0"
    assert set(told["blocks_that_differ"]) == {"size"}
    assert told["block_values_that_differ"] == ["brand"]
    out = capsys.readouterr().out
    assert "differs in 1 of 200 rows, by $1.0000 at most" in out
    assert "other versions: numpy; other blocks: size; other values in the blocks: brand" in out
    assert (tmp_path / "again/test_out.csv").read_bytes() == (made / "out/test_out.csv").read_bytes()


def _bad(made: Path, tmp_path: Path) -> dict[str, tuple[Path, str]]:
    entries = _entries(made / "out/bundle.zip")
    model = next(name for name in entries if name.endswith(".txt"))
    (tmp_path / "text.zip").write_text("no zip at all")
    whole = (made / "out/bundle.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    bomb = _zip(tmp_path / "bomb.zip", {**entries, "models/x/fold0.txt": b"\0" * (8 << 20)})
    link = zipfile.ZipInfo("models/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = _zip(tmp_path / "link.zip", entries)
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    without = {name: data for name, data in entries.items() if name != model}

    def put(**changes: object) -> Callable[[dict], None]:  # type: ignore[type-arg]
        return lambda manifest: manifest.update(changes)

    manifest = json.loads(entries["manifest.json"])
    files = {
        "climbs": ({**entries, "../../evil.txt": b"x"}, "'../../evil.txt'"),
        "absolute": ({**entries, "/tmp/evil.txt": b"x"}, "'/tmp/evil.txt'"),
        "backslash": ({**entries, "models\\..\\evil": b"x"}, "plain names"),
        "no manifest": ({"test_out.csv": b""}, "no manifest.json"),
        "lacks a model": (without, model),
        "changed model": ({**entries, model: entries[model][:-40]}, "not what the manifest says"),
        "newer": (_edited(entries, put(schema=99)), "newer studio"),
        "other kind": (_edited(entries, put(kind="x")), "not of a bundle"),
        "no JSON": ({**entries, "manifest.json": b"{"}, "no JSON"),
        "deep JSON": ({**entries, "manifest.json": b"[" * 100_000}, "no JSON"),
        "no members": (_edited(entries, put(members=[])), "members"),
        "odd member": (_edited(entries, put(members=[{"name": 1}])), "KeyError"),
        "odd plan": (_edited(entries, put(fold_plan={**manifest["fold_plan"], "n_folds": 10**9})), "folds"),
        "odd family": (_edited(entries, _family), "'pickle'"),
        "odd threads": (_edited(entries, put(blas_threads=10**6)), "threads"),
        "other seed": (_edited(entries, put(fold_plan={**manifest["fold_plan"], "seed": 5})), "not the manifest's"),
    }
    found = {
        name: (_zip(tmp_path / f"{place}.zip", one), words) for place, (name, (one, words)) in enumerate(files.items())
    }
    return {
        **found,
        "text": (tmp_path / "text.zip", "no zip"),
        "cut off": (tmp_path / "cut.zip", "no zip"),
        "bomb": (bomb, "would grow"),
        "link": (linked, "'models/link'"),
        "gone": (tmp_path / "none.zip", "none.zip"),
        "folder": (tmp_path, "cannot be read"),
    }


def _family(manifest: dict) -> None:  # type: ignore[type-arg]
    manifest["members"][0]["settings"]["family"] = "pickle"


def test_what_is_no_bundle_ends_with_2_and_one_line(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, (bundle, words) in _bad(made, tmp_path).items():
        assert main(_arguments(made, bundle, tmp_path / "out")) == 2, name
        told = capsys.readouterr()
        assert told.out == "", name
        assert told.err.startswith("error: "), name
        assert told.err.count("\n") == 1, (name, told.err)
        assert words in told.err, (name, told.err)
        assert not list((tmp_path / "out").glob("**/*")), name


def test_a_zip_that_understates_an_entry_is_read_to_the_limit_only(made: Path, tmp_path: Path, monkeypatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("core.export.archive.MOST_MANIFEST_BYTES", 100)
    with pytest.raises(InputError, match=r"manifest\.json is larger than"):
        open_archive(made / "out/bundle.zip")


def test_other_data_is_told_by_the_file_that_differs(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name in ("train.csv", "test.csv", "helper.csv"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    with (tmp_path / "test.csv").open("a") as file:
        file.write("99999,Item Name: another one,https://photos.example/x.jpg\n")
    assert main(_arguments(tmp_path, made / "out/bundle.zip", tmp_path / "out")) == 2
    told = capsys.readouterr().err
    assert "made from other data: test differ" in told
    assert "200 + 200 rows; these files have" in told
    arguments = _arguments(made, made / "out/bundle.zip", tmp_path / "out")
    del arguments[arguments.index("--side") : arguments.index("--side") + 2]
    assert main(arguments) == 2
    assert "side:helper.csv differ" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())


def test_without_models_in_the_cache_there_is_a_file_and_no_bundle(made: Path, tmp_path: Path):
    store = ArtifactStore(made / "cache")
    result = run_pipeline(_source(made), SPEC, store=store)
    store.close()
    bare = ArtifactStore(tmp_path / "bare")
    write_result(type(result)(result.report, result.submission, result.catalog, result.export, bare), tmp_path / "out")
    bare.close()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.json", "test_out.csv"]
    told = json.loads((tmp_path / "out/report.json").read_text())["export"]["bundle"]
    assert told["file"] is None
    assert "no longer in the cache" in told["why"]


def test_a_manifest_is_read_without_the_libraries_of_models(made: Path):
    with zipfile.ZipFile(io.BytesIO((made / "out/bundle.zip").read_bytes())) as archive:
        assert archive.namelist()[0] == "manifest.json"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
