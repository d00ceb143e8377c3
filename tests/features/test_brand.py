from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.features.brand import brand_table, read_brands
from core.features.brand_names import mentioned_names, stated_names, vocabulary
from core.features.brand_stats import lower_shares, read_openings
from core.features.brand_tokens import name_key, opening_end, title_tokens
from core.features.parse import parse_text, parsed_catalog
from core.features.registry import brands, compute_block
from core.features.text import fold
from core.store import ArtifactStore
from core.types import Catalog, SplitFrame
from tests.features.test_parse import HOSTILE

GOODS = ("Rolled Oats", "Black Tea", "Sea Salt", "Olive Oil", "Trail Mix", "Tomato Soup", "Brown Rice", "Corn Chips")
PROSE = "our rolled oats and black tea with sea salt, olive oil, trail mix, tomato soup, brown rice and corn chips"


def shelf(*brand_names: str) -> tuple[list[str], list[str]]:
    """Titles and bodies of eight goods of each brand."""
    titles = [f"{brand} {good}, 12 Ounce" for brand in brand_names for good in GOODS]
    return titles, [f"{title.split(' ')[0]} makes {PROSE}" for title in titles]


def read(titles: list[str], bodies: list[str] | None = None) -> list[str]:
    return read_brands(titles, bodies or [""] * len(titles))[1]


def test_recurring_openings_are_brands() -> None:
    titles, bodies = shelf("Zephyrine", "Morwick Farms", "Quillmoor")
    keys, names, confidence = read_brands(titles, bodies)
    assert names == ["Zephyrine"] * 8 + ["Morwick Farms"] * 8 + ["Quillmoor"] * 8
    assert len(set(keys)) == 3
    assert ((confidence > 0.5) & (confidence <= 1)).all()


def test_spellings_of_one_brand_are_joined_and_shown_as_the_commonest() -> None:
    titles, bodies = shelf("Velmont's", "Quillmoor")
    titles += ["V.elmont's Honey, 8 oz", "VELMONTS HONEY 8 OZ", "Generic Velmont’s Jam, 9 oz"]
    keys, names, _ = read_brands(titles, bodies + [PROSE] * 3)
    assert names[-3:] == ["Velmont's"] * 3
    assert len({keys[0], *keys[-3:]}) == 1


def test_plain_openings_stay_blank() -> None:
    titles, bodies = shelf("Zephyrine", "Quillmoor")
    keys, names, confidence = read_brands([*titles, "Black Tea, 20 Tea Bags", "-", ""], [*bodies, PROSE, "", ""])
    assert names[-3:] == ["", "", ""] and keys[-3:] == ["", "", ""]
    assert confidence[-3:].tolist() == [0, 0, 0]


def test_by_and_maker_labels_name_brands_that_do_not_open_the_title() -> None:
    titles, bodies = shelf("Zephyrine", "Quillmoor")
    titles += [f"{good} by Ottervale, 8 oz" for good in GOODS]
    bodies += [PROSE] * 8
    titles += [f"Organic {good} (Loose) (4 oz)" for good in GOODS]
    bodies += [f"Manufacturer: Brindlewick\nSize: 4 oz\n{PROSE}"] * 8
    names = read(titles, bodies)
    assert names[16:24] == ["Ottervale"] * 8
    assert names[24:] == ["Brindlewick"] * 8


def test_a_known_brand_in_the_text_is_found() -> None:
    titles, bodies = shelf("Zephyrine", "Quillmoor", "Morwick Farms")
    names = read([*titles, "Rolled Oats, 12 Ounce"], [*bodies, "Morwick Farms oats. Morwick Farms is a family farm."])
    assert names[-1] == "Morwick Farms"


def test_legal_forms_join_their_bare_name() -> None:
    titles, bodies = shelf("Zephyrine", "Quillmoor", "Quillmoor Foods")
    keys, names, _ = read_brands(titles, bodies)
    assert set(keys) == {"zephyrine", "quillmoor"}
    assert set(names) == {"Zephyrine", "Quillmoor"}


def test_reading_does_not_depend_on_the_order_of_rows() -> None:
    titles, bodies = shelf("Zephyrine", "Morwick Farms", "Quillmoor")
    order = np.random.default_rng(0).permutation(len(titles))
    straight = read(titles, bodies)
    shuffled = read([titles[at] for at in order], [bodies[at] for at in order])
    assert shuffled == [straight[at] for at in order]


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("(12 Pack) Velmont Oats", "Velmont Oats"),
        ("[ 2 Packs ] Velmont Oats", "Velmont Oats"),
        ("Generic V.elmont Oats", "V.elmont Oats"),
        ("Set of 3 Velmont Oats", "Velmont Oats"),
        ("2 Pack - Velmont Oats", "Velmont Oats"),
        ("- Velmont", "Velmont"),
        ("Non-GMO Gluten Free Velmont Oats", "Velmont Oats"),
        ("Newton Oats", "Newton Oats"),
        ("4th Row Oats", "4th Row Oats"),
    ],
)
def test_openers(title: str, rest: str) -> None:
    assert title[opening_end(title) :] == rest


