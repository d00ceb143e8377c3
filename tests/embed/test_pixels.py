from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.embed.pixels import COLUMNS, measure, photo_block
from core.store import ArtifactStore
from core.types import Catalog


def values(photo: Image.Image) -> dict[str, float]:
    return dict(zip(COLUMNS, measure(photo).tolist(), strict=True))


def on_white(boxes: list[tuple[int, int, int, int]], colour: tuple[int, int, int] = (200, 20, 20)) -> Image.Image:
    """192 × 96, each box painted in a plain colour."""
    photo = Image.new("RGB", (192, 96), (255, 255, 255))
    for box in boxes:
        photo.paste(colour, box)
    return photo


def test_one_red_box_on_white_is_measured_exactly() -> None:
    found = values(on_white([(48, 24, 144, 72)]))
    assert found["log_aspect"] == pytest.approx(np.log(2.0))
    assert found["log_pixels"] == pytest.approx(np.log(192 * 96))
    assert found["white_share"] == pytest.approx(0.75)
    assert found["white_border"] == pytest.approx(1.0)
    assert found["fill"] == pytest.approx(0.25)
    assert found["saturation"] == pytest.approx(0.9)
    assert found["parts"] == 1.0
    assert found["hue_0"] == pytest.approx(1.0)
    assert sum(found[f"hue_{number}"] for number in range(1, 8)) == pytest.approx(0.0)


def test_packs_side_by_side_are_counted_and_repeat() -> None:
    one = values(on_white([(80, 24, 112, 72)]))
    three = values(on_white([(8, 24, 40, 72), (72, 24, 104, 72), (136, 24, 168, 72)]))
    assert (one["parts"], three["parts"]) == (1.0, 3.0)
    assert three["repeats"] > 0.9 > 0.3 > one["repeats"]


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128)])
def test_a_plain_photo_has_finite_numbers_and_no_colour(colour: tuple[int, int, int]) -> None:
    found = values(Image.new("RGB", (3000, 7), colour))
    assert np.isfinite(list(found.values())).all()
    assert found["colourfulness"] == pytest.approx(0.0, abs=1e-6)
    assert found["edges"] == 0.0


def test_noise_is_sharper_and_has_more_edges_than_its_blurred_self() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (192, 192, 3), dtype=np.uint8))
    blurred = noise.resize((24, 24), Image.Resampling.BOX).resize((192, 192), Image.Resampling.BILINEAR)
    assert values(noise)["sharpness"] > values(blurred)["sharpness"] + 1.0
    assert values(noise)["edges"] > values(blurred)["edges"]


def test_a_product_without_a_photo_has_no_values_and_the_others_their_own(
    photos: Path, make_catalog: Callable[..., Catalog], store: ArtifactStore
) -> None:
    catalog = make_catalog({"a": "x/0.png", "b": "x/none.png"}, {"c": "x/3.png"})
    block = photo_block(catalog, photos, store=store)
    frame = block.load()
    assert frame.train.loc["b"].isna().all()
    for side, name, file in (("train", "a", "0.png"), ("test", "c", "3.png")):
        with Image.open(photos / file) as photo:
            wanted = measure(photo.convert("RGB"))
        np.testing.assert_array_equal(getattr(frame, side).loc[name].to_numpy(), wanted)


def test_measured_photos_are_read_again_and_follow_their_content(
    photos: Path,
    make_catalog: Callable[..., Catalog],
    store: ArtifactStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = photo_block(make_catalog({"a": "x/0.png", "b": "x/1.png"}, {"c": "x/3.png"}), photos, store=store)
    moved = tmp_path / "moved"
    moved.mkdir()
    for file in ("0", "1", "3"):
        (moved / f"other{file}.png").write_bytes((photos / f"{file}.png").read_bytes())
    monkeypatch.setattr("core.embed.pixels.measure", lambda photo: pytest.fail("measured again"))
    turned = make_catalog({"b": "x/other1.png", "a": "x/other0.png"}, {"c": "x/other3.png"})
    again = photo_block(turned, moved, store=store)
    pd.testing.assert_frame_equal(first.load().train, again.load().train.loc[["a", "b"]])
