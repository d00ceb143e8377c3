from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import diskcache
import numpy as np
import pandas as pd
import pytest

from core.config import PROJECT_ROOT
from core.errors import StorageError
from core.store import ArtifactStore, default_store
from core.types import SplitFrame

BIG = np.arange(20_000, dtype=np.float64)


class Counted:
    """A computation that counts its calls."""

    def __init__(self, value: object) -> None:
        self.value, self.calls = value, 0

    def __call__(self) -> object:
        self.calls += 1
        return self.value


def database(store: ArtifactStore) -> sqlite3.Connection:
    return sqlite3.connect(store.root / "artifacts" / "cache.db")


def test_computed_once_then_read(store: ArtifactStore) -> None:
    compute = Counted([1, "ä", None])
    first, second = store.json("k", compute), store.json("k", compute)
    assert (first.hit, second.hit, compute.calls) == (False, True, 1)
    assert first.value == second.value == [1, "ä", None]
    assert first.key == second.key == "k"
    assert second.seconds == first.seconds >= 0.0


def test_every_kind_comes_back_as_it_was(store: ArtifactStore) -> None:
    index = pd.Index(["1", "02"], name="sample_id")
    frame = pd.DataFrame({"x": [1.0, np.nan], "c": pd.Categorical(["a", None])}, index=index)
    split = SplitFrame(frame[["x"]], frame[["x"]].iloc[:0])
    for _ in range(2):
        pd.testing.assert_frame_equal(store.frame("f", lambda: frame).value, frame)
        pd.testing.assert_frame_equal(store.split_frame("s", lambda: split).value.train, split.train)
        pd.testing.assert_frame_equal(store.split_frame("s", lambda: split).value.test, split.test)
        np.testing.assert_array_equal(store.array("a", lambda: BIG).value, BIG)
        assert store.raw("r", lambda: b"\0bytes").value == b"\0bytes"
    assert store.find_frame("none") is store.find_array("none") is store.find_json("none") is store.find_raw("none")
    np.testing.assert_array_equal(store.find_array("a"), BIG)
    assert store.find_raw("r") == b"\0bytes"


def test_keep_has_forget(store: ArtifactStore) -> None:
    store.keep_json("k", 1)
    store.keep_json("k", 2)
    store.keep_array("a", BIG)
    assert store.find_json("k") == 2
    assert store.has("k")
    assert store.size_bytes() > BIG.nbytes
    store.forget("k")
    assert not store.has("k")
    assert store.find_json("k") is None


def test_a_value_of_another_kind_is_not_taken(store: ArtifactStore) -> None:
    store.keep_json("k", [1])
    assert store.array("k", lambda: BIG).hit is False
    np.testing.assert_array_equal(store.find_array("k"), BIG)


def flip_in_database(store: ArtifactStore) -> None:
    with database(store) as connection:
        (value,) = connection.execute("SELECT value FROM Cache").fetchone()
        connection.execute("UPDATE Cache SET value = ?", (value[:-1] + bytes([value[-1] ^ 1]),))


def flip_codec_name(store: ArtifactStore) -> None:
    with database(store) as connection:
        (value,) = connection.execute("SELECT value FROM Cache").fetchone()
        connection.execute("UPDATE Cache SET value = ?", (value[:4] + b"\xff" + value[5:],))


@pytest.mark.parametrize("damage", [flip_in_database, flip_codec_name])
def test_a_damaged_small_value_is_computed_again(store: ArtifactStore, damage: Callable[[ArtifactStore], None]) -> None:
    compute = Counted([1, 2])
    store.json("k", compute)
    damage(store)
    assert store.json("k", compute).value == [1, 2]
    assert compute.calls == 2
    assert store.json("k", compute).hit is True


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "gone"])
def test_a_damaged_file_is_computed_again(store: ArtifactStore, damage: str) -> None:
    compute = Counted(BIG)
    store.array("k", compute)
    (path,) = (store.root / "artifacts").rglob("*.val")
    data = path.read_bytes()
    changed = {"flip": data[:-1] + bytes([data[-1] ^ 1]), "cut": data[: len(data) // 2], "empty": b""}
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    found = store.array("k", compute)
    np.testing.assert_array_equal(found.value, BIG)
    assert (found.hit, compute.calls) == (False, 2)
    assert store.array("k", compute).hit is True


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("in_file", [False, True])
def test_a_planted_pickle_is_refused_and_never_opened(store: ArtifactStore, tmp_path: Path, in_file: bool) -> None:
    store.json("k", lambda: "honest")
    crater = tmp_path / "crater"
    planted = pickle.dumps(Bomb(crater))
    with database(store) as connection:
        if in_file:
            (store.root / "artifacts" / "planted.val").write_bytes(planted)
            connection.execute(
                "UPDATE Cache SET mode = ?, value = NULL, filename = 'planted.val'", (diskcache.core.MODE_PICKLE,)
            )
        else:
            connection.execute("UPDATE Cache SET mode = ?, value = ?", (diskcache.core.MODE_PICKLE, planted))
    found = store.json("k", lambda: "computed")
    assert (found.value, found.hit) == ("computed", False)
    assert not crater.exists()
    with pytest.raises(FileExistsError):
        crater.mkdir()
        pickle.loads(planted)  # noqa: S301  # the bomb is live: had it been opened, the crater would be there


def test_keys_and_values_that_would_be_pickled_are_refused(store: ArtifactStore) -> None:
    with pytest.raises(TypeError, match="cache keys are str"):
        store.has(1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cache values are bytes"):
        store._cache.set("k", {"a": 1})


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk is full")])
def test_a_full_disk_costs_the_caching_not_the_result(
    store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(store._cache, "set", full)
    assert store.write_failure is None
    assert store.json("k", lambda: [1]).value == [1]
    assert store.write_failure is not None
    assert str(store.root) in store.write_failure
    assert store.find_json("k") is None


def test_an_unusable_cache_folder(tmp_path: Path) -> None:
    (tmp_path / "artifacts").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="SHELFPRICE_CACHE"):
        ArtifactStore(tmp_path)


def test_the_default_store_is_the_configured_one(own_cache: Path) -> None:
    assert default_store().root == own_cache
    assert default_store() is default_store()
    default_store().close()


WRITER = """
import sys
import numpy as np
from pathlib import Path
from core.store import ArtifactStore
store = ArtifactStore(Path(sys.argv[1]))
fill = float(sys.argv[2])
print("ready", flush=True)
for round in range(int(sys.argv[3])):
    store.keep_array(f"k{round % 5}", np.full(30_000, fill))
print(store.write_failure, flush=True)
"""


def writer(root: Path, fill: int, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), str(fill), str(rounds)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_may_write_the_same_keys(store: ArtifactStore) -> None:
    with writer(store.root, 1, 40) as one, writer(store.root, 2, 40) as two:
        assert one.communicate(timeout=60)[0] == two.communicate(timeout=60)[0] == "ready\nNone\n"
    for key in range(5):
        found = store.find_array(f"k{key}")
        assert found is not None
        assert set(found) <= {1.0, 2.0}
        assert len(set(found)) == 1


def test_a_writer_killed_half_way_leaves_a_readable_cache(store: ArtifactStore) -> None:
    for pause in (0.05, 0.11):
        with writer(store.root, 3, 1_000_000) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
        for key in range(5):
            found = store.find_array(f"k{key}")
            assert found is None or set(found) == {3.0}
    assert store.array("k0", lambda: np.full(30_000, 3.0)).value[0] == 3.0
    assert store.json("fresh", lambda: 1).value == store.find_json("fresh") == 1