def test_title_tokens_and_bounds() -> None:
    tokens = title_tokens("Velmont® Mills, Oats - plain (8 oz)")
    assert tokens.words == ("Velmont", "Mills", "Oats", "plain", "8", "oz")
    assert tokens.bounds == (2.0, 1.0, 1.0, 1.0, 0.0, 1.0)


def test_name_keys() -> None:
    assert name_key("Velmont's Mills") == name_key("VELMONTS MILL") == "velmontmill"
    assert name_key("Boss") == "boss"


def test_counts_of_openings() -> None:
    openings = read_openings(["Velmont Oats", "Velmont Tea", "Quillmoor Tea"], {"oat": 0.9, "tea": 0.8})
    assert openings.prefix_count[:, :2].tolist() == [[2, 1], [2, 1], [1, 1]]
    assert openings.branch[:, 0].tolist() == [2, 2, 1]
    assert openings.lower_share[:, 1].tolist() == [0.9, 0.8, 0.8]
    # "Tea" stands in two titles and opens none, "Velmont" opens both of its own.
    assert openings.inner_share[1, 1] == pytest.approx(2.3 / 2.6)
    assert openings.inner_share[1, 0] == pytest.approx(0.3 / 2.6)


def test_lower_shares() -> None:
    shares = lower_shares(["Velmont oats are oats", "Oats"])
    assert shares["oat"] == pytest.approx(2.3 / 4)
    assert shares["velmont"] == pytest.approx(0.3 / 2)


def test_stated_and_mentioned_names() -> None:
    stated = stated_names("Oats by Velmont Mills, 8 oz", "Brand: Quillmoor and\nmore")
    assert [(name.kind, name.name) for name in stated] == [("by", "Velmont Mills"), ("label", "Quillmoor")]
    known = vocabulary({"velmont": "Velmont", "velmontmill": "Velmont Mills"})
    found = mentioned_names("Oats", "From Velmont Mills. Not velmont.", known, skip=frozenset())
    assert [(name.name, name.in_title, name.in_body) for name in found] == [("Velmont Mills", 0, 1)]
    assert mentioned_names("Oats", "From Velmont Mills.", known, skip=frozenset({"velmontmill", "velmont"})) == []


@settings(max_examples=30)
@given(st.lists(HOSTILE, max_size=5))
def test_nothing_makes_it_raise(texts: list[str]) -> None:
    parsed = [parse_text(text) for text in texts]
    keys, names, confidence = read_brands([row.title for row in parsed], ["\n".join(row.bullets) for row in parsed])
    assert len(keys) == len(names) == len(confidence) == len(texts)
    assert ((confidence >= 0) & (confidence <= 1)).all()
    assert all((key == "") == (name == "") for key, name in zip(keys, names, strict=True))


def test_block_columns(shop: Catalog, store: ArtifactStore) -> None:
    table = brands(shop, store=store).value
    frame = compute_block(shop, "brand", store=store).frame
    assert table.train["brand"].tolist()[:3] == ["Zephyrine"] * 3
    assert frame.train["brand_log_count"].iloc[0] == pytest.approx(np.log(4))
    assert frame.train["brand_tokens"].iloc[0] == 1
    assert frame.train["brand_chars"].iloc[0] == len("Zephyrine")
    assert table.test["brand"].tolist() == ["Zephyrine", "Morwick Farms", ""]
    last = frame.test.iloc[-1]
    assert np.isnan(last["brand_log_count"]) and last["brand_confidence"] == 0


@pytest.mark.real_rows
def test_agreement_with_the_attributes_and_unseen_share(challenge_dir: Path, store: ArtifactStore) -> None:
    texts, labels = {}, {}
    for side in ("train", "test"):
        texts[side] = pd.read_csv(challenge_dir / f"{side}.csv", dtype=str).set_index("sample_id")
        attributes = pd.read_csv(challenge_dir / f"attributes_{side}.csv", dtype=str).set_index("sample_id")
        labels[side] = attributes["brand_name"].dropna()
    items = SplitFrame(*(texts[side][["catalog_content", "image_link"]] for side in ("train", "test")))
    price = texts["train"]["price"].astype(float)
    table = brand_table(parsed_catalog(Catalog("real", items, price, "real"), store=store).value)
    for side, frame in (("train", table.train), ("test", table.test)):
        found = frame["brand"].reindex(labels[side].index).map(fold)
        wanted = labels[side].map(fold)
        pairs = list(zip(found, wanted, strict=True))
        equal = np.mean([one == other for one, other in pairs])
        overlap = np.mean([one != "" and (one in other or other in one) for one, other in pairs])
        assert equal >= 0.73, (side, equal)
        assert overlap >= 0.88, (side, overlap)
    seen = set(table.train["brand_key"]) - {""}
    known = table.test["brand_key"][table.test["brand_key"] != ""]
    assert abs((~known.isin(seen)).mean() - 0.284) < 0.04
