from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from core.store import codecs
from core.store.codecs import DamagedValueError, Envelope, seal, unseal

SEALED = seal(Envelope("json", 1.5, b"[1,2]"))


def test_round_trip() -> None:
    assert unseal(SEALED) == Envelope("json", 1.5, b"[1,2]")


@pytest.mark.parametrize("place", range(len(SEALED)))
def test_a_change_of_any_byte_is_noticed(place: int) -> None:
    damaged = bytearray(SEALED)
    damaged[place] ^= 0xFF
    with pytest.raises(DamagedValueError):
        unseal(bytes(damaged))


@pytest.mark.parametrize("size", [0, 10, 31, len(SEALED) - 1])
def test_a_cut_off_value_is_noticed(size: int) -> None:
    with pytest.raises(DamagedValueError):
        unseal(SEALED[:size])


def test_arrays_of_objects_are_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        codecs.encode_array(np.array([{}], dtype=object))
    array = np.array([[1.0, np.nan]], dtype=np.float32)
    np.testing.assert_array_equal(codecs.decode_array(codecs.encode_array(array)), array)


def test_frames_keep_index_and_types() -> None:
    frame = pd.DataFrame(
        {"x": [1.5, np.nan], "c": pd.Categorical(["a", None], categories=["b", "a"]), "t": ["é", ""]},
        index=pd.Index(["007", "9"], name="sample_id"),
    )
    pd.testing.assert_frame_equal(codecs.decode_frame(codecs.encode_frame(frame)), frame)


def test_array_headers_are_read_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    data = codecs.encode_array(np.arange(3))
    load, inside, most = np.load, [], []

    def watched(*arguments: object, **named: object) -> np.ndarray:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.005)
        inside.pop()
        return load(*arguments, **named)

    monkeypatch.setattr(np, "load", watched)
    with ThreadPoolExecutor(4) as pool:
        decoded = list(pool.map(lambda _: codecs.decode_array(data), range(8)))
    assert max(most) == 1
    assert all(found.tolist() == [0, 1, 2] for found in decoded)
