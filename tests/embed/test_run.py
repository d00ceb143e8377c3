from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.config import PROJECT_ROOT
from core.embed import (
    Embedding,
    EncodeOptions,
    ModelSpec,
    embed_images,
    embed_texts,
    find_rate,
    read_images,
    text_query,
)
from core.embed.towers import Towers
from core.errors import Cancelled
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame

Make = Callable[..., Catalog]
Draw = Callable[..., Path]
TWO = EncodeOptions(batch_size=2, workers=2, device="cpu")


def row(embedding: Embedding, side: str, sample_id: str) -> np.ndarray:
    return getattr(embedding.vectors, side).loc[sample_id].to_numpy()


def test_each_product_gets_the_vector_of_its_own_photo(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    embedding = embed_images(catalog, photos, tiny, store=store, options=TWO)
    towers = Towers(tiny, "cpu")
    for side, sample_id, name in (("train", "a0", "0.png"), ("train", "a3", "3.png"), ("test", "b5", "5.png")):
        with Image.open(photos / name) as photo:
            wanted = towers.encode_photos([towers.photo_tensor(photo.convert("RGB"))])[0]
        np.testing.assert_allclose(row(embedding, side, sample_id), wanted, atol=1e-5)
    assert embedding.vectors.train.index.equals(catalog.items.train.index)
    assert np.allclose(np.linalg.norm(embedding.stacked(), axis=1), 1.0, atol=1e-6)
    assert (embedding.encoded, embedding.from_cache, embedding.failed, embedding.dim) == (6, 0, 0, 16)


def test_a_second_run_encodes_nothing_and_opens_no_model(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = embed_images(catalog, photos, tiny, store=store, options=TWO)
    monkeypatch.setattr("core.embed.run.open_crew", lambda spec, device: pytest.fail("the model was opened"))
    again = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert (again.encoded, again.from_cache, again.items_per_second) == (0, 6, None)
    assert again.key == first.key
    np.testing.assert_array_equal(again.stacked(), first.stacked())


def test_renamed_photos_and_shuffled_rows_hit_the_cache(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, make_catalog: Make, tmp_path: Path
) -> None:
    first = embed_images(catalog, photos, tiny, store=store, options=TWO)
    moved = tmp_path / "moved"
    moved.mkdir()
    for number in range(6):
        shutil.copy(photos / f"{number}.png", moved / f"photo-{number}.png")
    shuffled = make_catalog({f"a{n}": f"photo-{n}.png" for n in (2, 0, 3, 1)}, {"b5": "photo-5.png"})
    again = embed_images(shuffled, moved, tiny, store=store, options=TWO)
    assert (again.encoded, again.from_cache) == (0, 5)
    for side, sample_id in (("train", "a0"), ("train", "a2"), ("train", "a3"), ("test", "b5")):
        np.testing.assert_array_equal(row(again, side, sample_id), row(first, side, sample_id))


def test_a_photo_that_rows_share_is_encoded_once(
    photos: Path, tiny: ModelSpec, store: ArtifactStore, make_catalog: Make
) -> None:
    shutil.copy(photos / "0.png", photos / "copy.png")
    catalog = make_catalog({"a": "0.png", "b": "copy.png", "c": "1.png"}, {"d": "0.png"})
    embedding = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert embedding.encoded == 2
    np.testing.assert_array_equal(row(embedding, "train", "a"), row(embedding, "train", "b"))
    np.testing.assert_array_equal(row(embedding, "train", "a"), row(embedding, "test", "d"))


def test_a_photo_that_is_missing_or_broken_is_nan_and_masked(
    photos: Path, tiny: ModelSpec, store: ArtifactStore, make_catalog: Make, bomb_png: Callable[[int], bytes]
) -> None:
    whole = io.BytesIO()
    Image.effect_noise((80, 80), 90).convert("RGB").save(whole, "JPEG")
    (photos / "cut.jpg").write_bytes(whole.getvalue()[:-500])
    (photos / "bomb.png").write_bytes(bomb_png(20_000))
    links = {"good": "0.png", "cut": "cut.jpg", "bomb": "bomb.png", "gone": "gone.png"}
    for encoded in (1, 0):
        embedding = embed_images(make_catalog(links, {"t": "gone.png"}), photos, tiny, store=store, options=TWO)
        assert embedding.encoded == encoded
        assert embedding.rows.train["status"].to_dict() == {
            "good": "ok",
            "cut": "unreadable",
            "bomb": "too_large",
            "gone": "missing",
        }
        train, test = embedding.present
        assert (train.tolist(), test.tolist()) == ([True, False, False, False], [False])
        assert np.isnan(embedding.stacked()[1:]).all()
        assert embedding.failed == 2
        assert embedding.present_pct == pytest.approx(20.0)


def test_a_cancelled_run_goes_on_where_it_was_and_gives_the_same(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, tmp_path: Path
) -> None:
    def cancel(fraction: float, message: str) -> None:
        if message.startswith("photos: 4 of 6"):
            raise Cancelled

    with pytest.raises(Cancelled):
        embed_images(catalog, photos, tiny, store=store, options=TWO, report=cancel)
    resumed = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert (resumed.encoded, resumed.from_cache) == (2, 4)
    undisturbed = embed_images(catalog, photos, tiny, store=ArtifactStore(tmp_path / "other"), options=TWO)
    np.testing.assert_array_equal(resumed.stacked(), undisturbed.stacked())


KILLED = """
import os, signal, sys
from pathlib import Path
import open_clip, pandas as pd
from core.embed import EncodeOptions, ModelSpec, embed_images
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame

config, photos, root = map(Path, sys.argv[1:])
open_clip.add_model_config(config)

def side(prefix, numbers):
    ids = pd.Index([f"{prefix}{n}" for n in numbers], name=ID)
    return pd.DataFrame({TEXT: list(ids), IMAGE: [f"{n}.png" for n in numbers]}, index=ids, dtype="str")

def kill(fraction, message):
    if message.startswith("photos: 4 of 6"):
        os.kill(os.getpid(), signal.SIGKILL)

items = SplitFrame(side("a", range(4)), side("b", (4, 5)))
catalog = Catalog("drawn", items, pd.Series(1.0, index=items.train.index), "k")
options = EncodeOptions(batch_size=2, workers=2, device="cpu")
embed_images(catalog, photos, ModelSpec(config.stem), store=ArtifactStore(root), options=options, report=kill)
"""


@pytest.mark.slow
def test_a_killed_run_keeps_what_was_finished(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, tmp_path: Path
) -> None:
    import open_clip.factory

    config = next(path for path in open_clip.factory._MODEL_CONFIG_PATHS if path.stem == tiny.tag)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(config), str(photos), str(store.root)]
    died = subprocess.run(command, cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, check=False)
    assert died.returncode == -signal.SIGKILL
    resumed = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert (resumed.encoded, resumed.from_cache) == (2, 4)
    undisturbed = embed_images(catalog, photos, tiny, store=ArtifactStore(tmp_path / "other"), options=TWO)
    np.testing.assert_array_equal(resumed.stacked(), undisturbed.stacked())


def test_two_devices_share_the_batches_and_give_the_same(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = embed_images(catalog, photos, tiny, store=store, options=TWO)
    asked: list[int] = []
    encode = Towers.encode_photos

    def watched(self: Towers, tensors: list[object]) -> np.ndarray:
        # Both devices are at work at the same time, or one of them waits here for ever.
        meeting.wait(timeout=30)
        asked.append(id(self))
        return encode(self, tensors)

    meeting = threading.Barrier(2)
    monkeypatch.setattr("core.embed.run.settle_precision", lambda crew, tower, store: None)
    monkeypatch.setattr(Towers, "encode_photos", watched)
    pair = EncodeOptions(batch_size=3, device="cpu,cpu")
    two = embed_images(catalog, photos, ModelSpec(tiny.tag), store=ArtifactStore(store.root / "two"), options=pair)
    assert len(set(asked)) == 2
    np.testing.assert_allclose(two.stacked(), one.stacked(), atol=1e-6)
    assert two.key == one.key


def test_a_damaged_chunk_is_encoded_again(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    first = embed_images(catalog, photos, tiny, store=store, options=TWO)
    (record,) = (store.root / "vectors").rglob("*.json")
    raw = store._cache.get(record.stem)
    store._cache.set(record.stem, raw[:-3] + b"\0\0\0")
    again = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert (again.encoded, again.from_cache) == (6, 0)
    np.testing.assert_array_equal(again.stacked(), first.stacked())


def test_other_weights_and_another_precision_are_kept_apart(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    first = embed_images(catalog, photos, tiny, store=store, options=TWO)
    other = embed_images(catalog, photos, ModelSpec(tiny.tag, seed=1), store=store, options=TWO)
    lower = embed_images(catalog, photos, ModelSpec(tiny.tag, precision="bfloat16"), store=store, options=TWO)
    assert [embedding.encoded for embedding in (first, other, lower)] == [6, 6, 6]
    assert len({first.key, other.key, lower.key}) == 3
    assert embed_images(catalog, photos, tiny, store=store, options=TWO).encoded == 0


def test_a_photo_swapped_while_it_runs_never_lends_its_vector(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, draw: Draw
) -> None:
    def swap(fraction: float, message: str) -> None:
        if message.startswith("opening"):
            draw(photos / "1.png", 77)

    embedding = embed_images(catalog, photos, tiny, store=store, options=TWO, report=swap)
    assert embedding.rows.train.loc["a1", "status"] == "changed"
    assert np.isnan(row(embedding, "train", "a1")).all()
    again = embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert (again.encoded, again.rows.train.loc["a1", "status"]) == (1, "ok")


def test_reading_never_encodes(photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore) -> None:
    assert read_images(catalog, photos, tiny, store=store) is None
    sample = embed_images(catalog, photos, tiny, store=store, options=TWO, limit=2)
    assert (sample.encoded, sample.pending) == (2, 4)
    found = read_images(catalog, photos, tiny, store=store)
    assert found is not None
    assert (found.encoded, found.from_cache, found.pending) == (0, 2, 4)
    assert found.key == sample.key


def test_texts_go_through_the_other_tower(catalog: Catalog, tiny: ModelSpec, store: ArtifactStore) -> None:
    embedding = embed_texts(catalog, tiny, store=store, options=TWO)
    assert (embedding.tower, embedding.encoded, embedding.present_pct) == ("text", 6, 100.0)
    assert list(embedding.vectors.train.columns[:2]) == ["text_000", "text_001"]
    wanted = text_query("2 ounce. Product b5", tiny, device="cpu")
    np.testing.assert_allclose(row(embedding, "test", "b5"), wanted, atol=1e-5)
    assert embed_texts(catalog, tiny, store=store, options=TWO).encoded == 0


def test_the_report_has_the_fields_of_the_report_file(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    report = embed_images(catalog, photos, tiny, store=store, options=TWO).report()
    assert report.pop("items_per_second") > 0
    assert report == {
        "model": f"{tiny.tag} (random weights, seed 0)",
        "tower": "image",
        "dim": 16,
        "present_pct": 100.0,
        "encoded": 6,
        "from_cache": 0,
        "failed": 0,
    }


def test_a_rate_is_remembered_once_it_says_something(
    tmp_path: Path,
    photos: Path,
    catalog: Catalog,
    tiny: ModelSpec,
    store: ArtifactStore,
    draw: Draw,
    make_catalog: Make,
) -> None:
    embed_images(catalog, photos, tiny, store=store, options=TWO)
    assert find_rate(tiny, "image", store=store) is None
    for number in range(6, 24):
        draw(photos / f"{number}.png", number)
    many = make_catalog({f"a{n}": f"{n}.png" for n in range(24)}, {})
    embed_images(many, photos, tiny, store=store, options=TWO)
    rate = find_rate(tiny, "image", store=store)
    assert rate is not None
    assert (rate.items, rate.device) == (18, "cpu")
    assert rate.seconds_for(100) == pytest.approx(100 / rate.items_per_second)


def test_a_catalogue_without_any_photo_is_all_missing(
    photos: Path, tiny: ModelSpec, store: ArtifactStore, make_catalog: Make
) -> None:
    embedding = embed_images(make_catalog({"a": ""}, {"b": "x.png"}), photos, tiny, store=store, options=TWO)
    assert (embedding.encoded, embedding.present_pct) == (0, 0.0)
    assert np.isnan(embedding.stacked()).all()
    assert embedding.stacked().shape == (2, 16)


@pytest.mark.real_rows
def test_titles_find_their_photos_with_a_real_model(challenge_dir: Path, store: ArtifactStore) -> None:
    """The towers and the preprocessing are right: a title's own photo ranks higher than chance would have it."""
    folder = challenge_dir.parent / "models" / "standin-clip"
    if not folder.is_dir():
        pytest.skip(f"there is no model in {folder}")
    table = pd.read_csv(challenge_dir / "train.csv", dtype={"sample_id": str}).set_index(ID)
    there = {path.name for path in (challenge_dir / "images").iterdir()}
    table = table[table[IMAGE].str.rsplit("/").str[-1].isin(there)].iloc[:60]
    items = table[[TEXT, IMAGE]].astype("str")
    catalog = Catalog("real", SplitFrame(items, items.iloc[:0]), table["price"].astype(float), "sixty")
    spec = ModelSpec(f"local-dir:{folder}")
    photos = embed_images(catalog, challenge_dir / "images", spec, store=store)
    texts = embed_texts(catalog, spec, store=store)
    similarity = texts.stacked() @ photos.stacked().T
    rank = (similarity >= np.diag(similarity)[:, None]).sum(axis=1)
    assert photos.present_pct == 100.0
    assert (rank <= 5).mean() > 1.5 * 5 / len(table)
