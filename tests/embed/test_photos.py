from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.embed import count_statuses, failed_rows, find_photos, photo_path, photo_table
from core.embed import photos as photos_module
from core.errors import Cancelled, InputError
from core.store import ArtifactStore, hash_bytes
from core.types import Catalog

Make = Callable[..., Catalog]
Draw = Callable[..., Path]


def test_a_photo_is_found_by_link_then_by_id(tmp_path: Path, make_catalog: Make) -> None:
    for name in ("51x+a.jpg", "9.PNG", "plain.jpg"):
        (tmp_path / name).write_bytes(b"x")
    links = {
        "1": "https://s.example/51x%2Ba.jpg?w=3#top",
        "9": "https://s.example/other.jpg",
        "8": "",
        "7": "plain.jpg",
    }
    found = find_photos(make_catalog(links, {}), tmp_path).train
    assert found["file"].to_dict() == {"1": "51x+a.jpg", "9": "9.PNG", "8": "", "7": "plain.jpg"}
    assert found["status"].to_dict() == {"1": "pending", "9": "pending", "8": "missing", "7": "pending"}


@pytest.mark.parametrize("link", ["../secret.png", "https://s.example/..", "/etc/passwd", "..%2Fsecret.png", "."])
def test_a_link_never_leads_out_of_the_folder(tmp_path: Path, link: str, draw: Draw, make_catalog: Make) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    draw(tmp_path / "secret.png", 1)
    assert find_photos(make_catalog({"a": link}, {}), folder).train.loc["a", "file"] == ""


def test_each_kind_of_file_has_its_status(
    tmp_path: Path, store: ArtifactStore, draw: Draw, make_catalog: Make, bomb_png: Callable[[int], bytes]
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    draw(tmp_path / "outside.png", 1)
    good = draw(folder / "good.png", 2)
    (folder / "escape.png").symlink_to(tmp_path / "outside.png")
    (folder / "inside.png").symlink_to(good)
    (folder / "dangling.png").symlink_to(folder / "nowhere.png")
    (folder / "page.png").write_bytes(b"<html>404</html>")
    (folder / "bomb.png").write_bytes(bomb_png(20_000))
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    names = ["good", "escape", "inside", "dangling", "page", "bomb", "folder", "pipe", "absent"]
    catalog = make_catalog({name: f"{name}.png" for name in names}, {})
    table = photo_table(catalog, folder, store=store).train
    assert table["status"].to_dict() == {
        "good": "ok",
        "escape": "refused",
        "inside": "ok",
        "dangling": "refused",
        "page": "unreadable",
        "bomb": "too_large",
        "folder": "refused",
        "pipe": "refused",
        "absent": "missing",
    }
    assert table.loc["good", "content"] == table.loc["inside", "content"] == hash_bytes(good.read_bytes())
    assert (table.loc[table["status"] != "ok", "content"] == "").all()


def test_a_file_is_read_once_until_it_changes(
    photos: Path, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = photo_table(catalog, photos, store=store)
    read: list[str] = []
    verdict = photos_module._verdict
    monkeypatch.setattr(photos_module, "_verdict", lambda root, name: read.append(name) or verdict(root, name))
    again = photo_table(catalog, photos, store=store)
    assert read == []
    assert again.train.equals(first.train)
    Image.new("RGB", (5, 5)).save(photos / "2.png")
    changed = photo_table(catalog, photos, store=store)
    assert read == ["2.png"]
    assert changed.train.loc["a2", "content"] != first.train.loc["a2", "content"]
    assert changed.train.drop("a2").equals(first.train.drop("a2"))


def test_what_was_looked_at_survives_a_cancel(
    photos: Path, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos_module, "_REPORT_EVERY", 2)

    def cancel(fraction: float, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        photo_table(catalog, photos, store=store, report=cancel)
    read: list[str] = []
    verdict = photos_module._verdict
    monkeypatch.setattr(photos_module, "_verdict", lambda root, name: read.append(name) or verdict(root, name))
    photo_table(catalog, photos, store=store)
    assert len(read) == 4


def test_a_missing_folder_says_what_to_do(tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(InputError, match=r"cannot be opened.*Name a folder"):
        find_photos(catalog, tmp_path / "nowhere")


def test_a_path_from_a_table_stays_in_the_folder(photos: Path, draw: Draw) -> None:
    draw(photos.parent / "outside.png", 9)
    assert photo_path(photos, "0.png") == (photos / "0.png").resolve()
    assert [photo_path(photos, name) for name in ("../outside.png", "..", "", "gone.png")] == [None] * 4


def test_statuses_are_counted_by_split(photos: Path, make_catalog: Make) -> None:
    catalog = make_catalog({"a": "0.png", "b": "none.png"}, {"c": "none.png"})
    counts = count_statuses(find_photos(catalog, photos))
    assert counts[["train", "test", "all"]].to_dict("index") == {
        "pending": {"train": 1, "test": 0, "all": 1},
        "missing": {"train": 1, "test": 1, "all": 2},
    }


def test_failed_rows_come_with_their_meaning(tmp_path: Path, make_catalog: Make) -> None:
    (tmp_path / "page.png").write_bytes(b"<html>404</html>")
    links = {"a": "page.png", "b": "none.png", "c": "page.png"}
    shown, count = failed_rows(photo_table(make_catalog(links, {}), tmp_path), limit=1)
    assert count == 2
    assert shown[["sample_id", "status", "file"]].to_numpy().tolist() == [["a", "unreadable", "page.png"]]
    assert "no photo" in shown.loc[0, "meaning"]
