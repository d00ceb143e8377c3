from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from core.embed import find_photos
from core.images import stored_names
from core.images.links import link_key
from core.images.names import file_names, own_name, plain_name
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://s.example/I/51+x-A_b.jpg", "51+x-A_b.jpg"),
        ("https://s.example/I/51.jpg?w=3/4#top", "51.jpg"),
        ("https://s.example/I/51.jpg/", "51.jpg"),
        ("https://s.example/a%20b.jpg", "a%20b.jpg"),
        ('https://s.example/a"b|c*.jpg', "a_b_c_.jpg"),
        ("https://s.example/a~b.jpg", "a_b.jpg"),
        ("https://s.example/.hidden.jpg", "hidden.jpg"),
        ("https://s.example/..", ""),
        ("https://s.example/images_status.csv", ""),
        ("https://s.example/" + "é" * 200 + ".jpeg", "é" * 57 + ".jpeg"),
    ],
)
def test_a_plain_name_is_the_last_part_made_harmless(link: str, name: str) -> None:
    assert plain_name(link) == name
    assert "/" not in name and len(name.encode()) <= 120


def test_a_shared_name_goes_to_nobody() -> None:
    links = ["https://a.example/1.jpg", "https://b.example/1.JPG", "https://a.example/2.jpg", "https://a.example/?i=1"]
    names = file_names(links)
    assert names[links[2]] == "2.jpg"
    assert re.fullmatch(r"1~[0-9a-f]{16}\.jpg", names[links[0]])
    assert re.fullmatch(r"1~[0-9a-f]{16}\.JPG", names[links[1]])
    assert re.fullmatch(r"photo~[0-9a-f]{16}\.jpg", names[links[3]])
    assert len({name.casefold() for name in names.values()}) == 4
    assert file_names(links[::-1]) == names


def test_no_plain_name_can_be_made_that_of_another_link() -> None:
    victim = "https://a.example/1.jpg"
    thief = f"https://b.example/{own_name(victim)}"
    assert file_names([victim, "https://c.example/1.jpg", thief])[thief] != own_name(victim)


def test_what_was_stored_is_found_again(tmp_path: Path) -> None:
    links = [
        "https://a.example/1.jpg",
        "https://b.example/1.jpg",
        "https://a.example/ü b.jpg",
        "https://a.example/img?id=1",
        "https://a.example/img?id=2",
        "https://a.example/x/plain.jpg",
    ]
    names = file_names(map(link_key, links))
    for link in links:
        (tmp_path / names[link_key(link)]).write_bytes(b"x")
        assert names[link_key(link)] in stored_names(link, with_own=True)
    missing = "https://c.example/1.jpg"
    items = pd.DataFrame({TEXT: "", IMAGE: [*links, missing]}, index=pd.Index(list("abcdefg"), name=ID), dtype="str")
    catalog = Catalog("t", SplitFrame(items, items.iloc[:0]), pd.Series(1.0, index=items.index), "key")
    found = find_photos(catalog, tmp_path).train["file"].tolist()
    assert found == [*(names[link_key(link)] for link in links), ""]
